"""`manage.py mcp`, asked by the SDK's own client."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.running import conftest as running

pytestmark = pytest.mark.running


def run(ask):
    """In a thread of its own: in that of the tests runs the loop of the browser, once one was opened."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, ask).result()


def test_over_standard_input_and_output_without_limits(database):
    async def ask():
        environment = running.environment(DATABASE_URL=f"sqlite:///{database}", API_THROTTLE_ANON="1/hour")
        command = ["manage.py", "mcp"]
        server = StdioServerParameters(command=sys.executable, args=command, env=environment, cwd=running.ROOT)
        async with Client(stdio_client(server)) as client:
            tools = (await client.list_tools()).tools
            answer = await client.call_tool("compare", {"names": ["Fam", "ZERODHA"]})
            unknown = await client.call_tool("company", {"name": "Famm"})
            return tools, answer, unknown

    tools, answer, unknown = run(ask)

    assert [tool.name for tool in tools] == ["search", "company", "technology", "compare", "changes", "migrations"]
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    assert answer.content[0].text.startswith("# Fam and Zerodha compared")
    assert "/compare/companies/fam/zerodha/>" in answer.content[0].text
    assert unknown.is_error
    assert "Perhaps you mean: Fam (fam)" in unknown.content[0].text


def test_over_http_within_the_limits_however_many_processes_the_site_has(database):
    port = running.free_port()
    settings = {"DATABASE_URL": f"sqlite:///{database}", "API_THROTTLE_ANON": "4/hour", "WEB_CONCURRENCY": "3"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "mcp", "--http", "--port", str(port)],
        cwd=running.ROOT,
        env=running.environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = running.Server(process, port)

    async def ask():
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            return [await client.call_tool("company", {"name": name}) for name in ("fam", "zerodha", "netflix")]

    try:
        running._wait_for(server)
        answers = run(ask)
        as_json = ("Content-Type", "application/json")
        foreign = server.get("/mcp", [("Host", "evil.example"), as_json], "POST", b"{}")
    finally:
        server.stop()

    assert [answer.is_error for answer in answers] == [False, False, True]
    assert answers[0].content[0].text.startswith("# Fam, the stack")
    assert "Too many questions for now" in answers[2].content[0].text
    assert foreign[0] == 421
    assert process.returncode in (0, -15)
