"""What the operator's tutorial types exists: commands with their options, settings, files.

`./dev proof tutorials` and `./dev release` follow it to the letter, in a clean clone.
"""

import re
import shlex

from django.core.management import get_commands, load_command_class

from development.drawn import DOCS
from development.environment import ROOT

TEXT = (DOCS / "tutorials/operator.md").read_text()
LINES = [
    line for fence in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL) for line in fence.splitlines()
]
OF_THE_SHELL = {"PATH"}


def test_each_command_is_there_and_takes_what_it_is_given():
    typed = [shlex.split(line)[2:] for line in LINES if line.startswith("python manage.py ")]

    assert len(typed) > 8
    for name, *arguments in typed:
        command = load_command_class(get_commands()[name], name)
        command.create_parser("manage.py", name).parse_args(arguments)  # raises CommandError where it does not


def test_each_setting_is_one():
    given = {name for line in LINES if line.startswith("export ") for name in re.findall(r"\b([A-Z_]+)=", line)}

    assert len(given) > 8
    settings = (DOCS / "settings.md").read_text()
    assert [name for name in given - OF_THE_SHELL if f"| `{name}` |" not in settings] == []


def test_each_file_of_the_repository_is_there():
    assert [name for name in re.findall(r"requirements/\S+", "\n".join(LINES)) if not (ROOT / name).exists()] == []
