"""The catalogue as tools of the Model Context Protocol. Needs the group `mcp`."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import uvicorn
from django.conf import settings
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field

from stacks.management.assistants import questions
from stacks.management.assistants.asking import Asker, Unanswered
from stacks.management.assistants.shortening import MOST_TOKENS, TOKENS

PATH = "/mcp"
_LARGEST_QUESTION = 64 * 1024

Tokens = Annotated[int, Field(ge=500, le=MOST_TOKENS, description="How long the answer may be.")]
About = Annotated[str, Field(max_length=100, description="Keep only rows that hold these words: a category, a name.")]
AsOf = Annotated[str, Field(description="As it was on this day, month or year: 2019, 2019-06, 2019-06-03.")]
Name = Annotated[str, Field(max_length=200, description="A name as people write it, an alias, or a slug.")]
Found = Literal["", "company", "technology", "category", "industry", "country", "comparison"]
Changed = Literal["", "category", "company", "coverage", "migration", "source", "technology", "usage"]

_INSTRUCTIONS = (
    "A curated catalogue: which company uses which technology, for what, since when, why, and who says so. "
    "Each answer ends with its address, revision and licence: cite them, and the source that a row names. "
    "A blank is no fact: what no source says is not here, which does not mean that it is not used. "
    "Names may be written as people write them; where one is not known, the error says what may be meant."
)


def make_server() -> MCPServer:
    """Six tools, all of which read."""
    server: MCPServer = MCPServer(
        settings.SITE_NAME, instructions=_INSTRUCTIONS, website_url=settings.SITE_URL, log_level="WARNING"
    )
    for tool in (search, company, technology, compare, changes, migrations):
        server.add_tool(
            tool,
            annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
            structured_output=False,
        )
    return server


def serve_http(host: str, port: int) -> None:
    """Streamable HTTP, until the process is told to end; nothing is kept between two questions."""
    own = urlsplit(settings.SITE_URL)
    hosts = [own.netloc, f"{own.hostname}:*", "127.0.0.1:*", "localhost:*", "[::1]:*"]
    app = make_server().streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=_LARGEST_QUESTION,
        transport_security=TransportSecuritySettings(
            allowed_hosts=hosts,
            allowed_origins=[f"{own.scheme}://{own.netloc}", "http://127.0.0.1:*", "http://localhost:*"],
        ),
    )
    # What only a proxy may say is believed by our settings alone; addresses and questions are written down nowhere.
    uvicorn.run(
        app,
        host=host,
        port=port,
        workers=1,  # else it takes WEB_CONCURRENCY for its own, and ends
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=25,
    )


def search(
    ctx: Context,
    words: Annotated[str, Field(max_length=200, description="A name, a part of one, an abbreviation or a subject.")],
    kind: Annotated[Found, Field(description="Only what is of this kind.")] = "",
    tokens: Tokens = TOKENS,
) -> str:
    """Find companies, technologies and categories by any name: names, slugs and addresses, best first."""
    return _answer(ctx, questions.search, words, kind, tokens=tokens)


def company(ctx: Context, name: Name, as_of: AsOf = "", about: About = "", tokens: Tokens = TOKENS) -> str:
    """What one company uses: for what, how, since when, why, and the sources that say so; a row for each use."""
    return _answer(ctx, questions.company, name, as_of, about, tokens=tokens)


def technology(ctx: Context, name: Name, about: About = "", tokens: Tokens = TOKENS) -> str:
    """Who uses one technology and for what, who plans or has left it, how its use grew, and whether it has ended."""
    return _answer(ctx, questions.technology, name, about, tokens=tokens)


def compare(
    ctx: Context,
    names: Annotated[list[Name], Field(description="Two to six companies, or two to six technologies.")],
    kind: Annotated[Literal["company", "technology"], Field(description="What the names are of.")] = "company",
    as_of: AsOf = "",
    only: Annotated[Literal["", "shared", "differences"], Field(description="Of companies: only such rows.")] = "",
    about: About = "",
    tokens: Tokens = TOKENS,
) -> str:
    """Put companies side by side, a row for each category, or technologies, a row for each company that uses one."""
    return _answer(ctx, questions.compare, names, kind, as_of, only, about, tokens=tokens)


def changes(
    ctx: Context,
    after: Annotated[int | None, Field(ge=0, description="What came after this revision; else the latest.")] = None,
    company: Annotated[Name, Field(description="Only what concerns this company.")] = "",
    technology: Annotated[Name, Field(description="Only what concerns this technology.")] = "",
    kind: Annotated[Changed, Field(description="Only about objects of this kind.")] = "",
    tokens: Tokens = TOKENS,
) -> str:
    """What changed in the catalogue, oldest first; its `revision` is the `after` of the next time."""
    return _answer(ctx, questions.changes, after, company, technology, kind, tokens=tokens)


def migrations(
    ctx: Context,
    company: Annotated[Name, Field(description="Only those of this company.")] = "",
    technology: Annotated[Name, Field(description="Only from or to this technology.")] = "",
    left: Annotated[Name, Field(description="Only away from this technology.")] = "",
    chosen: Annotated[Name, Field(description="Only towards this technology.")] = "",
    about: About = "",
    tokens: Tokens = TOKENS,
) -> str:
    """Who moved from which technology to which, when, and why, with the sources that say so."""
    return _answer(ctx, questions.migrations, company, technology, left, chosen, about, tokens=tokens)


def _answer(ctx: Context, question: Any, *asked: Any, tokens: int) -> str:
    try:
        return question(_asker(ctx), *asked, tokens=tokens)
    except Unanswered as error:
        raise ToolError(str(error)) from None


def _asker(ctx: Context) -> Asker:
    """Over HTTP whoever connects, and what headers tell; over stdio this machine."""
    request: Any = ctx.request_context.request
    client = getattr(request, "client", None)
    return Asker(client.host, ctx.headers or {}) if client else Asker()
