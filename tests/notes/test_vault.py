from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from refmatter.errors import ConflictError, NoteError
from refmatter.notes import vault
from support import absent
from support import vault as vault_of

ALL = ["**/*.md"]
NOTE = PurePosixPath("a.md")


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return root


def walked(root: Path, include: list[str] = ALL, exclude: list[str] | None = None) -> list[str]:
    return [str(path) for path in vault.walk(root, include, exclude or [])]


def left_overs(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*.tmp")]


# --- walking -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        (["**/*.md"], [], ["B.md", "a.md", "p/c.md", "p/q/d.md", "p/q/é x.md"]),
        (["*.md"], [], ["B.md", "a.md"]),
        (["./p/*.md"], [], ["p/c.md"]),
        (["p/**"], [], ["p/c.md", "p/q/d.md", "p/q/x.txt", "p/q/é x.md"]),
        (["**"], ["**/*.md"], ["p/q/x.txt"]),
        (["**/q/*.md"], [], ["p/q/d.md", "p/q/é x.md"]),
        (["p/**/*.md"], [], ["p/c.md", "p/q/d.md", "p/q/é x.md"]),
        (["?.md", "**/[c-d].md"], [], ["B.md", "a.md", "p/c.md", "p/q/d.md"]),
        (["**/[!a-z].md"], [], ["B.md"]),
        (["**/[z-a].md", "[a.md", "a+md"], [], []),
        (["**/*.md"], ["p"], ["B.md", "a.md"]),
        (["**/*.md"], ["p/"], ["B.md", "a.md"]),
        (["**/*.md"], ["p/**"], ["B.md", "a.md"]),
        (["**/*.md"], ["**/q", "B.md"], ["a.md", "p/c.md"]),
        ([], [], []),
    ],
)
def test_walk(tmp_path: Path, include: list[str], exclude: list[str], expected: list[str]) -> None:
    root = tree(tmp_path, "a.md", "B.md", "p/c.md", "p/q/d.md", "p/q/é x.md", "p/q/x.txt")
    tree(root, ".git/x.md", ".obsidian/x.md", "p/.trash/x.md", ".hidden.md")
    assert walked(root, include, exclude) == expected


def test_walk_and_links(tmp_path: Path) -> None:
    root = tree(tmp_path / "vault", "a.md", "p/b.md")
    outside = tree(tmp_path / "other", "x.md")
    (root / "in.md").symlink_to("p/b.md")
    (root / "out.md").symlink_to(outside / "x.md")
    (root / "nowhere.md").symlink_to("gone")
    (root / "round.md").symlink_to("round.md")
    (root / "folder").symlink_to(outside)
    (root / "again").symlink_to(root)
    (root / "folder.md").mkdir()
    os.mkfifo(root / "pipe.md")
    assert walked(root) == ["a.md", "in.md", "p/b.md"]


def test_walk_leaves_out_names_that_are_no_text(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.md")
    Path(os.fsdecode(os.fsencode(root) + b"/\xff.md")).write_bytes(b"")
    assert walked(root) == ["a.md"]


def test_walk_where_no_folder_is(tmp_path: Path) -> None:
    with pytest.raises(NoteError, match="listed: No such file"):
        walked(tmp_path / "gone")


@given(st.lists(st.sampled_from(["a", "b", "*", "**", "?", "[ab]", "[!a]"]), max_size=4))
def test_globs_mean_what_they_mean_to_pathlib(pattern: list[str]) -> None:
    glob = "/".join(pattern)
    matches = vault.glob_pattern([glob]).fullmatch
    for path in ("a", "b", "a/b", "b/a", "a/a/a", "b/a/b", "a/b/a/b"):
        assert bool(matches(path)) == matched(pattern, path.split("/"))


def matched(pattern: list[str], parts: list[str]) -> bool:
    """The same question answered the slow way, part by part."""
    if not pattern or not parts:
        return not parts and all(part == "**" for part in pattern) and bool(pattern)
    if pattern[0] == "**":
        return matched(pattern[1:], parts) or matched(pattern, parts[1:])
    regex = {"*": ".*", "?": ".", "[ab]": "[ab]", "[!a]": "[^a]"}.get(pattern[0], pattern[0])
    rest, others = pattern[1:], parts[1:]
    return bool(re.fullmatch(regex, parts[0])) and (not (rest or others) or matched(rest, others))


# --- reading -------------------------------------------------------------------------------


def test_read(tmp_path: Path) -> None:
    tree(tmp_path, "p/a.md")
    assert vault.read(tmp_path, PurePosixPath("p/a.md")) == b"p/a.md"
    assert vault.digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_read_what_is_no_note(tmp_path: Path) -> None:
    root = tree(tmp_path / "vault", "p/a.md")
    tree(tmp_path, "secret")
    (root / "out.md").symlink_to("../secret")
    (root / "round.md").symlink_to("round.md")
    os.mkfifo(root / "pipe.md")
    (root / "large.md").touch()
    os.truncate(root / "large.md", vault.MAX_NOTE_BYTES + 1)
    for name, reason in {
        "gone.md": "No such file",
        "p": "Is a directory",
        "p/a.md/b.md": "Not a directory",
        "pipe.md": "no ordinary file",
        "out.md": "outside",
        "../secret": "outside",
        "round.md": "Too many levels",
        "large.md": "16 MiB",
    }.items():
        with pytest.raises(NoteError, match=reason):
            vault.read(root, PurePosixPath(name))


# --- replacing -----------------------------------------------------------------------------


def test_replace(tmp_path: Path) -> None:
    root = tree(tmp_path, "p/a.md")
    path = root / "p/a.md"
    path.chmod(0o640)
    vault.replace(root, PurePosixPath("p/a.md"), vault.digest(b"p/a.md"), b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(root / "p") == ["a.md"]  # noqa: PTH208 - names are wanted


def test_replace_keeps_the_owner(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give a file away")
    root = tree(tmp_path, "a.md")
    os.chown(root / "a.md", 12345, 12346)
    vault.replace(root, NOTE, vault.digest(b"a.md"), b"new")
    assert ((root / "a.md").stat().st_uid, (root / "a.md").stat().st_gid) == (12345, 12346)


def test_replace_writes_where_a_link_leads(tmp_path: Path) -> None:
    root = tree(tmp_path, "p/b.md")
    (root / "a.md").symlink_to("p/b.md")
    vault.replace(root, NOTE, vault.digest(b"p/b.md"), b"new")
    assert (root / "a.md").is_symlink()
    assert (root / "p/b.md").read_bytes() == b"new"


def test_replace_never_follows_a_link_out(tmp_path: Path) -> None:
    root = tree(tmp_path / "vault", "x")
    secret = tree(tmp_path, "secret") / "secret"
    (root / "a.md").symlink_to(secret)
    with pytest.raises(NoteError, match="outside"):
        vault.replace(root, NOTE, vault.digest(b"secret"), b"new")
    assert secret.read_bytes() == b"secret"


@pytest.mark.parametrize("change", ["edited", "gone"])
def test_replace_what_moved_on(tmp_path: Path, change: str) -> None:
    root = tree(tmp_path, "a.md")
    if change == "gone":
        (root / "a.md").unlink()
    else:
        (root / "a.md").write_bytes(b"a person's")
    with pytest.raises(ConflictError, match=r"\bsince\b"):
        vault.replace(root, NOTE, vault.digest(b"a.md"), b"new")
    assert left_overs(root) == []
    assert change == "gone" or (root / "a.md").read_bytes() == b"a person's"


LIMITED = """
import resource, signal, sys
from pathlib import Path, PurePosixPath
from refmatter.errors import NoteError
from refmatter.notes import vault
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
try:
    vault.{call}
except NoteError as error:
    print(error.reason)
finally:
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
"""


@pytest.mark.parametrize(
    "call",
    [
        "replace(Path(sys.argv[1]), PurePosixPath('a.md'), vault.digest(b'a.md'), b'x' * 5000)",
        "create(Path(sys.argv[1]), PurePosixPath('b.md'), b'x' * 5000)",
    ],
)
def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, call: str) -> None:
    # A limit on the size of files refuses root too, as a full disk does.
    root = tree(tmp_path, "a.md")
    run = subprocess.run(
        [sys.executable, "-c", LIMITED.format(call=call), str(root)],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert absent(run.stdout, "the note", "File too large", "limit") == []
    assert [path.name for path in root.iterdir()] == ["a.md"]
    assert (root / "a.md").read_bytes() == b"a.md"


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.md")
    root.chmod(0o500)
    try:
        if os.access(root, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(NoteError, match="Permission denied"):
            vault.replace(root, NOTE, vault.digest(b"a.md"), b"new")
    finally:
        root.chmod(0o700)
    assert (root / "a.md").read_bytes() == b"a.md"


# --- creating ------------------------------------------------------------------------------


def test_create(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        vault.create(tmp_path, PurePosixPath("p/q/a.md"), b"new")
    finally:
        os.umask(mask)
    path = tmp_path / "p/q/a.md"
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in path.parent.iterdir()] == ["a.md"]


@pytest.mark.parametrize("there", ["file", "folder", "link", "link to nowhere"])
def test_create_takes_nobodys_place(tmp_path: Path, there: str) -> None:
    root = tree(tmp_path, "x.md")
    if there == "file":
        (root / "a.md").write_bytes(b"old")
    elif there == "folder":
        (root / "a.md").mkdir()
    else:
        (root / "a.md").symlink_to("x.md" if there == "link" else "nowhere.md")
    before = sorted(path.name for path in root.iterdir())
    with pytest.raises(ConflictError, match="exists already"):
        vault.create(root, NOTE, b"new")
    assert sorted(path.name for path in root.iterdir()) == before


def test_create_through_a_link(tmp_path: Path) -> None:
    root = tree(tmp_path / "vault", "p/x.md")
    (root / "in").symlink_to("p")
    (root / "out").symlink_to(tmp_path)
    (root / "nowhere").symlink_to(tmp_path / "new")
    vault.create(root, PurePosixPath("in/a.md"), b"new")
    assert (root / "p/a.md").read_bytes() == b"new"
    for folder in ("out", "nowhere", ".."):
        with pytest.raises(NoteError, match="outside"):
            vault.create(root, PurePosixPath(folder, "a.md"), b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault"]


def test_create_where_no_folder_can_be(tmp_path: Path) -> None:
    root = tree(tmp_path, "p")
    with pytest.raises(NoteError, match="cannot be written"):
        vault.create(root, PurePosixPath("p/a.md"), b"new")
    with pytest.raises(NoteError, match="written: File name too long"):
        vault.create(root, PurePosixPath("é" * 130 + ".md"), b"new")
    assert (root / "p").read_bytes() == b"p"
    assert left_overs(root) == []


RACE = """
import sys
from pathlib import Path, PurePosixPath
from refmatter.errors import ConflictError
from refmatter.notes import vault
root, content = Path(sys.argv[1]), sys.argv[2].encode()
made = 0
for number in range(200):
    try:
        vault.create(root, PurePosixPath(f"{number}.md"), content)
        made += 1
    except ConflictError:
        pass
print(made)
"""


def test_of_two_at_once_one_creates(tmp_path: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(tmp_path), name], stdout=subprocess.PIPE, text=True
        )
        for name in ("one", "two")
    ]
    made = [int(process.communicate()[0]) for process in running]
    contents = [path.read_bytes() for path in tmp_path.iterdir()]
    assert sum(made) == 200
    assert [contents.count(b"one"), contents.count(b"two")] == made


# --- where links lead ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "target", "expected"),
    [
        ("a.md", "./x.md", "x.md"),
        ("a.md", "x", "x.md"),
        ("a.md", "x.MD", "x.MD"),
        ("a.md", "word2vec-1.5", "word2vec-1.5.md"),
        ("p/a.md", "x", "p/x.md"),
        ("p/a.md", "../x", "x.md"),
        ("p/q/a.md", "./../r//x.md", "p/r/x.md"),
        ("p/a.md", "../../x", None),
        ("a.md", "p/../../x", None),
        ("a.md", "..", None),
        ("p/a.md", "..", None),
        ("p/a.md", ".", None),
        ("a.md", "", None),
        ("p/a.md", "x/..", None),
        ("a.md", "/x", None),
        ("a.md", "x/", None),
        ("a.md", "~/x", None),
        ("a.md", "C:/x", None),
        ("a.md", "c:\\x", None),
        ("a.md", "..\\x", None),
        ("a.md", "file:///x", None),
        ("a.md", "obsidian://open", None),
        ("a.md", "mailto:x@y.z", None),
        ("a.md", "BERT: a title", "BERT: a title.md"),
        ("a.md", "x\0", None),
        ("a.md", "x\ny", None),
        ("a.md", "x\x85", None),
        ("a.md", "\ud800", None),
        ("a.md", ".git/x", None),
        ("a.md", ".x", None),
        ("a.md", "x" * 252, "x" * 252 + ".md"),
        ("a.md", "x" * 253, None),
        ("a.md", "é" * 127, None),
        ("a.md", "x" * 256 + "/y", None),
        ("a.md", "x.pdf", None),
        ("a.md", "x.JPEG", None),
        ("a.md", "阅读", "阅读.md"),
    ],
)
def test_inside(tmp_path: Path, base: str, target: str, expected: str | None) -> None:
    found = vault.resolve_link(tmp_path, PurePosixPath(base), target)
    assert found == (PurePosixPath(expected) if expected else None)


def test_inside_and_links(tmp_path: Path) -> None:
    root = tree(tmp_path / "vault", "p/x.md")
    (root / "in").symlink_to("p")
    (root / "out").symlink_to(tmp_path)
    (root / "out.md").symlink_to(tmp_path / "secret.md")
    assert vault.resolve_link(root, NOTE, "in/x") == PurePosixPath("in/x.md")
    assert vault.resolve_link(root, NOTE, "in/new") == PurePosixPath("in/new.md")
    assert vault.resolve_link(root, NOTE, "out/x") is None
    assert vault.resolve_link(root, NOTE, "out") is None


@given(st.text(), st.text(alphabet="./a\\~:", max_size=12))
@example(".MARKDOWN", ":")
def test_inside_never_leads_out(target: str, way: str) -> None:
    root = Path("/nowhere/vault")
    for link in (target, way, way + target):
        found = vault.resolve_link(root, PurePosixPath("p/a.md"), link)
        if found is not None:
            assert os.path.normpath(root / found) == str(root / found)
            assert (root / found).is_relative_to(root)
            assert found.suffix.lower() in (".md", ".markdown")


def test_a_folder_that_cannot_be_listed_is_told_and_the_walk_goes_on(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.md", "deep/b.md", "z.md")
    place = os.open(root / "deep", os.O_RDONLY)
    for _ in range(17):  # until the path is longer than the 4,096 bytes systems allow
        os.mkdir("d" * 250, dir_fd=place)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)
    reasons: list[str] = []
    paths = vault.walk(root, ["**/*.md"], [], lambda _, error: reasons.append(error.reason))
    assert [str(path) for path in paths] == ["a.md", "deep/b.md", "z.md"]
    assert len(reasons) == 1
    assert absent(reasons[0], "listed", "File name too long") == []
    with pytest.raises(NoteError, match="cannot be listed"):
        walked(root)


# -- taking away -------------------------------------------------------------------------------


def test_a_note_is_removed_where_it_is_still_the_one(tmp_path: Path) -> None:
    root = vault_of(tmp_path, {"sub/a.md": "a", "b.md": "b"})
    vault.remove(root, PurePosixPath("sub/a.md"), vault.digest(b"a"))
    assert not (root / "sub" / "a.md").exists()
    with pytest.raises(ConflictError, match="gone since"):
        vault.remove(root, PurePosixPath("sub/a.md"), vault.digest(b"a"))
    with pytest.raises(ConflictError, match="changed since"):
        vault.remove(root, PurePosixPath("b.md"), vault.digest(b"a"))
    assert (root / "b.md").read_text() == "b"


def test_nothing_outside_is_removed(tmp_path: Path) -> None:
    outside = vault_of(tmp_path / "outside", {"a.md": "a"})
    root = vault_of(tmp_path / "root", {"b.md": "b"})
    (root / "link").symlink_to(outside)
    (root / "a.md").symlink_to(outside / "a.md")
    for path in ("link/a.md", "a.md", "../outside/a.md"):
        with pytest.raises(NoteError):
            vault.remove(root, PurePosixPath(path), vault.digest(b"a"))
        vault.remove_empty_folder(root, PurePosixPath(path).parent)
    assert (outside / "a.md").read_text() == "a"


def test_of_a_linked_note_the_link_is_removed(tmp_path: Path) -> None:
    root = vault_of(tmp_path, {"a.md": "a"})
    (root / "sub").mkdir()
    (root / "sub" / "b.md").symlink_to(root / "a.md")
    vault.remove(root, PurePosixPath("sub/b.md"), vault.digest(b"a"))
    assert (root / "a.md").exists()
    assert not list((root / "sub").iterdir())


def test_a_folder_is_cleared_where_it_is_empty(tmp_path: Path) -> None:
    (tmp_path / "root" / "x" / "y").mkdir(parents=True)
    (tmp_path / "beside").mkdir()
    root = tmp_path / "root"
    (root / "link").symlink_to(tmp_path / "beside")
    for folder in ("x", "", "../beside", "link", "none"):
        vault.remove_empty_folder(root, PurePosixPath(folder))
        assert (root / "x" / "y").exists()
        assert (tmp_path / "beside").exists()
    vault.remove_empty_folder(root, PurePosixPath("x/y"))
    vault.remove_empty_folder(root, PurePosixPath("x"))
    assert [path.name for path in root.iterdir()] == ["link"]


@pytest.mark.parametrize(
    ("path", "may"),
    [
        ("a.md", True), ("sub/A.Markdown", True), ("x.txt", False), ("notes/x.txt", True),
        (".git/a.md", False), ("../a.md", False), ("a/../b.md", False), ("/a.md", False),
        ("", False), (".", False), ("a\0.md", False), ("a\n.md", False), ("\ud800.md", False),
        (f"{'a' * 300}.md", False),
    ],
)  # fmt: skip
def test_what_may_be_a_notes_path(path: str, may: bool) -> None:
    assert vault.is_note_path(PurePosixPath(path), ["notes/*.txt"]) is may


def test_temporary_files_are_told_where_notes_are_written(tmp_path: Path) -> None:
    name = ".refmatter-0123456789abcdef.tmp"
    root = tree(tmp_path, "a.md", "p/b.md", ".hidden/c.md", "not/d.md")
    (root / "linked.md").symlink_to(".hidden/c.md")
    for folder in ("", "p", ".hidden", "not"):
        (root / folder / name).touch()
    met: list[Path] = []
    found = list(vault.walk(root, ["**/*.md"], ["not/**"], leftover=met.append))
    assert [str(path) for path in found] == ["a.md", "linked.md", "p/b.md"]
    # `not` is not entered: no note is written there.
    assert {path.resolve().relative_to(root.resolve()).parent.as_posix() for path in met} == {
        ".", "p", ".hidden",
    }  # fmt: skip
