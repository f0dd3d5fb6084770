"""The figures of a run as a table."""

from typing import Any

from benchmarks.questions import QUESTIONS

GROWN = 1.3


def show(name: str, sizes: dict[int, dict[str, Any]]) -> None:
    smallest, largest = min(sizes), max(sizes)
    heads = "".join(f"{size:>10,}" for size in sizes)
    print(f"\n{name}: CPU ms at so many companies")
    print(f"{'':38}{heads}{'growth':>9}{'÷ constant':>12}{'kB':>7}  wanted")
    constant = sizes[largest]["ms"]["constant view"]
    for label in sizes[smallest]["ms"]:
        costs = [sizes[size]["ms"][label] for size in sizes]
        growth = costs[-1] / costs[0]
        wanted = QUESTIONS[label].wanted if label in QUESTIONS else ""
        length = f"{sizes[largest]['bytes'][label] / 1000:>7.0f}" if label in sizes[largest]["bytes"] else " " * 7
        told = "".join(f"{cost:>10.2f}" for cost in costs)
        told += f"{growth:>8.1f}{'!' if growth > GROWN else ' '}{costs[-1] / constant:>12.1f}{length}"
        print(f"{label:38}{told}  {wanted}")
    for label in sizes[smallest].get("writing", {}):
        told = "".join(f"{sizes[size]['writing'][label]:>10.0f}" for size in sizes)
        print(f"{label:38}{told}")
