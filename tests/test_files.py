import errno
import os
from pathlib import Path

import pytest

from refmatter.errors import VaultBusyError
from refmatter.files import (
    describe_os_error,
    lock_folder,
    remove_leftover,
    temporary_file,
    temporary_files,
)
from support import absent


def test_one_at_a_time(tmp_path: Path) -> None:
    with lock_folder(tmp_path):
        with (
            pytest.raises(VaultBusyError, match="another run"),
            lock_folder(tmp_path),
        ):
            pass
        with lock_folder(tmp_path.parent):
            pass
    with lock_folder(tmp_path):
        pass


def test_a_folder_that_is_not_there_has_nobody_at_work(tmp_path: Path) -> None:
    with lock_folder(tmp_path / "none"):
        assert not (tmp_path / "none").exists()


def test_what_goes_wrong_inside_is_not_swallowed(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), lock_folder(tmp_path):
        raise FileNotFoundError
    with lock_folder(tmp_path):
        pass


def test_a_temporary_file_that_nobody_writes_is_swept(tmp_path: Path) -> None:
    left = tmp_path / ".refmatter-0123456789abcdef.tmp"
    left.write_text("half")
    with temporary_file(tmp_path, b"whole") as (fresh, _):
        assert set(temporary_files(tmp_path)) == {left, fresh}
        for path in temporary_files(tmp_path):
            remove_leftover(path)
        assert temporary_files(tmp_path) == [fresh]
        assert fresh.read_bytes() == b"whole"
    assert temporary_files(tmp_path) == []


def test_nothing_else_is_swept(tmp_path: Path) -> None:
    names = (
        ".refmatter-.tmp",
        ".refmatter-0123456789abcdeg.tmp",
        "x.refmatter-0123456789abcdef.tmp",
    )
    for name in names:
        (tmp_path / name).touch()
    assert temporary_files(tmp_path) == []
    assert temporary_files(tmp_path / "none") == []
    folder, link, pipe = (tmp_path / f".refmatter-000000000000000{n}.tmp" for n in range(3))
    folder.mkdir()
    link.symlink_to(tmp_path / names[0])
    os.mkfifo(pipe)
    for path in (folder, link, pipe, tmp_path / "none"):
        remove_leftover(path)
    assert set(temporary_files(tmp_path)) == {folder, link, pipe}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError("no number"), "no number"),
    ],
)
def test_what_the_system_refused_in_words(error: OSError, words: str) -> None:
    assert describe_os_error(error) == words


def test_a_full_disk_is_told_with_the_way_out() -> None:
    words = describe_os_error(OSError(errno.ENOSPC, "No space left"))
    assert words.startswith("No space left; ")
    assert absent(words, "disk", "again") == []
