from pathlib import Path

import pytest

from refmatter.errors import Busy
from refmatter.files import alone


def test_one_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path):
        with pytest.raises(Busy, match="another run is at work here"), alone(tmp_path):
            pass
        with alone(tmp_path.parent):
            pass
    with alone(tmp_path):
        pass


def test_a_folder_that_is_not_there_has_nobody_at_work(tmp_path: Path) -> None:
    with alone(tmp_path / "none"):
        assert not (tmp_path / "none").exists()


def test_what_goes_wrong_inside_is_not_swallowed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), alone(tmp_path):
        raise FileNotFoundError
    with alone(tmp_path):
        pass
