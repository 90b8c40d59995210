"""A path -> its files, unpacked as they are read, within bounds.

    for path in files(Path("dumps")):
        with opened(path) as file:
            file.stream.read()

Memory is bounded whatever a file holds: nothing is unpacked to disk, and never more at once than
a reader asks for. A file that is damaged or cut short gives what can be read of it, then ends;
`damage` says what is wrong.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import os
import stat
import sys
import tarfile
import zlib
from bz2 import BZ2Decompressor
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from lzma import LZMADecompressor
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol, Self, cast

from refmatter.dumps.optional_deps import needed
from refmatter.errors import ConfigError
from refmatter.files import describe_os_error

if TYPE_CHECKING:
    from types import TracebackType

HEAD = 65536
"""How much of a file is looked at to see what it is, in bytes, unpacked."""
RATIO = 400
"""How many times its packed size a file may have unpacked. Metadata comes to 5 to 30 times; what
goes beyond this was made to harm."""
SMALL = 64 * 2**20
"""Bytes unpacked up to which nobody asks for the ratio."""
MEMORY = 2**27
"""What unpacking may take in memory, in bytes: xz -9 wants half of it, zstd --long as much."""

_CHUNK = 2**18
_TAR = (257, b"ustar")  # where its mark stands, and the mark
_DAMAGES = (EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError)


class _CountedStream(io.RawIOBase):
    """A stream, counted as it is read; what was looked at is given again."""

    def __init__(self, inner: IO[bytes]) -> None:
        self._inner = inner
        self._ahead = b""
        self.taken = 0

    def look(self, size: int) -> bytes:
        """What comes next: `size` bytes, less only at the end."""
        while len(self._ahead) < size and (more := self._inner.read(size - len(self._ahead))):
            self._ahead += more
        return self._ahead[:size]

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own buffer
        data, self._ahead = self._ahead[: len(buffer)], self._ahead[len(buffer) :]
        data = data or self._inner.read(len(buffer))
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


class _Decoder(Protocol):
    """What the standard library's decompressors have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Inflated(io.RawIOBase):
    """What a decompressor makes of a stream, one after the other where several were put
    together."""

    def __init__(self, packed: IO[bytes], start: Callable[[], _Decoder]) -> None:
        self._packed, self._start = packed, start
        self._decoder = start()
        self._left = b""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own buffer
        data = b""
        while not data:
            if self._decoder.eof:
                self._left = self._decoder.unused_data or self._packed.read(_CHUNK)
                if not self._left.strip(b"\0"):  # xz may be padded
                    return 0
                self._decoder = self._start()
            elif self._decoder.needs_input:
                self._left = self._packed.read(_CHUNK)
                if not self._left:
                    raise EOFError("it is cut short")
            data = self._decoder.decompress(self._left, len(buffer))
            self._left = b""
        buffer[: len(data)] = data
        return len(data)


class _Whole(io.RawIOBase):
    """A stream that ends where it is damaged, or unpacks to more than it should, and tells why."""

    def __init__(self, inner: IO[bytes], packed: _CountedStream | None) -> None:
        self._inner, self._packed = inner, packed
        self._given = 0
        self._ahead = b""
        self.damage = ""

    def readable(self) -> bool:
        return True

    def look(self, size: int) -> bytes:
        """What comes next: `size` bytes, less only at the end."""
        while len(self._ahead) < size and (more := self._more(size - len(self._ahead))):
            self._ahead += more
        return self._ahead[:size]

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # io's own buffer
        data, self._ahead = self._ahead[: len(buffer)], self._ahead[len(buffer) :]
        data = data or self._more(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _more(self, size: int) -> bytes:
        if self.damage:
            return b""
        try:
            data = self._inner.read(min(size, _CHUNK))
        except Exception as error:  # noqa: BLE001 - zstd's own error is known where it is there
            self.damage = f"it is damaged or cut short: {error}"
            return b""
        self._given += len(data)
        if self._packed and self._given > max(SMALL, RATIO * self._packed.taken):
            self.damage = f"it unpacks to more than {RATIO} times its size"
            return b""
        return data


class _Member(tarfile.TarInfo):
    """A file in a tar. What is no header is an error: for tarfile it is the end, in silence."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if len(buf) == tarfile.BLOCKSIZE and not buf.strip(b"\0"):
                raise  # the end, as it should be
            raise OSError(str(error)) from error


@dataclass
class Opened:
    """A file being read: `path` is how it is called in reports, `head` its first bytes (which
    `stream` gives again), both unpacked. `size` is that of the file on disk in bytes, None where
    it has none (a pipe), and `plain` tells that it can also be opened by its path as it is."""

    path: Path
    stream: IO[bytes]
    head: bytes
    size: int | None
    plain: bool
    _whole: _Whole
    _packed: _CountedStream
    _closing: contextlib.ExitStack

    @property
    def damage(self) -> str:
        """Why the stream ended too early; "" while it has not."""
        return self._whole.damage

    @property
    def taken(self) -> int:
        """How much of the file on disk was read, in bytes: the progress to `size`."""
        return self._packed.taken

    @property
    def tar(self) -> bool:
        """Whether it is a tar, and so several files."""
        start, mark = _TAR
        return self.head[start : start + len(mark)] == mark

    def parts(self) -> Iterator[Opened]:
        """The files in a tar, one after the other, each to be read before the next; any other
        file itself. A damaged tar ends early, and `damage` says so."""
        if not self.tar:
            yield self
            return
        try:
            with tarfile.open(fileobj=self.stream, mode="r|", tarinfo=_Member) as tar:
                for member in tar:
                    if member.isreg() and (content := tar.extractfile(member)):
                        yield self._part(member.name, content)
        except _DAMAGES as error:
            self._whole.damage = self._whole.damage or f"it is damaged or cut short: {error}"

    def _part(self, name: str, content: IO[bytes]) -> Opened:
        return _unpacked(self.path / name.lstrip("/"), content, None, self._closing)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()


def files(path: Path) -> Iterator[Path]:
    """The files in a folder and in the folders within, sorted; a file, or `-`, itself.

    What has a hidden name, leads elsewhere or is no ordinary file is passed over in a folder.
    Raises ConfigError where there is nothing of that name.
    """
    if str(path) != "-" and path.is_dir():
        yield from _inside(path)
        return
    if str(path) != "-" and not path.exists():
        raise ConfigError(f"{path}: there is no such file or folder; see how its name is spelt")
    yield path


def _inside(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda each: each.name)
    except OSError as error:
        raise ConfigError(f"{folder}: {describe_os_error(error)}") from error
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _inside(folder / entry.name)
        elif entry.is_file(follow_symlinks=False):
            yield folder / entry.name


def opened(path: Path) -> Opened:
    """A file, or standard input for `-`: unpacked if it is gzip, bzip2, xz or zstd by its first
    bytes. Raises ConfigError where it cannot be opened, or needs what is not installed."""
    closing = contextlib.ExitStack()
    if str(path) == "-":
        return _unpacked(path, sys.stdin.buffer, None, closing)
    try:
        file = closing.enter_context(path.open("rb"))
        state = os.fstat(file.fileno())
    except OSError as error:
        raise ConfigError(f"{path}: {describe_os_error(error)}") from error
    size = state.st_size if stat.S_ISREG(state.st_mode) else None
    return _unpacked(path, file, size, closing)


def _unpacked(
    path: Path, file: IO[bytes], size: int | None, closing: contextlib.ExitStack
) -> Opened:
    packed = _CountedStream(file)
    try:
        mark = packed.look(6)
    except _DAMAGES as error:
        closing.close()
        raise ConfigError(f"{path}: it cannot be read: {error}") from error
    unpacking = next((how for start, how in _UNPACKING.items() if mark.startswith(start)), None)
    inner = unpacking(cast("BinaryIO", packed)) if unpacking else packed
    whole = _Whole(cast("IO[bytes]", inner), packed if unpacking else None)
    head = whole.look(HEAD)
    stream = cast("IO[bytes]", io.BufferedReader(whole, _CHUNK))
    plain = size is not None and not unpacking
    return Opened(path, stream, head, size, plain, whole, packed, closing)


def _gunzipped(packed: BinaryIO) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(fileobj=packed, mode="rb"))


def _bunzipped(packed: BinaryIO) -> IO[bytes]:
    return cast("IO[bytes]", _Inflated(packed, BZ2Decompressor))


def _unxzed(packed: BinaryIO) -> IO[bytes]:
    def start() -> LZMADecompressor:
        return LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY)

    return cast("IO[bytes]", _Inflated(packed, start))


def _unzstded(packed: BinaryIO) -> IO[bytes]:
    place = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    zstd = needed(place, "a file that zstd has packed")
    options = {zstd.DecompressionParameter.window_log_max: MEMORY.bit_length() - 1}
    return cast("IO[bytes]", _Inflated(packed, lambda: zstd.ZstdDecompressor(options=options)))


_UNPACKING: dict[bytes, Callable[[BinaryIO], IO[bytes]]] = {
    b"\x1f\x8b": _gunzipped,
    b"BZh": _bunzipped,
    b"\xfd7zXZ\0": _unxzed,
    b"\x28\xb5\x2f\xfd": _unzstded,
}
