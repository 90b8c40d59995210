"""The benchmarks are programs beside the package, and import from the folder they stand in."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
