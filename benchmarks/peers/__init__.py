"""What others would give for the same hundred usages with what they cite, each beside the bare loop in its own process.

Their packages stand in an environment of their own, which is made on first need: nothing of ours depends on them. Both
read the SQLite file that the benchmark has made.
"""

import json
import subprocess
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = ("datasette_peer", "ninja_peer")


def environment(folder: Path) -> Path:
    """The interpreter of the peers' environment, made and filled where it is not there yet."""
    place = folder / "peers"
    python = place / "bin" / "python"
    ready = place / "ready"
    if not ready.exists():
        venv.create(place, with_pip=True)
        requirements = HERE / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        ready.touch()
    return python


def compare(folder: Path, database: Path) -> dict[str, dict[str, float]]:
    """For each peer the CPU milliseconds of its answer and of the bare loop, least of several, and how long it is."""
    python = environment(folder)
    found = {}
    for peer in PEERS:
        told = subprocess.run(
            [python, "-m", f"benchmarks.peers.{peer}", str(database)],
            cwd=HERE.parent.parent,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        found[peer.removesuffix("_peer")] = json.loads(told.stdout.splitlines()[-1])
    return found


def show(found: dict[str, dict[str, float]]) -> None:
    print("\nA hundred usages with what they cite, CPU ms, SQLite")
    print(f"{'':20}{'answer':>10}{'bare loop':>11}{'ratio':>8}{'kB':>7}")
    for peer, costs in found.items():
        ratio = costs["answer"] / costs["bare"]
        print(f"{peer:20}{costs['answer']:>10.2f}{costs['bare']:>11.2f}{ratio:>8.1f}{costs['bytes'] / 1000:>7.0f}")
