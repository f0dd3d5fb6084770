from importlib.util import find_spec

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Serves the catalogue to assistants, as tools of the Model Context Protocol: over standard input and output, "
        "for an assistant that starts this command itself, or with --http as streamable HTTP at /mcp, for many. "
        "It needs requirements/mcp.txt. docs/assistants.md tells more."
    )

    def add_arguments(self, parser):
        parser.add_argument("--http", action="store_true", help="serve over HTTP instead of standard input and output")
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on, with --http")
        parser.add_argument("--port", type=int, default=8100, help="the port to listen on, with --http")

    def handle(self, *, http: bool, host: str, port: int, **options):
        if find_spec("mcp") is None:
            raise CommandError(
                "The packages that this needs are not installed. In the checkout: ./dev manage mcp installs them; "
                "elsewhere: pip install --require-hashes -r requirements/mcp.txt"
            )
        from stacks.management.assistants import server  # it needs the packages of the optional group

        if http:
            settings.THROTTLE_SHARES = 1  # one process, whatever WEB_CONCURRENCY says to those of the site
            server.serve_http(host, port)
        else:
            settings.THROTTLE_RATES = {"anon": None, "key": None}  # whoever started it asks, and nobody else
            server.make_server().run("stdio")
