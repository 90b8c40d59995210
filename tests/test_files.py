import errno
import os
from pathlib import Path

import pytest

from refmatter.errors import VaultBusyError
from refmatter.files import alone, in_words, sweep, temporaries, temporary


def test_one_at_a_time(tmp_path: Path) -> None:
    with alone(tmp_path):
        with pytest.raises(VaultBusyError, match="another run is at work here"), alone(tmp_path):
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


def test_a_temporary_file_that_nobody_writes_is_swept(tmp_path: Path) -> None:
    left = tmp_path / ".refmatter-0123456789abcdef.tmp"
    left.write_text("half")
    with temporary(tmp_path, b"whole") as (fresh, _):
        assert set(temporaries(tmp_path)) == {left, fresh}
        for each in temporaries(tmp_path):
            sweep(each)
        assert temporaries(tmp_path) == [fresh]
        assert fresh.read_bytes() == b"whole"
    assert temporaries(tmp_path) == []


def test_nothing_else_is_swept(tmp_path: Path) -> None:
    names = (
        ".refmatter-.tmp",
        ".refmatter-0123456789abcdeg.tmp",
        "x.refmatter-0123456789abcdef.tmp",
    )
    for name in names:
        (tmp_path / name).touch()
    assert temporaries(tmp_path) == []
    assert temporaries(tmp_path / "none") == []
    folder, link, pipe = (tmp_path / f".refmatter-000000000000000{n}.tmp" for n in range(3))
    folder.mkdir()
    link.symlink_to(tmp_path / names[0])
    os.mkfifo(pipe)
    for each in (folder, link, pipe, tmp_path / "none"):
        sweep(each)
    assert set(temporaries(tmp_path)) == {folder, link, pipe}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(errno.ENOSPC, "No space left"),
            "No space left; make room on the disk and run again",
        ),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError("no number"), "no number"),
    ],
)
def test_what_the_system_refused_in_words(error: OSError, words: str) -> None:
    assert in_words(error) == words
