"""Every cell of the fault matrix; `make faults` prints it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from faults import disk, network
from faults.forge import Forge
from faults.table import Bench, Cell, Impossible

pytestmark = pytest.mark.unmeasured


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("faults")
    with Forge(folder / "forge") as forge:
        yield Bench(folder, forge)


# One play is the proof of every step that it names, so it is run for the first of them.
PLAYS = {cell.hold: cell for cell in reversed([*disk.CELLS, *network.CELLS])}


@pytest.mark.parametrize("cell", [*PLAYS.values()], ids=str)
def test_a_fault(bench: Bench, cell: Cell) -> None:
    with bench.fresh() as fresh:
        try:
            assert cell.hold(fresh)
        except Impossible as error:
            pytest.skip(f"{cell}: {error}")
