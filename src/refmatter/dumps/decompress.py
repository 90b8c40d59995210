"""Open the files of dumps, decompressed while they are read, within bounds.

    for path in list_files(Path("dumps")):
        with open_dump(path) as file:
            file.stream.read()

Memory is bounded whatever a file contains: nothing is unpacked to disk, and no more is decompressed
at once than a reader asks for. A file that is damaged or cut short gives what can be read of it,
then ends; `damage` says what is wrong.
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

from refmatter.dumps.optional_deps import import_optional
from refmatter.errors import ConfigError
from refmatter.files import describe_os_error

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import WriteableBuffer

HEAD_BYTES = 65536
"""Decompressed bytes at the start of a file that are inspected to detect its kind."""
MAX_RATIO = 400
"""How many times its compressed size a file may have decompressed.

Metadata has ratios of 5 to 30; a larger ratio than this is an attack.
"""
RATIO_CHECKED_FROM = 64 * 2**20
"""Decompressed bytes from which on `MAX_RATIO` is checked."""
MAX_MEMORY = 2**27
"""Bytes of memory for decompression: xz -9 needs half of it, zstd --long as much."""

_CHUNK_BYTES = 2**18
_TAR_MAGIC = (257, b"ustar")  # where its mark stands, and the mark
_READ_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError)


class _PeekableStream(io.RawIOBase):
    """A stream whose next bytes can be looked at before they are read."""

    def __init__(self) -> None:
        self._ahead = b""

    def readable(self) -> bool:
        """Return True: io.BufferedReader asks."""
        return True

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes without reading them; fewer only at the end."""
        while len(self._ahead) < size and (more := self._next_bytes(size - len(self._ahead))):
            self._ahead += more
        return self._ahead[:size]

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read bytes into a buffer; return their number, 0 at the end."""
        view = memoryview(buffer)
        data, self._ahead = self._ahead[: len(view)], self._ahead[len(view) :]
        data = data or self._next_bytes(len(view))
        view[: len(data)] = data
        return len(data)

    def _next_bytes(self, size: int) -> bytes:
        """Return at most `size` further bytes; none at the end."""
        raise NotImplementedError


class _CountedStream(_PeekableStream):
    """A stream that counts the bytes read from it."""

    def __init__(self, inner: IO[bytes]) -> None:
        super().__init__()
        self._inner = inner
        self.bytes_read = 0

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read bytes into a buffer, and count them."""
        count = super().readinto(buffer)
        self.bytes_read += count
        return count

    def _next_bytes(self, size: int) -> bytes:
        return self._inner.read(size)


class _Decoder(Protocol):
    """What the standard library's decompressors have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _DecompressedStream(_PeekableStream):
    """The decompressed content of a stream; compressed files that follow each other are joined."""

    def __init__(self, packed: IO[bytes], start: Callable[[], _Decoder]) -> None:
        super().__init__()
        self._packed, self._start = packed, start
        self._decoder = start()
        self._left = b""

    def _next_bytes(self, size: int) -> bytes:
        data = b""
        while not data:
            if self._decoder.eof:
                self._left = self._decoder.unused_data or self._packed.read(_CHUNK_BYTES)
                if not self._left.strip(b"\0"):  # xz may be padded
                    return b""
                self._decoder = self._start()
            elif self._decoder.needs_input:
                self._left = self._packed.read(_CHUNK_BYTES)
                if not self._left:
                    raise EOFError("it is cut short")
            data = self._decoder.decompress(self._left, size)
            self._left = b""
        return data


class _BoundedStream(_PeekableStream):
    """A stream that ends where it is damaged or exceeds `MAX_RATIO`; `damage` says why."""

    def __init__(self, inner: IO[bytes], packed: _CountedStream | None) -> None:
        super().__init__()
        self._inner, self._packed = inner, packed
        self._given = 0
        self.damage = ""

    def _next_bytes(self, size: int) -> bytes:
        if self.damage:
            return b""
        try:
            data = self._inner.read(min(size, _CHUNK_BYTES))
        except Exception as error:  # noqa: BLE001 - zstd's error class may not be installed
            self.damage = f"it is damaged or cut short: {error}"
            return b""
        self._given += len(data)
        if self._packed and self._given > max(
            RATIO_CHECKED_FROM, MAX_RATIO * self._packed.bytes_read
        ):
            self.damage = f"it unpacks to more than {MAX_RATIO} times its size"
            return b""
        return data


class _StrictTarInfo(tarfile.TarInfo):
    """A file in a tar, for which a damaged header is an error.

    At a damaged header, tarfile would end in silence.
    """

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Return the file of a header. Raises OSError if it is damaged, where tarfile would end."""
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if len(buf) == tarfile.BLOCKSIZE and not buf.strip(b"\0"):
                raise  # the end, as it should be
            raise OSError(str(error)) from error


@dataclass
class DumpFile:
    """An open file of a dump, decompressed.

    `path` is its name in reports; `head` has its first bytes, which `stream` yields again. `size`
    is the size on disk in bytes, None for a pipe. `is_plain` says that the file can also be opened
    by its path, without decompression. A context manager.
    """

    path: Path
    stream: IO[bytes]
    head: bytes
    size: int | None
    is_plain: bool
    _whole: _BoundedStream
    _packed: _CountedStream
    _closing: contextlib.ExitStack

    @property
    def damage(self) -> str:
        """The reason why the stream ended too early; "" if it did not."""
        return self._whole.damage

    @property
    def bytes_read(self) -> int:
        """Bytes of the file on disk read so far: the progress towards `size`."""
        return self._packed.bytes_read

    @property
    def is_tar(self) -> bool:
        """Whether the file is a tar."""
        start, magic = _TAR_MAGIC
        return self.head[start : start + len(magic)] == magic

    def members(self) -> Iterator[DumpFile]:
        """Yield the files in a tar, each to be read before the next; otherwise this file.

        A damaged tar ends early, and `damage` says why.
        """
        if not self.is_tar:
            yield self
            return
        try:
            with tarfile.open(fileobj=self.stream, mode="r|", tarinfo=_StrictTarInfo) as tar:
                for member in tar:
                    if member.isreg() and (content := tar.extractfile(member)):
                        yield self._part(member.name, content)
        except _READ_ERRORS as error:
            self._whole.damage = self._whole.damage or f"it is damaged or cut short: {error}"

    def _part(self, name: str, content: IO[bytes]) -> DumpFile:
        """Return a file in this tar, opened like any other."""
        return _open_stream(self.path / name.lstrip("/"), content, None, self._closing)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()


def list_files(path: Path) -> Iterator[Path]:
    """Yield the files in a folder and its subfolders, sorted; for a file, or `-`, the path itself.

    In folders, hidden files, symbolic links and special files are skipped. Raises ConfigError if
    the path does not exist.
    """
    if str(path) != "-" and path.is_dir():
        yield from _walk_folder(path)
        return
    if str(path) != "-" and not path.exists():
        raise ConfigError(f"{path}: there is no such file or folder; see how its name is spelt")
    yield path


def _walk_folder(folder: Path) -> Iterator[Path]:
    """Yield the regular files in a folder and its subfolders, sorted. Raises ConfigError."""
    try:
        with os.scandir(folder) as entries:
            sorted_entries = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise ConfigError(f"{folder}: {describe_os_error(error)}") from error
    for entry in sorted_entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk_folder(folder / entry.name)
        elif entry.is_file(follow_symlinks=False):
            yield folder / entry.name


def open_dump(path: Path) -> DumpFile:
    """Open a file, or standard input for `-`, decompressed if it is gzip, bzip2, xz or zstd.

    The first bytes decide. Raises ConfigError if it cannot be opened, or a package is missing.
    """
    closing = contextlib.ExitStack()
    if str(path) == "-":
        return _open_stream(path, sys.stdin.buffer, None, closing)
    try:
        file = closing.enter_context(path.open("rb"))
        state = os.fstat(file.fileno())
    except OSError as error:
        raise ConfigError(f"{path}: {describe_os_error(error)}") from error
    size = state.st_size if stat.S_ISREG(state.st_mode) else None
    return _open_stream(path, file, size, closing)


def _open_stream(
    path: Path, file: IO[bytes], size: int | None, closing: contextlib.ExitStack
) -> DumpFile:
    """Return the decompressed file behind an open stream.

    Raises ConfigError if it cannot be read.
    """
    packed = _CountedStream(file)
    try:
        magic = packed.peek(6)
    except _READ_ERRORS as error:
        closing.close()
        raise ConfigError(f"{path}: it cannot be read: {error}") from error
    unpacking = next(
        (decompress for start, decompress in _DECOMPRESSORS.items() if magic.startswith(start)),
        None,
    )
    inner = unpacking(cast("BinaryIO", packed)) if unpacking else packed
    bounded = _BoundedStream(cast("IO[bytes]", inner), packed if unpacking else None)
    head = bounded.peek(HEAD_BYTES)
    stream = cast("IO[bytes]", io.BufferedReader(bounded, _CHUNK_BYTES))
    is_plain = size is not None and not unpacking
    return DumpFile(path, stream, head, size, is_plain, bounded, packed, closing)


def _decompress_gzip(packed: BinaryIO) -> IO[bytes]:
    """Return the decompressed content of a gzip stream."""
    return cast("IO[bytes]", gzip.GzipFile(fileobj=packed, mode="rb"))


def _decompress_bzip2(packed: BinaryIO) -> IO[bytes]:
    """Return the decompressed content of a bzip2 stream."""
    return cast("IO[bytes]", _DecompressedStream(packed, BZ2Decompressor))


def _decompress_xz(packed: BinaryIO) -> IO[bytes]:
    """Return the decompressed content of an xz stream."""

    def start() -> LZMADecompressor:
        """Return a decompressor with limited memory."""
        return LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_MEMORY)

    return cast("IO[bytes]", _DecompressedStream(packed, start))


def _decompress_zstd(packed: BinaryIO) -> IO[bytes]:
    """Return the decompressed content of a zstd stream.

    Raises ConfigError if no module that reads it is installed.
    """
    module = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    zstd = import_optional(module, "a file that zstd has packed")
    options = {zstd.DecompressionParameter.window_log_max: MAX_MEMORY.bit_length() - 1}
    return cast(
        "IO[bytes]", _DecompressedStream(packed, lambda: zstd.ZstdDecompressor(options=options))
    )


_DECOMPRESSORS: dict[bytes, Callable[[BinaryIO], IO[bytes]]] = {
    b"\x1f\x8b": _decompress_gzip,
    b"BZh": _decompress_bzip2,
    b"\xfd7zXZ\0": _decompress_xz,
    b"\x28\xb5\x2f\xfd": _decompress_zstd,
}
