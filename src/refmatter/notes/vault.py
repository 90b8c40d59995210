"""Read and write the notes of a vault on disk, atomically and only inside its root.

This is the only place where notes are read from and written to disk. Links, `..` and odd
names never lead to a write outside of the root.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from refmatter.errors import ConflictError, NoteError
from refmatter.files import (
    describe_os_error,
    is_temporary,
    sync_folder,
    temporary_file,
    temporary_files,
)

MAX_NOTE_BYTES = 16 << 20
"""The most bytes a note may have."""
NAME_TAKEN = "a file of that name exists already; run again, or move it out of the way"
MAX_NAME_BYTES = 255
"""The most bytes of a file's name on the file systems in use (POSIX NAME_MAX)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_RELATIVE = re.compile(r"[A-Za-z]:(?:[/\\]|$)|[A-Za-z][A-Za-z0-9+.-]*://|mailto:|~")
_ATTACHMENT = re.compile(
    r"\.(?:pdf|epub|djvu|png|jpe?g|gif|svg|webp|html?|txt|bib|csv|json|ya?ml|docx?|pptx?|xlsx?|zip|canvas|base)$",
    re.IGNORECASE,
)
_GLOB_PARTS = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)


def _raise(_folder: PurePosixPath, error: NoteError) -> None:
    """Raise the error of a folder that cannot be listed."""
    raise error


def _ignore(_leftover: Path) -> None:
    """Leave a leftover file, for callers that only read."""


def walk(
    root: Path,
    include: Sequence[str],
    exclude: Sequence[str],
    unlisted: Callable[[PurePosixPath, NoteError], None] = _raise,
    leftover: Callable[[Path], None] = _ignore,
) -> Iterator[PurePosixPath]:
    """Yield the paths of a vault's notes, sorted, relative to its root.

    Patterns match the whole relative path: `*` and `?` stay within a name, `**` crosses
    folders and may match none. An excluded folder is not entered. Hidden files and folders
    (`.git`, `.obsidian`, `.trash`) and names that are not Unicode are left out. Linked folders
    are not followed; a linked file counts if it leads to a file within the root. `unlisted` is
    called for each folder that cannot be listed, and the walk goes on; `leftover` for each
    temporary file where notes are written: in the walked folders, and in those that linked
    files lead to.

    Raises:
        NoteError: the root cannot be listed; or any folder, if `unlisted` is not given.

    """
    yield from map(PurePosixPath, note_paths(root, include, exclude, unlisted, leftover))


def note_paths(
    root: Path,
    include: Sequence[str],
    exclude: Sequence[str],
    unlisted: Callable[[PurePosixPath, NoteError], None] = _raise,
    leftover: Callable[[Path], None] = _ignore,
) -> list[str]:
    """Return the same paths as `walk`, as text, which is faster for many thousands."""
    wanted, unwanted = glob_pattern(include).fullmatch, glob_pattern(exclude).fullmatch
    real_root = os.path.realpath(root)
    found: list[str] = []
    link_folders: set[Path] = set()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = _list_folder(root, folder)
        except NoteError as error:
            if not folder:
                raise
            unlisted(PurePosixPath(folder), error)
            continue
        for entry in entries:
            path = folder + entry.name
            if is_temporary(entry.name):
                leftover(Path(entry.path))
            if entry.name.startswith(".") or not _is_unicode(entry.name) or unwanted(path):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(path + "/")
            elif wanted(path) and (
                entry.is_file(follow_symlinks=False) or _leads_inside(entry, real_root)
            ):
                found.append(path)
                link_folders |= _write_folders(entry)
    for link_folder in link_folders:
        _report_leftovers(link_folder, leftover)
    return sorted(found)


def _write_folders(entry: os.DirEntry[str]) -> set[Path]:
    """Return the folder where a linked note is written; nothing for a note that is no link."""
    return {Path(os.path.realpath(entry.path)).parent} if entry.is_symlink() else set()


def _report_leftovers(folder: Path, leftover: Callable[[Path], None]) -> None:
    """Call `leftover` for each temporary file in a folder."""
    for path in temporary_files(folder):
        leftover(path)


def read(root: Path, path: PurePosixPath) -> bytes:
    """Return the bytes of a note.

    Raises:
        NoteError: it cannot be read, is no file within the root, or is over 16 MiB.

    """
    return _read_bytes(_real_path(root, path))


def digest(data: bytes) -> str:
    """Return the SHA-256 of a note's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def replace(root: Path, path: PurePosixPath, expected_digest: str, data: bytes) -> None:
    """Write a note's new bytes, all or none; its permissions stay.

    If the note is a symbolic link, its target is written and the link stays.

    Raises:
        ConflictError: the file no longer has `expected_digest`.
        NoteError: it cannot be written, or lies outside of the root.

    """
    with _note_errors("written"):
        if not os.path.lexists(root / path):
            raise ConflictError("the note is gone since it was read; run again")
        target = _real_path(root, path)
        old = target.stat()
        with temporary_file(target.parent, data) as (fresh, file):
            with contextlib.suppress(PermissionError):  # only root may give a file away
                os.fchown(file, old.st_uid, old.st_gid)
            os.fchmod(file, stat.S_IMODE(old.st_mode))
            os.fsync(file)
            if digest(_read_bytes(target)) != expected_digest:
                raise ConflictError("the note was changed since it was read; run again")
            fresh.replace(target)
        sync_folder(target.parent)


def create(root: Path, path: PurePosixPath, data: bytes) -> None:
    """Create a note and the folders it needs; an existing file is never overwritten.

    Raises:
        ConflictError: something has that name, even a link that leads nowhere.
        NoteError: it cannot be written, or would lie outside of the root.

    """
    target = root / path
    with _note_errors("written"):
        if not _within(os.path.realpath(target.parent), os.path.realpath(root)):
            raise NoteError("the note would lie outside of the vault")
        if exists(root, path):
            raise ConflictError(NAME_TAKEN)
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary_file(target.parent, data) as (fresh, file):
            os.fsync(file)
            try:
                # Unlike a rename, a link never takes the place of a file that appeared by now.
                os.link(fresh, target)
            except FileExistsError as error:
                raise ConflictError(NAME_TAKEN) from error
        sync_folder(target.parent)


def remove(root: Path, path: PurePosixPath, expected_digest: str) -> None:
    """Delete a note; of a symbolic link the link, not its target.

    Raises:
        ConflictError: the file no longer has `expected_digest`.
        NoteError: it cannot be removed, or lies outside of the root.

    """
    with _note_errors("removed"):
        if not os.path.lexists(root / path):
            raise ConflictError("the note is gone since it was read")
        if digest(_read_bytes(_real_path(root, path))) != expected_digest:
            raise ConflictError("the note was changed since it was read")
        folder = os.path.realpath((root / path).parent)
        if not _within(folder, os.path.realpath(root)):
            raise NoteError("the note lies outside of the vault")
        Path(folder, path.name).unlink()
        sync_folder(Path(folder))


def remove_empty_folder(root: Path, folder: PurePosixPath) -> None:
    """Remove a folder if it is empty; never a link, and never the root itself."""
    place = root / folder
    real = os.path.realpath(place.parent)
    if folder.parts and _within(real, os.path.realpath(root)) and not place.is_symlink():
        with contextlib.suppress(OSError):
            Path(real, folder.name).rmdir()


def is_note_path(path: PurePosixPath, include: Sequence[str]) -> bool:
    """Whether a path can be a note's: inside the vault, not hidden, and named like notes are."""
    is_relative = bool(path.parts) and not path.is_absolute() and not _CONTROL.search(str(path))
    is_visible = not any(part.startswith(".") or not _is_valid_name(part) for part in path.parts)
    has_note_name = path.suffix.lower() in (".md", ".markdown") or bool(
        glob_pattern(include).fullmatch(str(path))
    )
    return is_relative and is_visible and has_note_name


def exists(root: Path, path: PurePosixPath) -> bool:
    """Whether anything has that name, even a link that leads nowhere."""
    return os.path.lexists(root / path)


def folded_path(path: PurePosixPath) -> str:
    """Return a path as file systems that fold case and accents compare it."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def resolve_link(root: Path, base: PurePosixPath, target: str) -> PurePosixPath | None:
    """Return the path of the note to which a link in the note `base` leads, relative to the root.

    `.md` is added if it is missing. None if the target is absolute, an attachment or an invalid
    name, or if it leads out of the root (symbolic links included) or into a hidden folder.
    """
    if _CONTROL.search(target) or _NOT_RELATIVE.match(target) or "\\" in target:
        return None
    if target.startswith("/") or target.endswith("/") or _ATTACHMENT.search(target):
        return None
    parts = list(base.parent.parts)
    for part in target.split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    if not parts or target.rpartition("/")[2] in ("", ".", ".."):
        return None
    if not parts[-1].lower().endswith((".md", ".markdown")):
        parts[-1] += ".md"
    if any(part.startswith(".") or not _is_valid_name(part) for part in parts):
        return None
    return PurePosixPath(*parts) if _stays_inside(root, parts) else None


def _is_unicode(name: str) -> bool:
    """Whether a file name is valid Unicode."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_valid_name(name: str) -> bool:
    """Whether a file can have this name: valid Unicode of at most 255 bytes."""
    return _is_unicode(name) and len(name.encode()) <= MAX_NAME_BYTES


def _stays_inside(root: Path, parts: Sequence[str]) -> bool:
    """Whether no symbolic link on the path leads out of the root; most paths have no link:
    cheap."""
    place = str(root)
    for part in parts:
        place = f"{place}/{part}"
        if Path(place).is_symlink():
            return _within(os.path.realpath("/".join([str(root), *parts])), os.path.realpath(root))
    return True


def _within(path: str, top: str) -> bool:
    """Whether a path is `top` or lies inside it."""
    return path == top or path.startswith(top.rstrip("/") + "/")


def glob_pattern(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern that a path matches as a whole if it matches any of these globs."""
    return re.compile("|".join(map(_glob_pattern, patterns)) or "(?!)", re.DOTALL)


def _glob_pattern(pattern: str) -> str:
    """Return a glob as a regular expression (like `full_match`, which is new in Python 3.13)."""
    pattern = pattern.removeprefix("./").rstrip("/")
    folder = re.sub(r"(?:/\*\*)+$", "", pattern)
    return "".join(map(_glob_part_pattern, _GLOB.findall(folder))) + (
        "(?:/.*)?" if folder != pattern else ""
    )


def _glob_part_pattern(glyph: str) -> str:
    """Return the regular expression of one part of a glob: a wildcard, a range, or a letter."""
    if glyph in _GLOB_PARTS:
        return _GLOB_PARTS[glyph]
    if len(glyph) == 1:
        return re.escape(glyph)
    negated = glyph.startswith("[!")
    inner = re.sub(r"([\\\[\]&~|^])", r"\\\1", glyph[1 + negated : -1])
    try:
        return re.compile(f"[^/{inner}]" if negated else f"[{inner}]").pattern
    except re.error:  # a range that runs backwards
        return re.escape(glyph)


def _list_folder(root: Path, folder: str) -> list[os.DirEntry[str]]:
    """Return the entries of a folder.

    Raises:
        NoteError: it cannot be listed.

    """
    try:
        with os.scandir(root / folder) as entries:
            return list(entries)
    except OSError as error:
        raise NoteError(
            f"the folder {folder or root} cannot be listed: {describe_os_error(error)}"
        ) from error


def _leads_inside(entry: os.DirEntry[str], top: str) -> bool:
    """Whether an entry is a symbolic link to a file inside the root."""
    path = Path(entry.path)
    return path.is_symlink() and path.is_file() and _within(os.path.realpath(path), top)


def _real_path(root: Path, path: PurePosixPath) -> Path:
    """Return where a note lies after all links are followed.

    Raises:
        NoteError: it does not exist, or lies outside of the root.

    """
    with _note_errors("read"):
        real = os.path.realpath(root / path, strict=True)
    if not _within(real, os.path.realpath(root)):
        raise NoteError("the note lies outside of the vault")
    return Path(real)


def _read_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        NoteError: it cannot be read, is no regular file, or is over 16 MiB.

    """
    with _note_errors("read"), open(path, "rb", opener=_open_nonblocking) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NoteError("it is no ordinary file; move it out of the way")
        data = file.read(MAX_NOTE_BYTES + 1)
    if len(data) > MAX_NOTE_BYTES:
        raise NoteError(f"it is over {MAX_NOTE_BYTES >> 20} MiB")
    return data


def _open_nonblocking(path: str, flags: int) -> int:
    """Open a file so that a named pipe does not block."""
    return os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not make us wait


@contextlib.contextmanager
def _note_errors(action: str) -> Iterator[None]:
    """Turn an OSError into a NoteError that says what failed and what to do."""
    try:
        yield
    except OSError as error:
        raise NoteError(f"the note cannot be {action}: {describe_os_error(error)}") from error
