from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from cataloguing import built, dump, record, shelf_of
from refmatter.catalog.combined import CombinedCatalog
from refmatter.catalog.database import open_catalog
from refmatter.catalog.layout import FORMAT_VERSION
from refmatter.catalog.manifest import load_manifest, verify_files
from refmatter.catalog.search import search_catalog
from refmatter.errors import ConfigError
from refmatter.model import Accepted, Hints, Identifiers, Unmatched, Work
from refmatter.titles import title_key

TITLE = "A study of the things that are"
KEY = title_key(TITLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built(tmp_path / "catalog", dump(tmp_path / "a", [record("a", doi="10.1/a")]))
    return tmp_path / "catalog"


def lookup_file(folder: Path) -> Path:
    (file,) = folder.glob("*.sqlite")
    return file


def other_format(folder: Path) -> None:
    _set(folder, format=FORMAT_VERSION + 1)


def older_format(folder: Path) -> None:
    _set(folder, format=0)


def other_keys(folder: Path) -> None:
    _set(folder, keys={"version": 1, "digest": "0" * 16, "unicode": "14.0.0"})


def foreign(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"name": "a web app", "format": 1, "keys": '
                                          '{"version": 1, "digest": ""}}')  # fmt: skip


def no_json(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def lacking(folder: Path) -> None:
    _set(folder, works="many")


def climbing(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text())
    _set(folder, lookup={**content["lookup"], "path": "../../etc/passwd.sqlite"})


def truncated(folder: Path) -> None:
    file = lookup_file(folder)
    file.write_bytes(file.read_bytes()[:-4096])


def gone(folder: Path) -> None:
    lookup_file(folder).unlink()


def another_program(folder: Path) -> None:
    file = lookup_file(folder)
    file.write_bytes(b"x" * file.stat().st_size)


def another_database(folder: Path) -> None:
    file = lookup_file(folder)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA application_id = 1")
        connection.commit()
    _resized(folder)


def _resized(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text())
    _set(folder, lookup=content["lookup"] | {"size": lookup_file(folder).stat().st_size})


def _set(folder: Path, **changes: object) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (other_format, "newer refmatter"),
        (older_format, "rebuild it"),
        (other_keys, "by another rule"),
        (foreign, "not the manifest"),
        (no_json, "not the manifest"),
        (lacking, "not the manifest"),
        (climbing, "not the manifest"),
        (truncated, "bytes, not"),
        (gone, "No such file"),
        (another_program, "damaged"),
        (another_database, "not the file"),
    ],
)
def test_what_is_no_whole_catalogue_is_refused(
    harm: Callable[[Path], None], told: str, folder: Path
) -> None:
    harm(folder)
    with pytest.raises(ConfigError, match=told):
        open_catalog(folder)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a catalogue"):
        open_catalog(tmp_path)


def test_damage_within_is_told_when_it_is_met(folder: Path) -> None:
    file = lookup_file(folder)
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with closing(open_catalog(folder)) as database, pytest.raises(ConfigError, match="is damaged"):
        database.by_title(KEY)


@pytest.mark.parametrize("harm", ["other", "gone"])
def test_files_are_held_to_their_digests(harm: str, folder: Path) -> None:
    made = load_manifest(folder)
    verify_files(folder, made)
    file = folder / made.files[0].path
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(ConfigError, match="rebuild"):
        verify_files(folder, made)


def test_its_day_is_that_of_its_counts_else_of_its_newest_origin(tmp_path: Path) -> None:
    counted = record("a", origin="semantic_scholar", citation_count=1)
    dumps = [dump(tmp_path / "a", [counted], "2026-01-01"),
             dump(tmp_path / "b", [record("b")], "2026-03-01")]  # fmt: skip
    built(tmp_path / "both", *dumps)
    built(tmp_path / "one", dumps[1])
    for name, day in (("both", "2026-01-01"), ("one", "2026-03-01")):
        with closing(open_catalog(tmp_path / name)) as database:
            assert database.date == day


def test_works_are_known_by_each_of_their_names(tmp_path: Path) -> None:
    records = [
        record("a", doi="10.1/a", dblp="conf/a", authors=None, year=None),
        record("b", origin="acl", doi="10.1/a", dblp="journals/a"),
        record("c", "Quite another thing than that", doi="10.1/c"),
    ]
    with shelf_of(tmp_path, *records) as database:
        (work,) = database.by_title(KEY)
        for name in ("conf/a", "journals/a"):
            assert database.by_identifiers(Identifiers(dblp=name)) == (work,)
        assert len(database.by_identifiers(Identifiers(doi="10.1/c", dblp="conf/a"))) == 2
        assert database.by_identifiers(Identifiers()) == ()
        assert database.field_origins(Identifiers(doi="10.9/x")) == {}


# -- several catalogues ------------------------------------------------------------------------


class Held:
    """A catalogue of one work."""

    def __init__(self, day: str, *works: Work) -> None:
        self.date = day
        self._works = works

    def by_title(self, _: str) -> tuple[Work, ...]:
        return self._works

    def by_identifiers(self, _: Identifiers) -> tuple[Work, ...]:
        return self._works


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Work(TITLE, ("B. Lovelace",), 2018), True),
        (Work("Another", identifiers=Identifiers(doi="10.1/a")), True),
        (Work(TITLE, ("Eve Other",), 2019), False),
        (Work(TITLE, ("Ada Lovelace",), 2010), False),
        (Work(TITLE, None, 2019), False),
    ],
)
def test_of_two_records_of_a_work_the_first_catalogues_counts(other: Work, *, same: bool) -> None:
    own = Work(TITLE, ("Ada Lovelace",), 2019, identifiers=Identifiers(doi="10.1/a"))
    shelves = CombinedCatalog([lambda: Held("2026-01-01", own), lambda: Held("2022-07-03", other)])
    for named in (Identifiers(), Identifiers(doi="10.1/a")):
        found_works = shelves.find_works(named, KEY)
        assert found_works == [(own, "2026-01-01"), *([] if same else [(other, "2022-07-03")])]


# -- search ------------------------------------------------------------------------------------

LIBRARY = [
    record("a", "Attention is all you need", year=2017),
    record("b", "Deep residual learning for image recognition"),
    record("c", "Deep residual learning of images"),
    record("d", "Editorial"),
]


@pytest.mark.parametrize(
    ("title", "found", "near"),
    [
        ("Attention Is All You Need!", "Attention is all you need", False),
        ("Atention is all you need", "Attention is all you need", True),
        ("Deep residual learning for image recogniton",
         "Deep residual learning for image recognition", True),
        ("Nothing of the kind at all", None, True),
    ],
)  # fmt: skip
def test_a_title_is_searched_for(
    title: str, found: str | None, *, near: bool, tmp_path: Path
) -> None:
    with shelf_of(tmp_path, *LIBRARY) as database:
        result = search_catalog(database, title, Hints(first_author="Lovelace"))
    assert result.near is near
    if found is None:
        assert isinstance(result.decision, Unmatched)
    else:
        assert result.matches[0].candidate.work.title == found
        assert isinstance(result.decision, Accepted)


def test_without_an_index_of_words_keys_that_begin_alike_are_near(tmp_path: Path) -> None:
    folder = tmp_path / "catalog"
    built(folder, dump(tmp_path / "a", LIBRARY))
    with closing(sqlite3.connect(lookup_file(folder))) as connection:
        connection.execute("DROP TABLE titles")
        connection.commit()
    _resized(folder)
    with closing(open_catalog(folder)) as database:
        result = search_catalog(database, "Deep residual learning for image recogniton")
    assert not result.by_words
    assert {match.candidate.work.title for match in result.matches} == {
        "Deep residual learning for image recognition", "Deep residual learning of images",
    }  # fmt: skip


def test_a_title_without_letters_is_nothing(tmp_path: Path) -> None:
    with shelf_of(tmp_path, *LIBRARY) as database:
        assert search_catalog(database, "?!").matches == ()
