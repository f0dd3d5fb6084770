"""The operator's tutorial, followed to the letter in a clean clone by a shell.

The other tutorials are tried by the tests; this one installs packages, serves and destroys.
"""

import os
import re
import socket
from collections.abc import Iterator

from development.environment import ROOT
from development.proof import Failed, Tools

TUTORIAL = ROOT / "docs" / "tutorials" / "operator.md"
_FENCE = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ANSWERED = "@@ answered"


def prove(tools: Tools) -> Iterator[tuple[str, str]]:
    tools.used += [tools.run("python3", "--version").strip(), tools.run("bash", "--version").splitlines()[0]]
    clone = tools.folder / "clone"
    tools.run("git", "-c", "safe.directory=*", "clone", "--quiet", ROOT, clone)
    blocks = _FENCE.findall(TUTORIAL.read_text(encoding="utf-8"))
    commands = [text for kind, text in blocks if kind == "sh"]
    script = "set -eu\ntrap 'kill ${SERVER:-} 2>/dev/null || true' EXIT\n" + f"echo {_ANSWERED}\n".join(commands)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    printed = tools.run("bash", "-c", script, cwd=clone, env={**kept, "PORT": str(port)}).split(_ANSWERED)
    answers, number = 0, -1
    for kind, text in blocks:
        if kind == "sh":
            number += 1
            continue
        answers += 1
        for line in filter(None, text.splitlines()):
            wanted = ".*".join(map(re.escape, line.split("…")))
            if not re.search(rf"^{wanted}\s*$", printed[number], re.MULTILINE):
                raise Failed(f"“{line}” was not printed, but:\n{printed[number]}")
    lines = sum(len(text.splitlines()) for text in commands)
    yield f"{len(commands)} blocks of commands, {lines} lines", f"all ran; {answers} answers as they are told"
