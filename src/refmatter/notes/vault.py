"""A folder -> the paths and bytes of its notes, and new bytes -> files put there atomically.

This is the only place where notes are read from and written to disk. Nothing outside the
vault's root is ever written, whatever links, `..` or names lead there.
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
from refmatter.files import in_words, is_temporary, settle, temporaries, temporary

MAX_NOTE = 16 << 20
"""The most bytes a note may have."""
TAKEN = "a file of that name exists already; run again, or move it out of the way"
MAX_NAME = 255
"""The most bytes of a file's name on the file systems in use (POSIX NAME_MAX)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ELSEWHERE = re.compile(r"[A-Za-z]:(?:[/\\]|$)|[A-Za-z][A-Za-z0-9+.-]*://|mailto:|~")
_ATTACHMENT = re.compile(
    r"\.(?:pdf|epub|djvu|png|jpe?g|gif|svg|webp|html?|txt|bib|csv|json|ya?ml|docx?|pptx?|xlsx?|zip|canvas|base)$",
    re.IGNORECASE,
)
_PIECES = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]/]*\]|.", re.DOTALL)


def _raise(_folder: PurePosixPath, error: NoteError) -> None:
    raise error


def _let_be(_leftover: Path) -> None:
    """For those who only look."""


def walk(
    root: Path,
    include: Sequence[str],
    exclude: Sequence[str],
    unlisted: Callable[[PurePosixPath, NoteError], None] = _raise,
    leftover: Callable[[Path], None] = _let_be,
) -> Iterator[PurePosixPath]:
    """The notes of a vault, sorted, relative to its root.

    Patterns match the whole relative path: `*` and `?` stay within a name, `**` crosses
    folders and may match none. An excluded folder is not entered. Hidden files and folders
    (`.git`, `.obsidian`, `.trash`) and names that are no Unicode are left out; linked folders
    are not followed; a linked file counts if it leads to a file within the root. `unlisted` is
    told of a folder that cannot be listed, and the walk goes on; `leftover` is told of each
    temporary file that stands where notes are written: in the folders that are walked, and in
    those that linked files lead to.

    Raises:
        NoteError: the root cannot be listed; any folder, where `unlisted` is not given.

    """
    yield from map(PurePosixPath, paths(root, include, exclude, unlisted, leftover))


def paths(
    root: Path,
    include: Sequence[str],
    exclude: Sequence[str],
    unlisted: Callable[[PurePosixPath, NoteError], None] = _raise,
    leftover: Callable[[Path], None] = _let_be,
) -> list[str]:
    """The same as `walk`, as text: so many thousands are quicker made."""
    wanted, unwanted = _matcher(include), _matcher(exclude)
    top = os.path.realpath(root)
    found: list[str] = []
    elsewhere: set[Path] = set()
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = _listed(root, folder)
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
            elif wanted(path) and (entry.is_file(follow_symlinks=False) or _leads_in(entry, top)):
                found.append(path)
                elsewhere |= _written_in(entry)
    for place in elsewhere:
        _tell(place, leftover)
    return sorted(found)


def _written_in(entry: os.DirEntry[str]) -> set[Path]:
    """The folder where a linked note is written; none for a note that lies where it was met."""
    return {Path(os.path.realpath(entry.path)).parent} if entry.is_symlink() else set()


def _tell(folder: Path, leftover: Callable[[Path], None]) -> None:
    for each in temporaries(folder):
        leftover(each)


def read(root: Path, path: PurePosixPath) -> bytes:
    """The bytes of a note.

    Raises:
        NoteError: it cannot be read, is no file within the root, or is over 16 MiB.

    """
    return _bytes(_real(root, path))


def digest(data: bytes) -> str:
    """The SHA-256 of a note's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def replace(root: Path, path: PurePosixPath, was: str, data: bytes) -> None:
    """Give a note new bytes, all or none of them; its permissions stay.

    Where the note is a symbolic link its target is written, and the link stays.

    Raises:
        Conflict: the file no longer has the digest `was`.
        NoteError: it cannot be written, or lies outside of the root.

    """
    with _refusing("written"):
        if not os.path.lexists(root / path):
            raise ConflictError("the note is gone since it was read; run again")
        target = _real(root, path)
        old = target.stat()
        with temporary(target.parent, data) as (fresh, file):
            with contextlib.suppress(PermissionError):  # only root may give a file away
                os.fchown(file, old.st_uid, old.st_gid)
            os.fchmod(file, stat.S_IMODE(old.st_mode))
            os.fsync(file)
            if digest(_bytes(target)) != was:
                raise ConflictError("the note was changed since it was read; run again")
            fresh.replace(target)
        settle(target.parent)


def create(root: Path, path: PurePosixPath, data: bytes) -> None:
    """Make a new note, and the folders it needs; whatever stands there already stays.

    Raises:
        Conflict: something has that name, be it a link that leads nowhere.
        NoteError: it cannot be written, or would lie outside of the root.

    """
    target = root / path
    with _refusing("written"):
        if not _within(os.path.realpath(target.parent), os.path.realpath(root)):
            raise NoteError("the note would lie outside of the vault")
        if is_there(root, path):
            raise ConflictError(TAKEN)
        target.parent.mkdir(parents=True, exist_ok=True)
        with temporary(target.parent, data) as (fresh, file):
            os.fsync(file)
            try:
                # Unlike a rename, a link never takes the place of a file that appeared by now.
                os.link(fresh, target)
            except FileExistsError as error:
                raise ConflictError(TAKEN) from error
        settle(target.parent)


def remove(root: Path, path: PurePosixPath, was: str) -> None:
    """Take a note away, a link rather than what it leads to.

    Raises:
        Conflict: the file no longer has the digest `was`.
        NoteError: it cannot be removed, or lies outside of the root.

    """
    with _refusing("removed"):
        if not os.path.lexists(root / path):
            raise ConflictError("the note is gone since it was read")
        if digest(_bytes(_real(root, path))) != was:
            raise ConflictError("the note was changed since it was read")
        folder = os.path.realpath((root / path).parent)
        if not _within(folder, os.path.realpath(root)):
            raise NoteError("the note lies outside of the vault")
        Path(folder, path.name).unlink()
        settle(Path(folder))


def clear(root: Path, folder: PurePosixPath) -> None:
    """Take a folder away if it is empty; no link, and never the root itself."""
    place = root / folder
    real = os.path.realpath(place.parent)
    if folder.parts and _within(real, os.path.realpath(root)) and not place.is_symlink():
        with contextlib.suppress(OSError):
            Path(real, folder.name).rmdir()


def names_note(path: PurePosixPath, include: Sequence[str]) -> bool:
    """Whether a path may be a note's: in the vault, not hidden, and called as notes are."""
    plain = bool(path.parts) and not path.is_absolute() and not _CONTROL.search(str(path))
    seen = not any(part.startswith(".") or not _fits(part) for part in path.parts)
    noted = path.suffix.lower() in (".md", ".markdown") or bool(_matcher(include)(str(path)))
    return plain and seen and noted


def is_there(root: Path, path: PurePosixPath) -> bool:
    """Whether anything has that name, be it a link that leads nowhere."""
    return os.path.lexists(root / path)


def folded(path: PurePosixPath) -> str:
    """Return a path as file systems that fold case and accents compare it."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def inside(root: Path, base: PurePosixPath, target: str) -> PurePosixPath | None:
    """The note to which a link written in the note `base` leads, relative to the root.

    `.md` is added where it is missing. None where the target is absolute, an attachment, or
    a name that no file can have, and where it leads outside of the root (symbolic links
    included) or into a hidden folder.
    """
    if _CONTROL.search(target) or _ELSEWHERE.match(target) or "\\" in target:
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
    if any(part.startswith(".") or not _fits(part) for part in parts):
        return None
    return PurePosixPath(*parts) if _stays(root, parts) else None


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _fits(name: str) -> bool:
    return _is_unicode(name) and len(name.encode()) <= MAX_NAME


def _stays(root: Path, parts: Sequence[str]) -> bool:
    """Whether no symbolic link on the way leads out; most ways have none, which is cheap."""
    place = str(root)
    for part in parts:
        place = f"{place}/{part}"
        if Path(place).is_symlink():
            return _within(os.path.realpath("/".join([str(root), *parts])), os.path.realpath(root))
    return True


def _within(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip("/") + "/")


def _matcher(patterns: Sequence[str]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(map(_translated, patterns)) or "(?!)", re.DOTALL).fullmatch


def _translated(pattern: str) -> str:
    """A glob as a regular expression (Python 3.13's `full_match`, which 3.11 has not)."""
    pattern = pattern.removeprefix("./").rstrip("/")
    folder = re.sub(r"(?:/\*\*)+$", "", pattern)
    return "".join(map(_piece, _GLOB.findall(folder))) + ("(?:/.*)?" if folder != pattern else "")


def _piece(glyph: str) -> str:
    if glyph in _PIECES:
        return _PIECES[glyph]
    if len(glyph) == 1:
        return re.escape(glyph)
    negated = glyph.startswith("[!")
    inner = re.sub(r"([\\\[\]&~|^])", r"\\\1", glyph[1 + negated : -1])
    try:
        return re.compile(f"[^/{inner}]" if negated else f"[{inner}]").pattern
    except re.error:  # a range that runs backwards
        return re.escape(glyph)


def _listed(root: Path, folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(root / folder) as entries:
            return list(entries)
    except OSError as error:
        raise NoteError(
            f"the folder {folder or root} cannot be listed: {in_words(error)}"
        ) from error


def _leads_in(entry: os.DirEntry[str], top: str) -> bool:
    path = Path(entry.path)
    return path.is_symlink() and path.is_file() and _within(os.path.realpath(path), top)


def _real(root: Path, path: PurePosixPath) -> Path:
    """Where the note lies once all links are followed."""
    with _refusing("read"):
        real = os.path.realpath(root / path, strict=True)
    if not _within(real, os.path.realpath(root)):
        raise NoteError("the note lies outside of the vault")
    return Path(real)


def _bytes(path: Path) -> bytes:
    with _refusing("read"), open(path, "rb", opener=_opened) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NoteError("it is no ordinary file; move it out of the way")
        data = file.read(MAX_NOTE + 1)
    if len(data) > MAX_NOTE:
        raise NoteError(f"it is over {MAX_NOTE >> 20} MiB")
    return data


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe must not make us wait


@contextlib.contextmanager
def _refusing(deed: str) -> Iterator[None]:
    """What the system refuses is told as a note's trouble."""
    try:
        yield
    except OSError as error:
        raise NoteError(f"the note cannot be {deed}: {in_words(error)}") from error
