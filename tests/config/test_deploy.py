"""The files in deploy/ agree with one another, and with the commands that they run."""

import re
import shlex

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands, load_command_class

DEPLOY = settings.BASE_DIR / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
UNITS = {path.stem: path.read_text() for path in (DEPLOY / "systemd").glob("*.service")}
# Where each file of a proxy says where assistants are led.
LEADS = {
    "nginx.conf": r"location = /mcp \{\s*proxy_pass http://127.0.0.1:(\d+);",
    "Caddyfile": r"reverse_proxy /mcp 127.0.0.1:(\d+)",
    "Caddyfile.compose": r"reverse_proxy /mcp mcp:(\d+)",
    "haproxy.cfg": r"assistants if \{ path /mcp \}[\s\S]*backend assistants\n.*\n +server mcp 127.0.0.1:(\d+)",
}


def of_units():
    return [
        shlex.split(line) for text in UNITS.values() for line in re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    ]


def of_containers():
    for service in COMPOSE.values():
        command = service.get("command", [])
        yield from (shlex.split(part) for part in command[-1].split("&&")) if command[:1] == ["sh"] else [command]


@pytest.mark.parametrize("command", [c for c in [*of_units(), *of_containers()] if "manage.py" in c], ids=shlex.join)
def test_what_is_run_is_a_command_with_such_options(command):
    name, *options = command[command.index("manage.py") + 1 :]

    load_command_class(get_commands()[name], name).create_parser("manage.py", name).parse_args(options)


def test_assistants_are_led_to_where_they_are_served():
    ports = {name: re.search(lead, (DEPLOY / name).read_text())[1] for name, lead in LEADS.items()}
    unit = re.search(r"mcp --http --port (\d+)", UNITS["stacks-mcp"])[1]
    command = COMPOSE["mcp"]["command"]

    assert {unit, command[command.index("--port") + 1], *ports.values()} == {unit}
    assert "mcp" in COMPOSE["proxy"]["depends_on"]


def test_assistants_have_the_settings_of_the_site():
    """And so its limits: the same environment, counted in one cache or in one process."""
    assert COMPOSE["mcp"]["environment"] == COMPOSE["web"]["environment"]
    assert COMPOSE["mcp"]["environment"]["CACHE_URL"]
    files = {re.search(r"^EnvironmentFile=(.*)$", UNITS[name], re.MULTILINE)[1] for name in ("stacks", "stacks-mcp")}
    assert len(files) == 1


def test_the_image_has_the_packages_of_what_it_runs():
    installed = re.findall(r"-r requirements/(\w+)\.txt", (DEPLOY / "Containerfile").read_text())

    assert installed == ["base", "redis", "mcp", "metrics", "sentry"]


def test_a_container_that_serves_nothing_is_not_asked_whether_it_does():
    assert "8000/healthz" in COMPOSE["web"]["healthcheck"]["test"][-1]
    assert "healthcheck" not in COMPOSE["deliver"]
    assert "8100" in COMPOSE["mcp"]["healthcheck"]["test"][-1]
