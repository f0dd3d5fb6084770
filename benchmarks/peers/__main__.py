"""The peers alone: `python -m benchmarks.peers FOLDER DATABASE`, where their environment is to be and a SQLite file."""

import sys
from pathlib import Path

from benchmarks.peers import compare, show

show(compare(Path(sys.argv[1]), Path(sys.argv[2])))
