from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pytest

from refmatter.errors import ConfigError
from refmatter.location import VaultLocation, locate_vault
from support import vault

OURS = "# refmatter's configuration\n"
NOTES = {"a.md": "", "b.md": "", "sub/c.md": "", "sub/deep/d.md": ""}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository's top, so that nothing above it counts."""
    (tmp_path / ".git").mkdir()
    return tmp_path


def meant(place: VaultLocation, paths: Iterable[str] = NOTES) -> list[str]:
    return [path for path in paths if place.is_chosen(PurePosixPath(path))]


def test_a_folder_is_the_vault_and_all_of_it_is_meant(top: Path) -> None:
    place = locate_vault([vault(top / "notes", NOTES)], None)
    assert place.root == top / "notes"
    assert place.config is None
    assert meant(place) == list(NOTES)


def test_without_a_path_this_folder_is_meant(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault(top, {"notes/a.md": "", "config.yaml": OURS})
    monkeypatch.chdir(top / "notes")
    place = locate_vault([], None)
    assert (place.root, place.config) == (top / "notes", top / "config.yaml")
    assert meant(place) == list(NOTES)


def test_a_path_from_here_is_made_whole(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault(top, {"notes/a.md": ""})
    monkeypatch.chdir(top / "notes")
    assert locate_vault([Path()], None).root == top / "notes"
    assert locate_vault([Path("../notes/")], None).root == top / "notes"
    assert locate_vault([Path("a.md")], None).root == top


def test_a_linked_folder_is_where_it_leads(top: Path) -> None:
    vault(top / "notes", NOTES)
    (top / "link").symlink_to("notes")
    assert locate_vault([top / "link"], None).root == top / "notes"


def test_the_nearest_config_of_ours_above_counts(top: Path) -> None:
    vault(top, {"config.yaml": OURS, "notes/sub/c.md": "", "notes/config.yaml": OURS})
    assert locate_vault([top / "notes" / "sub"], None).config == top / "notes" / "config.yaml"
    assert locate_vault([top / "notes"], None).config == top / "notes" / "config.yaml"
    assert locate_vault([top], None).config == top / "config.yaml"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (OURS, True),
        ("contact: me@example.org\n", True),
        ("\n# words\nledger: x.lock\n", True),
        ("", False),
        ("theme: dark\nplugins: [a]\n", False),
        ("site:\n  notes: here\n", False),
        ("- notes\n", False),
    ],
)
def test_another_programs_config_is_passed_over(top: Path, text: str, ours: bool) -> None:
    vault(top, {"config.yaml": OURS, "blog/config.yaml": text, "blog/a.md": ""})
    where = top / "blog" if ours else top
    assert locate_vault([top / "blog"], None).config == where / "config.yaml"


def test_a_config_that_is_no_text_or_no_file_is_passed_over(top: Path) -> None:
    (top / "notes" / "config.yaml").mkdir(parents=True)
    (top / "config.yaml").write_bytes(b"notes: \xff\xfe")
    assert locate_vault([top / "notes"], None).config is None


def test_the_search_stops_at_the_top_of_a_repository(top: Path) -> None:
    vault(top, {"config.yaml": OURS, "inner/notes/a.md": ""})
    assert locate_vault([top / "inner" / "notes"], None).config == top / "config.yaml"
    (top / "inner" / ".git").write_text("gitdir: elsewhere\n")
    assert locate_vault([top / "inner" / "notes"], None).config is None
    vault(top / "inner", {"config.yaml": OURS})
    assert locate_vault([top / "inner" / "notes"], None).config == top / "inner" / "config.yaml"


def test_a_config_that_was_named_wins(top: Path) -> None:
    vault(top, {"notes/config.yaml": OURS, "notes/a.md": "", "mine.yaml": "theme: dark\n"})
    place = locate_vault([top / "notes"], top / "mine.yaml")
    assert (place.root, place.config) == (top / "notes", top / "mine.yaml")


def test_a_file_belongs_to_the_vault_of_the_config_above_it(top: Path) -> None:
    vault(top / "vault", {**NOTES, "config.yaml": OURS})
    place = locate_vault([top / "vault" / "sub" / "c.md"], None)
    assert place.root == top / "vault"
    assert place.config == top / "vault" / "config.yaml"
    assert meant(place) == ["sub/c.md"]


def test_a_file_belongs_to_the_vault_of_the_config_that_was_named(top: Path) -> None:
    vault(top / "vault", {**NOTES, "mine.yaml": OURS})
    place = locate_vault([top / "vault" / "sub" / "c.md"], top / "vault" / "mine.yaml")
    assert place.root == top / "vault"


def test_a_config_from_elsewhere_says_nothing_of_where_the_vault_is(top: Path) -> None:
    vault(top, {"vault/sub/c.md": "", "vault/.obsidian/app.json": "{}", "else/mine.yaml": OURS})
    place = locate_vault([top / "vault" / "sub" / "c.md"], top / "else" / "mine.yaml")
    assert place.root == top / "vault"
    assert place.config == top / "else" / "mine.yaml"
    assert meant(place) == ["sub/c.md"]


@pytest.mark.parametrize("mark", [".obsidian", "refmatter.lock", ".git"])
def test_a_file_belongs_to_the_nearest_folder_that_looks_like_a_vault(top: Path, mark: str) -> None:
    vault(top / "vault", {**NOTES, mark: ""})
    place = locate_vault([top / "vault" / "sub" / "deep" / "d.md"], None)
    assert place.root == top / "vault"
    assert meant(place) == ["sub/deep/d.md"]


def test_several_paths_are_meant_and_nothing_else(top: Path) -> None:
    vault(top, {**NOTES, "sub2/e.md": ""})
    given = [top / "sub", top / "b.md"]
    place = locate_vault(given, None)
    assert place.root == top
    assert meant(place, [*NOTES, "sub2/e.md"]) == ["b.md", "sub/c.md", "sub/deep/d.md"]
    assert meant(locate_vault([top / "sub", top / "sub2"], None), [*NOTES, "sub2/e.md"]) == [
        "sub/c.md",
        "sub/deep/d.md",
        "sub2/e.md",
    ]


def test_the_vault_itself_among_the_paths_means_all_of_it(top: Path) -> None:
    vault(top, NOTES)
    assert meant(locate_vault([top, top / "sub" / "c.md"], None)) == list(NOTES)


def test_the_same_folder_twice_means_all_of_it(top: Path) -> None:
    vault(top, NOTES)
    place = locate_vault([top / "sub", top / "sub"], None)
    assert meant(place) == ["sub/c.md", "sub/deep/d.md"]


def test_a_path_that_is_not_there_is_told(top: Path) -> None:
    vault(top, NOTES)
    with pytest.raises(ConfigError, match=r"/typo: .*no such file"):
        locate_vault([top / "a.md", top / "typo"], None)


def test_a_config_that_is_not_there_is_told(top: Path) -> None:
    with pytest.raises(ConfigError, match=r"/mine\.yaml: .*no such file"):
        locate_vault([top], top / "mine.yaml")
    with pytest.raises(ConfigError, match="no such file"):
        locate_vault([top], top)


def test_a_name_that_no_file_can_have_is_not_there(top: Path) -> None:
    with pytest.raises(ConfigError):
        locate_vault([top / ("x" * 300)], None)


def test_a_file_outside_of_any_vault_is_meant_alone(tmp_path: Path) -> None:
    vault(tmp_path, NOTES)
    place = locate_vault([tmp_path / "a.md"], None)
    below = tmp_path.resolve().relative_to(place.root)
    assert meant(place, [(below / name).as_posix() for name in NOTES]) == [f"{below / 'a.md'}"]
