"""A note that a person makes one of another work: what refmatter wrote for the old one goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from house import House, house
from ledger_text import decisions
from refmatter import commands
from scholar import Corpus, Record
from support import snapshot

ONE = "Gradient flows of rolling stones across moss"
TWO = "Counting sheep with recurrent dreams at night"
UNKNOWN = "A story that no service has ever heard of"
KEYS = ("authors", "year", "venue", "numCitedBy", "ref_count", "fieldsOfStudy")
EMPTY = "".join(f"{key}:\n" for key in KEYS)
SERVICES = ("semantic_scholar", "openalex", "crossref", "arxiv", "dblp")


def record(number: int, title: str) -> Record:
    return Record(
        title, f"{number:040x}", authors=(f"Ann Author{number}", f"Bo Other{number}"),
        year=1990 + 10 * number, venue=f"Venue {number}", citation_count=100 * number,
        reference_count=number, fields_of_study=(f"Field {number}",), doi=f"10.1000/{number}",
    )  # fmt: skip


def bare(title: str, more: str = EMPTY) -> str:
    return f"---\ntitle: {title}\n{more}tags:\n- paper\n---\n\nMy own words.\n"


def filled(number: int, title: str, key: str = "a", **other: str) -> str:
    """A note with the values of a work, some of them another's."""
    values = {
        "authors": f"\n- Ann Author{number}\n- Bo Other{number}",
        "year": f" {1990 + 10 * number}",
        "venue": f" Venue {number}",
        "numCitedBy": f" {100 * number}",
        "ref_count": f" {number}",
        "fieldsOfStudy": f"\n- Field {number}",
    }
    said = "".join(f"{name}:{other.get(name, values[name])}\n" for name in KEYS)
    return bare(title, f"meta_key: {key}\n{said}")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[House]:
    """A vault whose note has the values of the first work, beside notes that have none."""
    off = {"catalog": {"enabled": False}}
    with house(tmp_path, Corpus([record(1, ONE), record(2, TWO)]), providers=off) as each:
        each.put("a.md", bare(ONE))
        for name in ("x.md", "y.md"):
            each.put(name, bare(f"Unheard-of tale {name[0]} of a very quiet village"))
        assert each.enrich().code == commands.DONE
        assert sorted_keys(text(each)) == sorted_keys(filled(1, ONE))
        yield each


def text(made: House, name: str = "a.md") -> str:
    return (made.notes / name).read_text()


def sorted_keys(note: str) -> list[str]:
    return sorted(note.splitlines())


def change(made: House, old: str, new: str) -> str:
    """Edit the note as a person would; its text then."""
    before = text(made)
    assert old in before
    (made.notes / "a.md").write_text(before.replace(old, new))
    return text(made)


def reported(made: House, *options: str) -> dict[str, dict[str, Any]]:
    """What became of the note's keys, by the report; and that the next run does nothing."""
    report = made.report(*options)
    changed = [each for each in report["changed"] if each["path"] == "a.md"]
    return {each["key"]: each for note in changed for each in note["changes"]}


def is_at_rest(made: House) -> None:
    notes, ledger = snapshot(made.notes), made.ledger.read_bytes()
    assert not made.report()["changed"]
    assert (snapshot(made.notes), made.ledger.read_bytes()) == (notes, ledger)


def lines(made: House) -> dict[str, dict[str, Any]]:
    lines = decisions(made.ledger.read_text())
    return {line["key"]: line for line in lines if line["key"].endswith("@notes/a.md")}


def undo(made: House) -> int:
    return made.run("undo", "--vault", str(made.notes), "--config", str(made.config)).code


def test_another_known_work_gets_its_own_values(made: House) -> None:
    mine = change(made, ONE, TWO)
    before = snapshot(made.notes), made.ledger.read_bytes()
    told = reported(made)
    assert {key for key in told if "removed" not in told[key]} == set(KEYS)
    assert told["year"]["old"] == 2000
    assert told["year"]["new"] == 2010
    assert sorted_keys(text(made)) == sorted_keys(filled(2, TWO))
    assert [each["ids"]["doi"] for each in lines(made).values()] == ["10.1000/2"]
    is_at_rest(made)
    assert undo(made) == commands.DONE
    assert (snapshot(made.notes), made.ledger.read_bytes()) == before
    assert text(made) == mine


def test_an_unknown_work_keeps_none_of_them(made: House) -> None:
    mine = change(made, ONE, UNKNOWN)
    before = snapshot(made.notes)
    told = reported(made)
    assert {key: (each["new"], each["removed"]) for key, each in told.items()} == dict.fromkeys(
        KEYS, (None, True)
    )
    # The keys stay, as the vault's other notes without values have them.
    assert sorted_keys(text(made)) == sorted_keys(bare(UNKNOWN, f"meta_key: a\n{EMPTY}"))
    is_at_rest(made)
    assert undo(made) == commands.DONE
    assert snapshot(made.notes) == before
    assert text(made) == mine


def test_where_the_vault_leaves_keys_out_they_go_as_well(tmp_path: Path) -> None:
    off = {"catalog": {"enabled": False}}
    with house(tmp_path, Corpus([record(1, ONE)]), providers=off) as made:
        made.put("a.md", bare(ONE, ""))
        for name in ("x.md", "y.md"):
            made.put(name, bare(f"Unheard-of tale {name[0]} of a very quiet village", ""))
        made.enrich()
        assert "year: 2000\n" in text(made)
        change(made, ONE, UNKNOWN)
        made.enrich()
        assert text(made) == bare(UNKNOWN, "")
        is_at_rest(made)


@pytest.mark.parametrize("title", [TWO, UNKNOWN])
def test_a_persons_values_stay(made: House, title: str) -> None:
    change(made, "year: 2000", "year: 2011")
    change(made, "venue: Venue 1", "venue: My Venue")
    made.enrich()
    change(made, ONE, title)
    assert not {"year", "venue"} & reported(made).keys()
    assert "\nyear: 2011\n" in text(made)
    assert "\nvenue: My Venue\n" in text(made)
    assert "Author1" not in text(made)
    assert ("Author2" in text(made)) is (title == TWO)
    is_at_rest(made)


@pytest.mark.parametrize(
    "title",
    [ONE.upper(), f"{ONE}!", ONE.replace("stones", "stnoes"), ONE.replace("across", "acros")],
)
def test_a_title_that_is_only_corrected_changes_nothing(made: House, title: str) -> None:
    mine = change(made, ONE, title)
    assert reported(made) == {}
    assert text(made) == mine
    is_at_rest(made)
    mine = change(made, title, ONE)  # and back again
    assert reported(made) == {}
    assert text(made) == mine
    assert [each["ids"]["doi"] for each in lines(made).values()] == ["10.1000/1"]
    assert len(lines(made)) == 1
    change(made, ONE, UNKNOWN)
    assert len(reported(made)) == len(KEYS)


def test_an_outage_takes_out_the_old_works_values_alone(made: House) -> None:
    change(made, "venue: Venue 1", "venue: My Venue")
    change(made, ONE, TWO)
    assert made.server
    for name in SERVICES:
        made.server.fault(name, "refuse")
    told = reported(made)
    assert set(told) == set(KEYS) - {"venue"}
    assert all(each["removed"] for each in told.values())
    assert "\nvenue: My Venue\n" in text(made)
    for name in SERVICES:
        made.server.heal(name)
    made.enrich()
    assert sorted_keys(text(made)) == sorted_keys(filled(2, TWO, venue=" My Venue"))


def test_an_outage_leaves_a_corrected_title_its_values(made: House) -> None:
    mine = change(made, ONE, ONE.replace("stones", "stnoes"))
    assert made.server
    for name in SERVICES:
        made.server.fault(name, "refuse")
    assert reported(made) == {}
    assert text(made) == mine


def test_an_identifier_of_another_work_counts_as_well(made: House) -> None:
    change(made, "tags:", "doi: 10.1000/2\ntags:")
    change(made, ONE, "A note")
    made.enrich()
    assert "Author1" not in text(made)
    change(made, "doi: 10.1000/2", "doi: 10.1000/1")
    made.enrich()
    assert "Author2" not in text(made)
    is_at_rest(made)


def test_what_a_person_corrects_is_no_change_of_mind(made: House) -> None:
    mine = change(made, "year: 2000", "year: 2001")
    assert reported(made) == {}
    assert text(made) == mine
    is_at_rest(made)
    assert [each["decision"] for each in lines(made).values()] == ["accepted"]
    made.server.corpus = Corpus([record(1, ONE), record(2, TWO)])  # type: ignore[union-attr]  # there is one
    assert made.report("--refresh")["titles"]["found"] == 1


def test_the_summary_and_check_say_it(made: House) -> None:
    change(made, ONE, UNKNOWN)
    checked = made.run("check", str(made.notes), "--config", str(made.config))
    assert checked.code == commands.WOULD_CHANGE
    assert "year: 2000 removed" in checked.out
    said = made.enrich("-v")
    assert "year removed" in said.out
    assert "another work" in said.out
    assert "1 removed" in said.out
    assert "disagrees" not in said.out
