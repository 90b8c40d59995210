"""Files of every packing, whole, cut short, hostile; folders, tars and standard input."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import subprocess
import sys
import tarfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from backports import zstd

from refmatter.dumps.decompress import HEAD_BYTES, RATIO_CHECKED_FROM, list_files, open_dump
from refmatter.dumps.detect import read_entries, split_known_files
from refmatter.dumps.record import BadRecord, DumpRecord, SkippedRecord
from refmatter.errors import ConfigError

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": partial(lzma.compress, preset=0),
    "zstd": zstd.compress,
}
PACKED = [name for name in PACKERS if name != "plain"]
LINE = b'{"corpusid":%d,"title":"A title of number %d","authors":[],"year":2000}\n'


def lines(count: int, first: int = 0) -> bytes:
    return b"".join(LINE % (number, number) for number in range(first, first + count))


def padded(count: int) -> bytes:
    """Lines that pack badly, so that a few of them fill several blocks of any packing."""
    noise = random.Random(1)  # noqa: S311 - nothing is kept secret
    row = b'{"corpusid":%d,"title":"A title","noise":"%s"}\n'
    return b"".join(row % (number, noise.randbytes(500).hex().encode()) for number in range(count))


def keys(path: Path) -> list[str]:
    with open_dump(path) as file:
        return [entry.key for entry in read_entries(file) if isinstance(entry, DumpRecord)]


def bad(path: Path) -> list[BadRecord]:
    with open_dump(path) as file:
        return [entry for entry in read_entries(file) if isinstance(entry, BadRecord)]


@pytest.mark.parametrize("packing", PACKERS)
def test_a_packing_is_known_by_its_first_bytes(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "no name that says anything"
    path.write_bytes(PACKERS[packing](lines(3)))
    with open_dump(path) as file:
        assert file.stream.read() == lines(3)
        assert file.head == lines(3)
        assert file.bytes_read == file.size == path.stat().st_size
        assert file.is_plain == (packing == "plain")
        assert not file.damage


@pytest.mark.parametrize("packing", PACKED)
def test_what_was_packed_in_parts_is_read_as_one(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "parts"
    path.write_bytes(PACKERS[packing](lines(3)) + PACKERS[packing](lines(2, first=3)))
    assert keys(path) == ["0", "1", "2", "3", "4"]
    assert bad(path) == []


@pytest.mark.parametrize("packing", PACKED)
def test_a_file_that_is_cut_short_gives_what_can_be_read(packing: str, tmp_path: Path) -> None:
    words = b"".join(b"%x" % (number * 2654435761 % 2**61) for number in range(120_000))
    whole = lines(5) + b'{"corpusid":99,"title":"' + words + b'"}\n' + lines(5, first=5)
    packed = PACKERS[packing](whole)
    path = tmp_path / "cut"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    assert keys(path) == ["0", "1", "2", "3", "4"]
    assert any("cut short" in entry.reason and entry.file == path for entry in bad(path))


@pytest.mark.parametrize("packing", PACKED)
def test_a_file_that_is_damaged_says_so_and_ends(packing: str, tmp_path: Path) -> None:
    packed = bytearray(PACKERS[packing](padded(3000)))
    packed[len(packed) * 3 // 4 :] = bytes(reversed(packed[len(packed) * 3 // 4 :]))
    path = tmp_path / "damaged"
    path.write_bytes(packed)
    assert any("damaged" in entry.reason for entry in bad(path))
    assert keys(path)[0] == "0"


def test_a_file_of_which_nothing_can_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(bz2.compress(lines(100))[:50])
    with open_dump(path) as file, pytest.raises(ConfigError, match="damaged"):
        list(read_entries(file))


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_a_bomb_is_left_before_it_bursts(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(PACKERS[packing](lines(1) + bytes(RATIO_CHECKED_FROM * 5 // 4)))
    with open_dump(path) as file:
        given = 0
        while more := file.stream.read(2**20):
            given += len(more)
        assert given <= RATIO_CHECKED_FROM
        assert "times its size" in file.damage


def test_xz_that_asks_for_much_memory_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "greedy"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2**28}]
    path.write_bytes(lzma.compress(lines(1), filters=filters))
    with open_dump(path) as file:
        assert file.stream.read() == b""
        assert "memory" in file.damage.lower()


def test_a_folder_is_its_files_in_order_but_for_hidden_ones_and_links(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a", ".git/x", "c/.hidden"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    (tmp_path / "d").symlink_to(tmp_path / "b")
    os.mkfifo(tmp_path / "e")
    assert list(list_files(tmp_path)) == [
        tmp_path / "a",
        tmp_path / "b" / "1",
        tmp_path / "b" / "2",
    ]


def test_a_name_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing: .*no such file"):
        list(list_files(tmp_path / "missing"))
    with pytest.raises(ConfigError, match="missing"):
        open_dump(tmp_path / "missing")


def test_a_folder_is_parted_into_what_is_known_and_what_is_not(tmp_path: Path) -> None:
    for name, content in {
        "a": lines(1),
        "b": b"hello",
        "c": b"",
        "d": gzip.compress(lines(1)),
    }.items():
        (tmp_path / name).write_bytes(content)
    assert split_known_files(tmp_path) == (
        [tmp_path / "a", tmp_path / "d"],
        [tmp_path / "b", tmp_path / "c"],
    )
    assert split_known_files(tmp_path / "b") == ([tmp_path / "b"], [])


def test_a_folder_with_nothing_that_is_known_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    with pytest.raises(ConfigError, match=r"\b1 files"):
        split_known_files(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"hello", "no supported kind: .*dblp"),
        (b"PK\x03\x04rest", "unzip -p"),
        (b"<html><body>dblp</body></html>", "no supported kind"),
        (b'{"a": 1}', "no supported kind"),
        (b'{"citingcorpusid": 1, "citedcorpusid": 2}', "no supported kind"),
        (b"\xff\xfe<\0d\0b\0l\0p\0>\0", "no supported kind"),
    ],
)
def test_a_file_that_nobody_knows_is_a_mistake(
    content: bytes, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "dblp.xml"
    path.write_bytes(content)
    with open_dump(path) as file, pytest.raises(ConfigError, match=message):
        list(read_entries(file))


def tarred(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]  # the mode is a test's
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_is_the_files_in_it(mode: str, tmp_path: Path) -> None:
    members = {
        "a/0.json.gz": gzip.compress(lines(2)),
        "README": b"hello",
        "../../outside": lines(1, first=2),
    }
    path = tarred(tmp_path / "dump", members, mode)
    assert keys(path) == ["0", "1", "2"]
    with open_dump(path) as file:
        assert sum(isinstance(entry, SkippedRecord) for entry in read_entries(file)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["dump"]


def test_a_damaged_file_in_a_tar_does_not_keep_the_next_from_being_read(tmp_path: Path) -> None:
    members = {"a.gz": gzip.compress(padded(100))[:-2000], "b": lines(1, first=77_777)}
    path = tarred(tmp_path / "dump", members)
    assert keys(path)[-1] == "77777"
    assert [entry.file for entry in bad(path) if "damaged" in entry.reason] == [path / "a.gz"]


def test_a_tar_that_is_cut_short_says_so(tmp_path: Path) -> None:
    path = tarred(tmp_path / "dump", {"a": lines(100), "b": padded(1000)})
    path.write_bytes(path.read_bytes()[: HEAD_BYTES * 2])
    assert keys(path)[:100] == [str(number) for number in range(100)]
    assert any("cut short" in entry.reason for entry in bad(path))


def test_a_tar_that_is_damaged_between_its_files_says_so(tmp_path: Path) -> None:
    path = tarred(tmp_path / "dump", {"a": lines(1), "b": lines(1, first=1)})
    whole = bytearray(path.read_bytes())
    whole[1024:1536] = b"x" * 512
    path.write_bytes(whole)
    assert keys(path) == ["0"]
    assert any("damaged" in entry.reason for entry in bad(path))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that cannot be read")
def test_a_file_that_the_disk_does_not_give_is_told() -> None:
    with pytest.raises(ConfigError, match=r"/proc/self/mem: .*cannot be read"):
        open_dump(Path("/proc/self/mem"))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_is_closed_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    with pytest.raises(ConfigError, match="Permission denied"):
        list(list_files(tmp_path))


def test_standard_input_is_read_once_and_known_all_the_same() -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from refmatter.dumps.detect import read_entries, split_known_files\n"
        "from refmatter.dumps.decompress import open_dump\n"
        "(path,), _ = split_known_files(Path('-'))\n"
        "with open_dump(path) as file:\n"
        "    print(file.size, *(entry.key for entry in read_entries(file)))\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, input=gzip.compress(lines(3)), capture_output=True, check=True)
    assert done.stdout.decode().split() == ["None", "0", "1", "2"]


def test_a_pipe_with_a_name_is_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feeding = subprocess.Popen(["sh", "-c", f"printf '%s' \"$0\" > '{pipe}'", lines(2).decode()])
    assert keys(pipe) == ["0", "1"]
    assert feeding.wait() == 0


def test_zstd_without_the_extra_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "packed"
    path.write_bytes(zstd.compress(lines(1)))
    program = (
        "import sys; sys.modules['backports'] = None; sys.modules['compression'] = None\n"
        "from pathlib import Path; from refmatter.dumps.decompress import open_dump\n"
        "from refmatter.errors import ConfigError\n"
        "try: open_dump(Path(sys.argv[1]))\n"
        "except ConfigError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert "pip install 'refmatter[catalog]'" in done.stdout
