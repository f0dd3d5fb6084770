"""What the import rules in pyproject.toml cannot tell: which imports stand late, and why."""

import ast
from pathlib import Path

STACKS = Path(__file__).resolve().parent.parent / "stacks"


def late_imports(text: str) -> list[str]:
    """The lines of imports that run only when a function does."""
    lines = text.splitlines()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = {node.lineno for f in functions for node in ast.walk(f) if isinstance(node, ast.Import | ast.ImportFrom)}
    return [lines[number - 1].strip() for number in sorted(found)]


def test_a_late_import_is_found_wherever_it_stands():
    text = "import one\ndef f():\n    import two  # why\nclass C:\n    def m(self):\n        from a import b\n"

    assert late_imports(text) == ["import two  # why", "from a import b"]


def test_each_late_import_carries_its_reason():
    late = [(str(path), line) for path in sorted(STACKS.rglob("*.py")) for line in late_imports(path.read_text())]

    assert [(path, line) for path, line in late if "# " not in line] == []
