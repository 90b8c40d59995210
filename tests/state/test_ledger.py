import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from refmatter.errors import LedgerError
from refmatter.fields import Field
from refmatter.model import Identifiers, Match, Provenance, Rung, Tier
from refmatter.state.ledger import Ledger, LedgerLine, base_key, digest, note_of, put
from support import candidate, s2

BY_ID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-11-21")
OLD = Provenance("catalog", Rung.CATALOG, "2022-07-03")
NOTE = PurePosixPath("a/note.md")


def line(key: str = "atitle", **more: object) -> LedgerLine:
    said = {"title": "A Title", "verdict": "accepted", "reason": "equal titles"} | more
    return LedgerLine(key=key, **said)  # type: ignore[arg-type]  # a test's own words


RIVAL = Match(
    candidate(
        "A title", "catalog", Rung.CATALOG, authors=("C",), year=1999, venue="X",
        citation_count=3, identifiers=Identifiers(acl="P1"),
    ),
    {"title": 0.0, "likeness": 0.9},
    0.75,
    ("another word: 'a' for 'b'",),
)  # fmt: skip
FULL = line(
    identifiers=Identifiers(s2="0" * 40, doi="10.1/x"),
    values={
        Field.AUTHORS: (("Zoë Quinn", "B"), OLD),
        Field.VENUE: ("", OLD),
        Field.CITATION_COUNT: (12, BY_ID),
    },
    other_venues=("ICML",),
    tier=Tier.LIKELY,
    named="A Title: And More",
    rule="2+0a1b2c3d",
    rivals=(RIVAL,),
    asked=frozenset({"arxiv/identifier"}),
)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    ledger = Ledger([FULL, line("b", verdict="unmatched", checked="2026-01-01", tries=2)])
    ledger.wrote("atitle", NOTE, {Field.YEAR: digest(2019)})
    assert ledger.save(file)
    again = Ledger.load(file)
    assert again.text() == ledger.text()
    assert again.line("atitle") == ledger.line("atitle")
    assert again.written(NOTE) == {Field.YEAR: digest(2019)}


@pytest.mark.parametrize("verdict", ["accepted", "ambiguous", "unmatched", "ruled"])
def test_candidates_are_kept_whatever_was_decided(tmp_path: Path, verdict: str) -> None:
    said = line(verdict=verdict, rivals=(RIVAL, RIVAL), rule="1", checked="2026-01-01", tries=3)
    Ledger([said]).save(tmp_path / "refmatter.lock")
    assert Ledger.load(tmp_path / "refmatter.lock").line("atitle") == said


def test_a_line_of_before_there_were_tiers_is_read(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text(
        '{"key":"a","title":"A","decision":"ambiguous","reason":"2 works share this title",'
        '"rivals":[{"title":"A","authors":["B"],"year":2001,"venue":"","citation_count":7,'
        f'"ids":{{"s2":"{"0" * 39}1"}},"provider":"arxiv","features":{{"title":1.0}}}}],'
        '"checked":"2026-01-01","tries":1}\n'
    )
    said = Ledger.load(file).line("a")
    assert said is not None
    assert (said.tier, said.named, said.rule) == (None, "", "")
    (rival,) = said.rivals
    assert rival.candidate.work == candidate(
        "A", authors=("B",), year=2001, venue="", citation_count=7, identifiers=s2("1")
    ).work  # fmt: skip
    assert (rival.candidate.provider, rival.features, rival.score) == ("arxiv", {"title": 1.0}, 0.0)


def test_lines_come_by_key() -> None:
    assert [each.key for each in Ledger([line("b"), line("c"), line("a")])] == ["a", "b", "c"]
    assert list(Ledger()) == []


def test_a_ledger_may_change_while_its_lines_are_gone_through() -> None:
    ledger = Ledger([line("a"), line("b")])
    for each in ledger:
        ledger.record(line(f"{each.key}{each.key}"))
    assert [each.key for each in ledger] == ["a", "aa", "b", "bb"]


def test_saving_the_same_again_touches_nothing(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    Ledger([FULL]).save(file)
    before = file.stat()
    assert not Ledger.load(file).save(file)
    assert file.stat().st_ino == before.st_ino


def test_an_empty_ledger_makes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    assert not Ledger().save(file)
    assert not file.exists()
    assert len(Ledger.load(file)) == 0


def test_lines_are_sorted_and_plain_to_read() -> None:
    rows = Ledger([line("b"), line("a")]).text().splitlines()
    assert [json.loads(row)["key"] for row in rows] == ["a", "b"]
    assert rows[0] == '{"key":"a","title":"A Title","decision":"accepted","reason":"equal titles"}'
    assert "Zoë" in Ledger([FULL]).text()


def test_the_mode_of_the_file_is_kept_and_no_other_file_left(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    Ledger([line()]).save(file)
    file.chmod(0o640)
    Ledger([line(), line("b")]).save(file)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["refmatter.lock"]


def test_notes_are_known_by_their_path_from_the_ledger(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    (tmp_path / "notes").mkdir()
    whole = Ledger.load(file, tmp_path)
    whole.record(line())
    whole.wrote("atitle", PurePosixPath("notes/n.md"), {Field.YEAR: "x"})
    whole.save(file)
    part = Ledger.load(file, tmp_path / "notes")
    assert part.written(PurePosixPath("n.md")) == {Field.YEAR: "x"}
    assert part.fingerprints() == {PurePosixPath("n.md"): {Field.YEAR: "x"}}
    assert whole.fingerprints() == {PurePosixPath("notes/n.md"): {Field.YEAR: "x"}}
    assert Ledger.load(file, tmp_path / "others").fingerprints() == {}


def test_a_new_line_keeps_what_was_written_under_the_old() -> None:
    ledger = Ledger([line()])
    ledger.wrote("atitle", NOTE, {Field.YEAR: "x"})
    ledger.record(line(reason="another"))
    assert ledger.written(NOTE) == {Field.YEAR: "x"}
    ledger.wrote("atitle", NOTE, {})
    assert ledger.written(NOTE) == {}


def test_a_title_without_a_line_has_nothing_to_remember() -> None:
    ledger = Ledger()
    ledger.wrote("unknown", NOTE, {Field.YEAR: "x"})
    assert ledger.written(NOTE) == {}
    assert ledger.text() == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}\n", ":1: is not a line of the ledger"),
        (Ledger([FULL]).text() + "nonsense\n", ":2: is not a line of the ledger"),
        ('<<<<<<< HEAD\n{"key":"a"}\n', ":1: has a merge conflict"),
        ('{"key":"a","title":"A","decision":"unmatched","checked":"soon"}\n', ":1: is not a line"),
        ('{"key":"a","title":"A","decision":"maybe"}\n', ":1: is not a line"),
        ('{"key":"a","title":"A","decision":"ambiguous"}\n', ":1: is not a line"),
        ('{"key":"a","title":"A","decision":"ruled","tier":"sure"}\n', ":1: is not a line"),
        ('{"key":"a","title":"A","decision":"ruled","rivals":[{}]}\n', ":1: is not a line"),
        (Ledger([FULL]).text().replace("2022-07-03", "yesterday"), ":1: is not a line"),
        ("[" * 100_000, ":1: is not a line"),
    ],
)
def test_a_damaged_line_is_named_with_a_way_out(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text(text)
    with pytest.raises(LedgerError) as caught:
        Ledger.load(file)
    assert f"{file}{says}" in str(caught.value)


def test_blank_lines_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text("\n" + Ledger([FULL]).text() + "\n\n")
    assert len(Ledger.load(file)) == 1


def test_a_ledger_that_is_no_text_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be read"):
        Ledger.load(tmp_path)
    (tmp_path / "x").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LedgerError, match="cannot be read"):
        Ledger.load(tmp_path / "x")


def test_a_ledger_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger([FULL]).save(tmp_path / "file" / "refmatter.lock")
    target = tmp_path / "folder"
    (target / "refmatter.lock" / "x").mkdir(parents=True)
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger([FULL]).save(target / "refmatter.lock")
    assert [path.name for path in target.iterdir()] == ["refmatter.lock"]


@pytest.mark.parametrize(
    ("tries", "days"), [(0, 30), (1, 30), (2, 60), (3, 120), (4, 240), (5, 366), (50, 366)]
)
def test_an_absent_title_is_asked_for_ever_more_rarely(tries: int, days: int) -> None:
    absent = line(verdict="unmatched", checked="2026-01-01", tries=tries)
    first = date(2026, 1, 1).toordinal()
    assert not absent.due(date.fromordinal(first + days - 1), 30)
    assert absent.due(date.fromordinal(first + days), 30)


def test_a_day_at_the_end_of_time_is_a_day() -> None:
    absent = line(verdict="unmatched", checked="9999-12-01", tries=9)  # somebody edited the ledger
    assert absent.due_on(30) == date.max


@given(st.text(), st.text())
def test_whatever_a_title_holds_a_line_stays_a_line(title: str, author: str) -> None:
    clean = title.encode("utf-8", "replace").decode()
    who = author.encode("utf-8", "replace").decode()
    text = Ledger([line(title=clean, values={Field.AUTHORS: ((who,), OLD)})]).text()
    assert text.count("\n") == 1
    assert json.loads(text)["said"][0]["values"]["authors"] == [who]


def test_half_a_character_does_not_keep_the_ledger_from_being_saved(tmp_path: Path) -> None:
    """As an argument or the name of a file that is no Unicode comes into the program."""
    file = tmp_path / "refmatter.lock"
    Ledger([line(title="A \udcff B", reason="\ud800")]).save(file)
    said = Ledger.load(file).line("atitle")
    assert said is not None
    assert (said.title, said.reason) == ("A ? B", "?")


@pytest.mark.parametrize(
    "wrong",
    [
        '"decision":"unmatched","checked":"2026-01-01","tries":99999999999',
        '"decision":"unmatched","checked":"2026-01-01","tries":-1',
        '"decision":"ruled","features":{"title":NaN}',
        '"decision":"ruled","features":{"title":1e308}',
        '"decision":"ruled","rivals":[{"title":"B","score":Infinity}]',
        '"decision":"ruled","reason":"\\ud800"',
        '"decision":"ruled","tries":' + "9" * 5000,
        '"decision":"ruled","rivals":' + "[" * 100_000,
    ],
)
def test_numbers_that_nobody_could_reckon_with_are_refused(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text(f'{{"key":"a","title":"A",{wrong}}}\n')
    with pytest.raises(LedgerError, match=":1: is not a line of the ledger"):
        Ledger.load(file)


def test_a_link_that_leads_out_of_the_folder_is_neither_read_nor_written(tmp_path: Path) -> None:
    outside, vault = tmp_path / "outside", tmp_path / "vault"
    vault.mkdir()
    file = vault / "refmatter.lock"
    file.symlink_to(outside)
    for act in (lambda: Ledger.load(file), lambda: Ledger([line()]).save(file)):
        with pytest.raises(LedgerError, match="leads out of its folder"):
            act()
    assert not outside.exists()
    file.unlink()
    file.symlink_to("known.lock")
    assert Ledger([line()]).save(file)
    assert file.is_symlink()
    assert Ledger.load(file).line("atitle") == line()


# --- any lines, any file -------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["\n", "\r\n", "\u2028", "\x85", "\x00", "\x1b[2J", '"', "\\", "<<<<<<< a", "\U0010ffff"]
)
days = st.dates(date(1, 1, 1)).map(date.isoformat)
weights = st.floats(-1000, 1000)
some_ids = st.builds(Identifiers, s2=st.none() | texts, doi=st.none() | texts)
people = st.none() | st.lists(texts, min_size=1, max_size=3).map(tuple)
rivals = st.builds(
    lambda title, authors, year, ids, day, features, score, note: Match(
        candidate(
            title, "arxiv", Rung.CITING, note, day, authors=authors, year=year, identifiers=ids
        ),
        features,
        score,
        (title,),
    ),
    texts, people, st.none() | st.integers(), some_ids, days,
    st.dictionaries(texts, weights, max_size=2), weights, st.none() | st.just("a/b.md"),
)  # fmt: skip
values = st.dictionaries(
    st.sampled_from(Field),
    st.tuples(
        st.none() | texts | st.integers(-(2**63), 2**63) | st.lists(texts, max_size=3).map(tuple),
        st.builds(Provenance, texts, st.sampled_from(Rung), days),
    ),
    max_size=4,
)
written = st.dictionaries(
    st.sampled_from(["a.md", "p/ü b.md", "../x.md"]).map(PurePosixPath),
    st.dictionaries(st.sampled_from(Field), texts, min_size=1, max_size=2),
    max_size=2,
)
lines = st.builds(
    LedgerLine,
    key=texts,
    title=texts,
    verdict=st.sampled_from(["accepted", "ambiguous", "unmatched", "ruled"]),
    reason=texts,
    identifiers=some_ids,
    values=values,
    other_venues=st.lists(texts, max_size=2).map(tuple),
    remarks=st.lists(texts, max_size=2).map(tuple),
    tier=st.none() | st.sampled_from(Tier),
    named=texts,
    rule=texts,
    features=st.dictionaries(texts, weights, max_size=2),
    rivals=st.lists(rivals, max_size=2).map(tuple),
    asked=st.frozensets(texts, max_size=2),
    checked=days,
    tries=st.integers(0, 1_000_000),
    hints=texts,
    written=written,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(lines, max_size=2, unique_by=lambda each: each.key))
def test_any_lines_are_read_again_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, said: list[LedgerLine]
) -> None:
    file = tmp_path_factory.mktemp("any") / "refmatter.lock"
    ledger = Ledger(said)
    ledger.save(file)
    again = Ledger.load(file)
    assert list(again) == sorted(said, key=lambda each: each.key)
    assert again.text() == ledger.text()
    assert not again.save(file)
    for each in again:
        assert isinstance(each.due(date(2026, 1, 1), 30), bool)


JUNK = [
    b"\xff",
    b"\x00",
    b'"',
    b"{",
    b"[[[[",
    b"\n",
    b"\\ud800",
    b"NaN",
    b"-1",
    b"1e999",
    b"\xe2\x80\xa8",
]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), said=st.lists(lines, min_size=1, max_size=2))
def test_a_file_that_somebody_changed_is_refused_or_read(
    tmp_path: Path, data: st.DataObject, said: list[LedgerLine]
) -> None:
    changed = bytearray(Ledger(said).text().encode())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(changed)))
        end = data.draw(st.integers(start, min(start + 8, len(changed))))
        changed[start:end] = data.draw(st.sampled_from(JUNK) | st.binary(max_size=4))
    file = tmp_path / "refmatter.lock"
    file.write_bytes(changed)
    try:
        ledger = Ledger.load(file)
    except LedgerError as error:
        assert str(error).startswith(str(file))  # noqa: PT017 - either is right
        return
    for each in ledger:
        if each.checked:
            each.due(date(2026, 1, 1), 30)
    ledger.save(file)
    assert Ledger.load(file).text() == ledger.text()


def test_digests_tell_values_apart() -> None:
    values: list[object] = [1, "1", None, "", ["a", "b"], ["a,b"], {"a": 1}]
    assert len({digest(value) for value in values}) == len(values)


def test_what_will_be_replaced_is_told_before(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    told: list[tuple[bytes | None, bytes | None, bool]] = []

    def heed(before: bytes | None, after: bytes | None) -> None:
        told.append((before, after, file.exists()))

    assert put(file, b"1", heed)
    assert not put(file, b"1", heed)
    assert put(file, b"2", heed)
    assert put(file, None, heed)
    assert not put(file, None, heed)
    assert told == [(None, b"1", False), (b"1", b"2", True), (b"2", None, True)]


def test_what_cannot_be_heeded_is_not_replaced(tmp_path: Path) -> None:
    def heed(_before: bytes | None, _after: bytes | None) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(LedgerError, match="cannot be written: No space left"):
        put(tmp_path / "refmatter.lock", b"1", heed)
    assert not list(tmp_path.iterdir())


def test_what_was_written_moves_with_its_note_to_another_title() -> None:
    ledger = Ledger([line("a"), line("b")])
    ledger.wrote("a", NOTE, {Field.YEAR: "x"})
    ledger.wrote("b", NOTE, {Field.YEAR: "y"})
    assert ledger.home(NOTE) == "b"
    assert ledger.line("a") == line("a")
    ledger.wrote("none", NOTE, {Field.YEAR: "z"})
    assert (ledger.home(NOTE), ledger.written(NOTE)) == ("b", {Field.YEAR: "z"})


def test_a_note_that_two_lines_know_is_known_by_one_when_it_is_written() -> None:
    both = [line(key, written={NOTE: {Field.YEAR: key}}) for key in ("a", "b")]
    ledger = Ledger(both)
    assert ledger.written(NOTE) == {Field.YEAR: "b"}
    ledger.wrote("a", NOTE, {Field.YEAR: "x"})
    assert [each.written for each in ledger] == [{NOTE: {Field.YEAR: "x"}}, {}]


def test_a_ledger_that_moved_on_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    ledger = Ledger.load(file)
    ledger.record(line())
    file.write_text("theirs")
    with pytest.raises(LedgerError, match="was changed while refmatter was at work"):
        ledger.save(file)
    assert file.read_text() == "theirs"
    file.unlink()
    assert ledger.save(file)
    ledger.record(line("b"))
    assert ledger.save(file)  # its own words are no surprise
    file.unlink()
    ledger.record(line("c"))
    with pytest.raises(LedgerError, match="was changed"):
        ledger.save(file)
    assert not file.exists()


def test_a_pipe_is_no_ledger_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LedgerError, match="no ordinary file"):
        Ledger.load(tmp_path / "pipe")


# -- a note's own line -------------------------------------------------------------------------

OTHER = PurePosixPath("b.md")


@pytest.mark.parametrize(
    ("key", "title", "note"),
    [
        ("atitle", "atitle", ""),
        ("atitle@a/note.md", "atitle", "a/note.md"),
        ("@a/note.md", "", "a/note.md"),
        ("atitle@a@b#c.md", "atitle", "a@b#c.md"),
        ("atitle#doi:10.1000/a", "atitle", ""),
        ("atitle#doi:10.1000/a@b", "atitle", ""),
    ],
)
def test_what_a_key_is_made_of(key: str, title: str, note: str) -> None:
    assert base_key(key) == title
    assert note_of(key) == note


@pytest.mark.parametrize("root", ["", "notes", "../elsewhere"])
def test_a_notes_key_has_its_path_from_the_ledger(tmp_path: Path, root: str) -> None:
    ledger = Ledger.load(tmp_path / "x" / "refmatter.lock", tmp_path / "x" / root)
    key = ledger.key("atitle", NOTE)
    assert key == f"atitle@{PurePosixPath(root) / NOTE}"
    assert note_of(key) == str(PurePosixPath(root) / NOTE)
    ledger.record(line(key))
    assert ledger.home(NOTE) == key
    assert NOTE in ledger.fingerprints()
    assert ledger.written(NOTE) == {}


@pytest.fixture(params=["in memory", "on disk"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Ledger]:
    """Makes a ledger of lines, which are in memory or in a file."""

    def make(*lines: LedgerLine) -> Ledger:
        ledger = Ledger(lines)
        if request.param == "in memory":
            return ledger
        ledger.save(tmp_path / "refmatter.lock")
        return Ledger.load(tmp_path / "refmatter.lock", few=0)

    return make


def test_a_note_is_at_home_where_its_values_are_known(kept: Callable[..., Ledger]) -> None:
    own = f"btitle@{NOTE}"
    ledger = kept(line(own), line("atitle", written={NOTE: {Field.YEAR: "x"}}))
    assert ledger.home(NOTE) == "atitle"
    ledger.wrote(own, NOTE, {Field.YEAR: "y"})
    assert ledger.home(NOTE) == own
    assert ledger.written(NOTE) == {Field.YEAR: "y"}
    ledger.wrote(own, NOTE, {})
    assert ledger.home(NOTE) == own  # it holds a decision about the note
    assert kept().home(NOTE) == ""


def test_a_renamed_note_takes_all_that_is_known_of_it_along(kept: Callable[..., Ledger]) -> None:
    own, former = f"atitle@{NOTE}", f"btitle@{NOTE}"
    theirs = {OTHER: {Field.VENUE: "z"}}
    ledger = kept(
        line(own, verdict="ruled", written={NOTE: {Field.YEAR: "x"}}),
        line(former, verdict="unmatched", checked="2026-01-01"),
        line("atitle", written={NOTE: {Field.KEY: "k"}, **theirs}),
        line(f"atitle@{OTHER}"),
    )
    new = PurePosixPath("c/new.md")
    ledger.move(NOTE, new)
    assert [each.key for each in ledger] == [
        "atitle", f"atitle@{OTHER}", f"atitle@{new}", f"btitle@{new}"
    ]  # fmt: skip
    assert ledger.written(new) == {Field.YEAR: "x", Field.KEY: "k"}
    assert ledger.written(OTHER) == theirs[OTHER]
    assert (ledger.home(NOTE), ledger.written(NOTE)) == ("", {})
    moved = ledger.line(f"atitle@{new}")
    assert moved is not None
    assert moved.verdict == "ruled"
    assert len(ledger) == 4
    before = ledger.text()
    ledger.move(PurePosixPath("nowhere.md"), OTHER)
    assert ledger.text() == before


def test_the_decisions_on_titles_that_a_note_has_no_more_are_dropped(
    kept: Callable[..., Ledger],
) -> None:
    own, old, older = (f"{title}@{NOTE}" for title in ("atitle", "btitle", "ctitle"))
    lines = [
        line(own), line(old), line(older, written={NOTE: {Field.YEAR: "x"}}), line("btitle"),
        line(f"btitle@{OTHER}"),
    ]  # fmt: skip
    ledger = kept(*lines)
    ledger.forget(NOTE, own)
    assert {each.key for each in ledger} == {each.key for each in lines} - {old}
    assert ledger.home(NOTE) == older
    ledger.wrote(own, NOTE, {Field.YEAR: "y"})
    ledger.forget(NOTE, own)
    assert {each.key for each in ledger} == {own, "btitle", f"btitle@{OTHER}"}
    assert ledger.home(NOTE) == own
    ledger.forget(NOTE, "another")
    assert ledger.home(NOTE) == own  # it knows what was written
