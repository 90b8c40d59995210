import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.errors import LedgerError
from refmatter.fields import Field
from refmatter.model import (
    Identifiers,
    LookupKey,
    Match,
    Overlap,
    Owner,
    Ownership,
    Provenance,
    Question,
    Remark,
    RemarkKind,
    Rung,
    Tier,
)
from refmatter.reasons import Difference, DifferenceKind, Feature, Reason, ReasonKind, Rejected
from refmatter.state.ledger import Ledger, put
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import digest
from refmatter.titles import title_key
from support import EQUAL_TITLE, SAME_TITLE, absent, candidate, key_of, owned, questions

BY_ID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-11-21")
OLD = Provenance("catalog", Rung.CATALOG, "2022-07-03")
NOTE, OTHER = PurePosixPath("a/note.md"), PurePosixPath("b.md")
OWN = key_of(f"atitle@{NOTE}")


TITLES = {"atitle": "A Title"}


def line(text: str = "atitle", **more: object) -> LedgerLine:
    """A line of a key as people read it."""
    key = key_of(text)
    title = TITLES.get(key.title, key.title)
    said = {"title": title, "verdict": "accepted", "reason": EQUAL_TITLE} | more
    return LedgerLine(key=key, **said)  # type: ignore[arg-type]  # a test's own words


def rows(ledger: Ledger) -> list[dict[str, Any]]:
    """The rows of titles."""
    return [json.loads(row) for row in ledger.text().split("\n")[1:-1]]


def titled(title: str) -> Reason:
    return Reason(ReasonKind.OTHER_TITLE, title=title)


RIVAL = Match(
    candidate(
        "A title", "catalog", Rung.CATALOG, authors=("C",), year=1999, venue="X",
        citation_count=3, identifiers=Identifiers(acl="P1"),
    ),
    {"title": 0.0, "likeness": 0.9},
    0.75,
    (Difference(DifferenceKind.WORD, "a", "b"),),
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
    matched_title="A Title: And More",
    matcher_version="2+0a1b2c3d",
    candidates=(RIVAL,),
    queries=questions("arxiv/identifier"),
)


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    own = replace(FULL, key=OWN)
    ledger = Ledger([own, line("b", verdict="unmatched", last_checked="2026-01-01", tries=2)])
    ledger.set_written(OWN, NOTE, {Field.YEAR: owned("+" + digest(2019))})
    assert ledger.save(file)
    again = Ledger.load(file)
    assert again.text() == ledger.text()
    assert again.line(OWN) == ledger.line(OWN)
    assert again.written(NOTE) == {Field.YEAR: owned("+" + digest(2019))}


@pytest.mark.parametrize("verdict", ["accepted", "ambiguous", "unmatched", "ruled"])
def test_candidates_are_kept_whatever_was_decided(tmp_path: Path, verdict: str) -> None:
    said = line(
        verdict=verdict,
        candidates=(RIVAL, RIVAL),
        matcher_version="1",
        last_checked="2026-01-01",
        tries=3,
    )
    Ledger([said]).save(tmp_path / "refmatter.lock")
    assert Ledger.load(tmp_path / "refmatter.lock").line(key_of("atitle")) == said


def candidates_of(*matches: Match, **more: object) -> dict[str, object]:
    return {"verdict": "ambiguous", "last_checked": "2026-01-01", "candidates": matches, **more}


def test_notes_of_a_title_share_its_candidates_and_its_questions() -> None:
    other = replace(RIVAL, candidate=replace(RIVAL.candidate, fetched="2026-03-03"))
    asked = questions("openalex/title_batch", "arxiv/title_search")
    near = replace(
        RIVAL, candidate=replace(RIVAL.candidate, overlap=Overlap(5, 9, 1, 2)), score=0.5
    )
    lines = [
        line("atitle", queries=questions("arxiv/title_search")),
        line(f"atitle@{NOTE}", **candidates_of(RIVAL, other, queries=asked)),
        line(f"atitle@{OTHER}", title="A title", **candidates_of(other, near)),
    ]
    (row,) = rows(Ledger(lines))
    assert [known["fetched"] for known in row["candidates"]] == ["2026-01-01", "2026-03-03"]
    assert row["queries"] == {"arxiv": {"title_search": []}, "openalex": {"title_batch": []}}
    bare, first, second = row["decisions"]
    assert bare["queries"] == {"arxiv": {"title_search": []}}
    assert (first["note"], second["note"], second["title"]) == (str(NOTE), str(OTHER), "A title")
    assert "queries" not in first
    assert second["queries"] == {}
    assert [match.get("candidate") for match in first["matches"]] == [None, None]
    assert [match.get("candidate") for match in second["matches"]] == [1, 0]
    assert second["matches"][1]["overlap"]["shared"] == 1
    text = Ledger(lines).text().encode()
    assert list(Ledger.from_bytes(text, Path("refmatter.lock"))) == lines


def test_lines_come_by_key() -> None:
    assert [each.key for each in Ledger([line("b"), line("c"), line("a")])] == [
        key_of("a"),
        key_of("b"),
        key_of("c"),
    ]
    assert list(Ledger()) == []


def test_a_ledger_may_change_while_its_lines_are_gone_through() -> None:
    ledger = Ledger([line("a"), line("b")])
    for each in ledger:
        ledger.record(line(f"{each.key}{each.key}"))
    assert [each.key for each in ledger] == [
        key_of("a"),
        key_of("aa"),
        key_of("b"),
        key_of("bb"),
    ]


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
    first, second, third = Ledger([line("b"), line("a")]).text().splitlines()
    assert first == '{"refmatter":"ledger","version":1}'
    decision = '{"decision":"accepted","reason":{"kind":"equal_title"}}'
    assert second == f'{{"title":"a","decisions":[{decision}]}}'
    assert third == f'{{"title":"b","decisions":[{decision}]}}'
    assert "Zoë" in Ledger([FULL]).text()


def test_the_mode_of_the_file_is_kept_and_no_other_file_left(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    Ledger([line()]).save(file)
    file.chmod(0o640)
    Ledger([line(), line("b")]).save(file)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["refmatter.lock"]


def test_notes_are_known_by_their_path_from_the_ledger(tmp_path: Path) -> None:
    file, note = tmp_path / "refmatter.lock", PurePosixPath("notes/n.md")
    (tmp_path / "notes").mkdir()
    whole = Ledger.load(file, tmp_path)
    key = whole.key("atitle", note)
    whole.record(line(str(key)))
    whole.set_written(key, note, {Field.YEAR: owned("x")})
    whole.save(file)
    part = Ledger.load(file, tmp_path / "notes")
    assert part.written(PurePosixPath("n.md")) == {Field.YEAR: owned("x")}
    assert part.written_by_note() == {PurePosixPath("n.md"): {Field.YEAR: owned("x")}}
    assert whole.written_by_note() == {note: {Field.YEAR: owned("x")}}
    assert Ledger.load(file, tmp_path / "others").written_by_note() == {}


def test_a_new_line_keeps_what_was_written_under_the_old() -> None:
    ledger = Ledger([line(str(OWN))])
    ledger.set_written(OWN, NOTE, {Field.YEAR: owned("x")})
    ledger.record(line(str(OWN), reason=SAME_TITLE))
    assert ledger.written(NOTE) == {Field.YEAR: owned("x")}
    ledger.set_written(OWN, NOTE, {})
    assert ledger.written(NOTE) == {}


def test_a_note_without_a_line_has_nothing_to_remember() -> None:
    ledger = Ledger([line("atitle")])
    before = ledger.text()
    for key in (OWN, key_of("atitle"), None):
        ledger.set_written(key, NOTE, {Field.YEAR: owned("x")})
        assert ledger.written(NOTE) == {}
    assert ledger.text() == before


HEAD = '{"refmatter":"ledger","version":1}\n'


def row(*decisions: str, **parts: str) -> str:
    """A file of one title: its decisions, and other parts, as JSON."""
    more = "".join(f',"{name}":{value}' for name, value in parts.items())
    return f'{HEAD}{{"title":"A","decisions":[{",".join(decisions)}]{more}}}\n'


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("{}\n", 1),
        (f"{HEAD}{{}}\n", 2),
        (Ledger([FULL]).text() + "nonsense\n", 3),
        (row('{"decision":"unmatched","last_checked":"soon"}'), 2),
        (row('{"decision":"maybe"}'), 2),
        (row('{"decision":"ambiguous"}'), 2),
        (row('{"decision":"ruled","tier":"sure"}'), 2),
        (row('{"decision":"ruled","title":"B"}'), 2),
        (row('{"decision":"ruled","matches":[{}]}'), 2),
        (row('{"decision":"ruled"}', candidates="[{}]"), 2),
        (row('{"decision":"ruled"}', more="1"), 2),
        (row('{"decision":"ruled","ids":{"isbn":"1"}}'), 2),
        (row('{"decision":"ruled","identifier":["doi"]}'), 2),
        ('{"refmatter":"ledger","version":"1"}\n', 1),
        (Ledger([FULL]).text().replace("2022-07-03", "yesterday"), 2),
        ("[" * 100_000, 1),
        (HEAD + "[" * 100_000, 2),
    ],
)
def test_a_damaged_line_is_named_with_a_way_out(tmp_path: Path, text: str, number: int) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text(text)
    with pytest.raises(LedgerError) as caught:
        Ledger.load(file)
    assert str(caught.value).startswith(f"{file}:{number}: ")
    assert absent(str(caught.value), "ledger") == []


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("title", "Another Title", "several titles"),
        ("last_checked", None, "when it was checked"),
        ("matches", [{"candidate": 9, "score": 1.0, "features": {}}], "candidate 9"),
    ],
)
def test_a_decision_that_does_not_hold_together_is_refused_with_the_reason(
    tmp_path: Path, field: str, value: object, why: str
) -> None:
    file = tmp_path / "refmatter.lock"
    head, text, _ = (
        Ledger([line(verdict="unmatched", last_checked="2026-11-21")]).text().split("\n")
    )
    sound = json.loads(text)
    file.write_text(f"{head}\n{json.dumps(sound)}\n")
    assert len(list(Ledger.load(file))) == 1
    (decision,) = sound["decisions"]
    decision[field] = value
    if value is None:
        del decision[field]
    file.write_text(f"{head}\n{json.dumps(sound)}\n")
    with pytest.raises(LedgerError, match=why):
        Ledger.load(file)


def test_a_merge_conflict_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text('<<<<<<< HEAD\n{"title":"a"}\n')
    with pytest.raises(LedgerError) as caught:
        Ledger.load(file)
    assert str(caught.value).startswith(f"{file}:1: ")
    assert absent(str(caught.value), "merge conflict") == []


def test_a_ledger_of_an_earlier_version_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text('{"key":"a","title":"A","decision":"accepted","said":[]}\n')
    with pytest.raises(LedgerError, match=r"earlier version of refmatter.*review --export"):
        Ledger.load(file)


def test_a_ledger_of_another_form_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text(HEAD.replace("1", "2"))
    with pytest.raises(LedgerError, match=r":1: .*\bform 2\b"):
        Ledger.load(file)


def test_a_header_may_stand_there_again(tmp_path: Path) -> None:
    """As where git put the lines of two branches together."""
    file = tmp_path / "refmatter.lock"
    file.write_text(Ledger([line("a")]).text() + Ledger([line("b")]).text())
    assert [known.key for known in Ledger.load(file)] == [key_of("a"), key_of("b")]


@pytest.mark.parametrize("few", [0, 9])
def test_of_a_key_that_stands_there_twice_the_last_line_counts(tmp_path: Path, few: int) -> None:
    file = tmp_path / "refmatter.lock"
    last = line("a", reason=titled("the last"))
    lines = [line("a"), line(f"a@{NOTE}")]
    file.write_text(Ledger(lines).text() + Ledger([last]).text())
    ledger = Ledger.load(file, few=few)
    assert list(ledger) == [last, lines[1]]
    assert len(ledger) == 2


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
    absent = line(verdict="unmatched", last_checked="2026-01-01", tries=tries)
    first = date(2026, 1, 1).toordinal()
    assert not absent.is_due(date.fromordinal(first + days - 1), 30)
    assert absent.is_due(date.fromordinal(first + days), 30)


def test_a_day_at_the_end_of_time_is_a_day() -> None:
    absent = line(
        verdict="unmatched", last_checked="9999-12-01", tries=9
    )  # somebody edited the ledger
    assert absent.due_on(30) == date.max


@given(st.text(), st.text())
def test_whatever_a_title_holds_a_line_stays_a_line(title: str, author: str) -> None:
    clean = title.encode("utf-8", "replace").decode()
    who = author.encode("utf-8", "replace").decode()
    key = title_key(clean)
    ledger = Ledger([line(key, title=clean, values={Field.AUTHORS: ((who,), OLD)})])
    assert ledger.text().count("\n") == 2
    ((decision,),) = (row["decisions"] for row in rows(ledger))
    assert decision["values"][0]["values"]["authors"] == [who]


def test_half_a_character_does_not_keep_the_ledger_from_being_saved(tmp_path: Path) -> None:
    """As an argument or the name of a file that is no Unicode comes into the program."""
    file = tmp_path / "refmatter.lock"
    Ledger([line("ab", title="A \udcff B", reason=titled("\ud800"))]).save(file)
    said = Ledger.load(file).line(key_of("ab"))
    assert said is not None
    assert (said.title, said.reason) == ("A ? B", titled("?"))


@pytest.mark.parametrize(
    "wrong",
    [
        '"decision":"unmatched","last_checked":"2026-01-01","tries":99999999999',
        '"decision":"unmatched","last_checked":"2026-01-01","tries":-1',
        '"decision":"ruled","features":{"title":NaN}',
        '"decision":"ruled","features":{"title":1e308}',
        '"decision":"ruled","matches":[{"score":Infinity}]',
        '"decision":"ruled","reason":{"kind":"other_title","title":"\\ud800"}',
        '"decision":"ruled","tries":' + "9" * 5000,
        '"decision":"ruled","matches":' + "[" * 100_000,
    ],
)
def test_numbers_that_nobody_could_reckon_with_are_refused(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "refmatter.lock"
    file.write_text(row(f"{{{wrong}}}"))
    with pytest.raises(LedgerError, match=r":2: .*\bledger\b"):
        Ledger.load(file)


def test_a_link_that_leads_out_of_the_folder_is_neither_read_nor_written(tmp_path: Path) -> None:
    outside, vault = tmp_path / "outside", tmp_path / "vault"
    vault.mkdir()
    file = vault / "refmatter.lock"
    file.symlink_to(outside)
    for act in (lambda: Ledger.load(file), lambda: Ledger([line()]).save(file)):
        with pytest.raises(LedgerError, match=r"\bout of\b"):
            act()
    assert not outside.exists()
    file.unlink()
    file.symlink_to("known.lock")
    assert Ledger([line()]).save(file)
    assert file.is_symlink()
    assert Ledger.load(file).line(key_of("atitle")) == line()


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
            title, "arxiv", Rung.CITING_REFERENCES, note, day,
            authors=authors, year=year, identifiers=ids,
        ),
        features,
        score,
        (Difference(DifferenceKind.WORD, title, title),),
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
digests = st.text("0123456789abcdef", min_size=1, max_size=12)
states = st.builds(Ownership, st.sampled_from(Owner), digests)
written = st.dictionaries(
    st.sampled_from(Field),
    st.builds(Ownership, st.sampled_from(Owner), digests, st.lists(states, max_size=2).map(tuple)),
    max_size=2,
)
asked = st.frozensets(st.builds(Question, texts, st.sampled_from(Rung), texts), max_size=2)
keys = st.builds(
    LookupKey,
    st.just(""),
    st.sampled_from(["", "a.md", "p/ü b.md", "../x.md"]),
    st.just(()) | st.tuples(texts, texts),
)
features = st.lists(st.sampled_from(Feature), max_size=2).map(tuple)
differences = st.builds(
    Difference, st.sampled_from(DifferenceKind), texts, texts, st.integers(1, 9)
)
reasons = st.builds(
    Reason,
    kind=st.sampled_from(ReasonKind),
    evidence=features,
    rejected=st.lists(st.builds(Rejected, st.integers(0, 9), features), max_size=2).map(tuple),
    differences=st.lists(differences, max_size=2).map(tuple),
    title=texts,
    works=st.integers(0, 9),
    record_kinds=st.lists(texts, max_size=2).map(tuple),
)
remarks = st.builds(
    Remark,
    kind=st.sampled_from(RemarkKind),
    field=st.none() | st.sampled_from(Field),
    value=texts,
    provider=texts,
    other=texts,
    identifier=texts,
    removed=st.lists(texts, max_size=2).map(tuple),
    replaced=st.lists(texts, max_size=2).map(tuple),
)
lines = st.builds(
    LedgerLine,
    key=keys,
    title=texts,
    verdict=st.sampled_from(["accepted", "ambiguous", "unmatched", "ruled"]),
    reason=reasons,
    identifiers=some_ids,
    values=values,
    other_venues=st.lists(texts, max_size=2).map(tuple),
    remarks=st.lists(remarks, max_size=2).map(tuple),
    tier=st.none() | st.sampled_from(Tier),
    matched_title=texts,
    matcher_version=texts,
    features=st.dictionaries(texts, weights, max_size=2),
    candidates=st.lists(rivals, max_size=2).map(tuple),
    queries=asked,
    last_checked=days,
    tries=st.integers(0, 1_000_000),
    hints=texts,
    written=written,
).map(lambda made: replace(made, key=replace(made.key, title=title_key(made.title))))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(lines, max_size=2, unique_by=lambda each: each.key))
def test_any_lines_are_read_again_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, said: list[LedgerLine]
) -> None:
    file = tmp_path_factory.mktemp("any") / "refmatter.lock"
    ledger = Ledger(said)
    ledger.save(file)
    again = Ledger.load(file)
    assert {each.key: each for each in again} == {each.key: each for each in said}
    assert again.text() == ledger.text()
    assert not again.save(file)
    for each in again:
        assert isinstance(each.is_due(date(2026, 1, 1), 30), bool)


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
        if each.last_checked:
            each.is_due(date(2026, 1, 1), 30)
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

    with pytest.raises(LedgerError, match="No space left"):
        put(tmp_path / "refmatter.lock", b"1", heed)
    assert not list(tmp_path.iterdir())


def test_what_was_written_moves_with_its_note_to_another_title() -> None:
    first, second = key_of(f"a@{NOTE}"), key_of(f"b@{NOTE}")
    ledger = Ledger([line(str(first)), line(str(second))])
    ledger.set_written(first, NOTE, {Field.YEAR: owned("x")})
    ledger.set_written(second, NOTE, {Field.YEAR: owned("y")})
    assert ledger.key_of_note(NOTE) == second
    assert ledger.line(first) == line(str(first))
    ledger.set_written(key_of(f"none@{NOTE}"), NOTE, {Field.YEAR: owned("z")})
    assert (ledger.key_of_note(NOTE), ledger.written(NOTE)) == (second, {Field.YEAR: owned("z")})


def test_a_note_that_two_lines_know_is_known_by_one_when_it_is_written() -> None:
    keys = [f"{title}@{NOTE}" for title in ("a", "b")]
    ledger = Ledger([line(key, written={Field.YEAR: owned(key[0])}) for key in keys])
    assert ledger.written(NOTE) == {Field.YEAR: owned("b")}
    ledger.set_written(key_of(keys[0]), NOTE, {Field.YEAR: owned("x")})
    assert [known.written for known in ledger] == [{Field.YEAR: owned("x")}, {}]


def test_a_ledger_that_moved_on_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "refmatter.lock"
    ledger = Ledger.load(file)
    ledger.record(line())
    file.write_text("theirs")
    with pytest.raises(LedgerError, match="changed"):
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


@pytest.mark.parametrize("root", ["", "notes", "../elsewhere"])
def test_a_notes_key_has_its_path_from_the_ledger(tmp_path: Path, root: str) -> None:
    ledger = Ledger.load(tmp_path / "x" / "refmatter.lock", tmp_path / "x" / root)
    key = ledger.key("atitle", NOTE)
    assert key == key_of(f"atitle@{PurePosixPath(root) / NOTE}")
    assert key.note == str(PurePosixPath(root) / NOTE)
    ledger.record(line(str(key)))
    assert ledger.key_of_note(NOTE) == key
    assert NOTE in ledger.written_by_note()
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
    own, former = key_of(f"atitle@{NOTE}"), key_of(f"btitle@{NOTE}")
    ledger = kept(line(str(own)), line(str(former), written={Field.YEAR: owned("x")}))
    assert ledger.key_of_note(NOTE) == former
    ledger.set_written(own, NOTE, {Field.YEAR: owned("y")})
    assert ledger.key_of_note(NOTE) == own
    assert ledger.written(NOTE) == {Field.YEAR: owned("y")}
    ledger.set_written(own, NOTE, {})
    assert ledger.key_of_note(NOTE) == own  # it holds a decision about the note
    assert kept().key_of_note(NOTE) is None


def test_a_renamed_note_takes_all_that_is_known_of_it_along(kept: Callable[..., Ledger]) -> None:
    own, former = f"atitle@{NOTE}", f"btitle@{NOTE}"
    theirs = {Field.VENUE: owned("z")}
    ledger = kept(
        line(own, verdict="ruled", written={Field.YEAR: owned("x")}),
        line(former, verdict="unmatched", last_checked="2026-01-01"),
        line("atitle"),
        line(f"atitle@{OTHER}", written=theirs),
    )
    new = PurePosixPath("c/new.md")
    ledger.move(NOTE, new)
    keys = ["atitle", f"atitle@{OTHER}", f"atitle@{new}", f"btitle@{new}"]
    assert [known.key for known in ledger] == [key_of(key) for key in keys]
    assert ledger.written(new) == {Field.YEAR: owned("x")}
    assert ledger.written(OTHER) == theirs
    assert (ledger.key_of_note(NOTE), ledger.written(NOTE)) == (None, {})
    moved = ledger.line(key_of(f"atitle@{new}"))
    assert moved is not None
    assert moved.verdict == "ruled"
    assert len(ledger) == 4
    before = ledger.text()
    ledger.move(PurePosixPath("nowhere.md"), OTHER)
    assert ledger.text() == before


def test_the_decisions_on_titles_that_a_note_has_no_more_are_dropped(
    kept: Callable[..., Ledger],
) -> None:
    own, old, older = (key_of(f"{title}@{NOTE}") for title in ("atitle", "btitle", "ctitle"))
    others = [key_of("btitle"), key_of(f"btitle@{OTHER}")]
    written = {Field.YEAR: owned("x")}
    ledger = kept(
        line(str(own)), line(str(old)), line(str(older), written=written),
        *(line(str(key)) for key in others),
    )  # fmt: skip
    ledger.forget(NOTE, own)
    assert {known.key for known in ledger} == {own, older, *others}
    assert ledger.key_of_note(NOTE) == older
    ledger.set_written(own, NOTE, {Field.YEAR: owned("y")})
    ledger.forget(NOTE, own)
    assert {known.key for known in ledger} == {own, *others}
    assert len(ledger) == 3
    assert ledger.key_of_note(NOTE) == own
    ledger.forget(NOTE, key_of("another"))
    assert ledger.key_of_note(NOTE) == own  # it knows what was written
