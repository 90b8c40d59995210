"""Runs to report on: a small one with something of everything, and one made of a single text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from refmatter.fields import Field
from refmatter.model import (
    Accepted,
    Ambiguous,
    Change,
    Failure,
    Identifiers,
    Lookup,
    Match,
    Note,
    Outcome,
    Provenance,
    Reference,
    Remark,
    RemarkKind,
    Resolution,
    Rung,
    Status,
    Trouble,
    Unmatched,
)
from refmatter.reasons import Difference, DifferenceKind, Reason, ReasonKind
from refmatter.run_model import Run
from refmatter.schema.conventions import Conventions, Form
from refmatter.stages.learn import Vault
from refmatter.stages.plan import Plan
from refmatter.state.ledger_line import LedgerLine
from support import EQUAL_TITLE, NOT_FOUND, SAME_TITLE, candidate, key_of, note, s2

FORMS = {
    Field.TITLE: Form("title"),
    Field.AUTHORS: Form("authors"),
    Field.YEAR: Form("year"),
    Field.VENUE: Form("venue"),
    Field.CITATION_COUNT: Form("numCitedBy"),
    Field.KEY: Form("meta_key"),
}
S2_SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
CATALOG_SAID = Provenance("catalog", Rung.CATALOG, "2022-07-03")


def ran(
    notes: Iterable[Note] = (),
    resolutions: Mapping[str, Resolution] | None = None,
    outcomes: Iterable[Outcome] = (),
    *,
    dry: bool = False,
    day: str = "2026-01-04",
) -> Run:
    """A run in which each note's lookup has the note's title for its key."""
    all_notes = tuple(notes)
    paths = frozenset(each.path for each in all_notes)
    return Run(
        vault=Vault(Path(), all_notes, Conventions(FORMS), paths),
        plan=Plan((), {each.path: key_of(each.title) for each in all_notes}, {}),
        resolutions={key_of(key): each for key, each in (resolutions or {}).items()},
        outcomes=tuple(outcomes),
        requests={"semantic_scholar": 2, "arxiv": 0},
        dry=dry,
        day=day,
    )


REMARK = Remark(RemarkKind.NOTE_DISAGREES, Field.YEAR, "1999", other="2004")


def small(*, dry: bool = False) -> Run:
    """Three notes: one is filled, one doubtful, one not looked up; one file cannot be read."""
    bert = note("bert.md", {"title": "bert", "year": 2019, "numCitedBy": 5})
    deep = note("deep.md", {"title": "deep"}, references=(Reference("Deep", None, 9),))
    lost = note("lost.md", {"title": "lost"})
    filled = (
        Change(Field.AUTHORS, "authors", None, ["Ada Lovelace", "Bo Ek"], S2_SAID),
        Change(Field.VENUE, "venue", "", "NAACL", CATALOG_SAID),
        Change(Field.CITATION_COUNT, "numCitedBy", 5, 70, S2_SAID),
        Change(Field.KEY, "meta_key", None, "bert", None),
    )
    one = Match(
        candidate("Deep", authors=("Ada",), year=2001, venue="", identifiers=s2("1")),
        {"title": 1.0, "specific": 0.0},
        0.75,
        (Difference(DifferenceKind.WORD, "a", "b"),),
    )
    other = Match(
        candidate(
            "Deep",
            authors=("Bo",),
            year=2001,
            citation_count=1,
            identifiers=Identifiers(doi="10.1/x", arxiv="2001.00001"),
        ),
        {"title": 1.0},
        0.75,
    )
    wall = Failure("arxiv", Rung.TITLE_SEARCH, Trouble.BROKEN, "500")
    return ran(
        (bert, deep, lost),
        {
            "bert": Resolution(
                Lookup(key_of("bert"), "BERT", notes=(bert.path,)),
                Accepted((), EQUAL_TITLE),
                values={Field.CITATION_COUNT: (70, S2_SAID)},
            ),
            "deep": Resolution(
                Lookup(key_of("deep"), "Deep", notes=(deep.path,), cited_by=(deep.path,)),
                Ambiguous((one, other), SAME_TITLE),
            ),
            "lost": Resolution(
                Lookup(key_of("lost"), "Lost", notes=(lost.path,)), None, failures=(wall,)
            ),
            "odd": Resolution(
                Lookup(key_of("odd"), "Odd", notes=(PurePosixPath("odd.md"),)), Unmatched(NOT_FOUND)
            ),
        },
        (
            Outcome(PurePosixPath("bad.md"), Status.REFUSED, reason="no UTF-8", line=3),
            Outcome(bert.path, Status.WRITTEN, filled),
            Outcome(
                PurePosixPath("new.md"),
                Status.CREATED,
                (Change(Field.TITLE, "title", None, "New", None),),
            ),
            Outcome(PurePosixPath("deep.md"), Status.UNCHANGED, remarks=(REMARK,)),
        ),
        dry=dry,
    )


def made_of(text: str, *, notes: int = 1, doubts: int = 1) -> Run:
    """A run in which whatever a note or a service may say is this text."""
    titled = Reason(ReasonKind.OTHER_TITLE, title=text)
    path = PurePosixPath(text.replace("\0", "") or "x")
    said = Provenance(text, Rung.TITLE_SEARCH, "2026-01-01")
    named = Note(path, "", (("title", text), ("venue", text), ("year", text)), (), text)
    works = tuple(
        Match(
            candidate(
                text,
                text,
                authors=(text,),
                venue=text,
                identifiers=Identifiers(text, text, text, text, text, text),
            ),
            {text: 0.5},
            0.5,
            (Difference(DifferenceKind.WORD, text, text),),
        )
        for _ in range(2)
    )
    changes = (
        Change(Field.VENUE, text, text, [text], said),
        Change(Field.AUTHORS, text, None, {text: text}, None),
    )
    failure = Failure(text, Rung.TITLE_SEARCH, Trouble.BROKEN, text)
    doubtful = {
        f"doubt {number}": Resolution(
            Lookup(key_of(f"doubt {number}"), text, notes=(path,)), Ambiguous(works, titled)
        )
        for number in range(doubts)
    }
    made = ran(
        (named,),
        doubtful
        | {
            "open": Resolution(
                Lookup(key_of("open"), text, notes=(path,)), None, failures=(failure,)
            ),
            "gone": Resolution(Lookup(key_of("gone"), text, notes=(path,)), Unmatched(titled)),
        },
        (
            Outcome(path, Status.REFUSED, reason=text, line=1),
            Outcome(
                path,
                Status.UNCHANGED,
                remarks=(Remark(RemarkKind.NOTE_DISAGREES, Field.YEAR, text, other=text),),
            ),
            *(Outcome(path, Status.WRITTEN, changes) for _ in range(notes)),
        ),
    )
    line = LedgerLine(key_of(text), text, "accepted", titled, retracted=(text,))
    return replace(made, retracted=(line,))


def doubting(candidates: int) -> Run:
    """One doubtful title with so many candidates."""
    deep = note("deep.md", {"title": "deep"})
    match = Match(candidate("Deep"), {}, 0.5)
    doubt = Ambiguous((match,) * candidates, SAME_TITLE)
    return ran(
        (deep,), {"deep": Resolution(Lookup(key_of("deep"), "Deep", notes=(deep.path,)), doubt)}
    )
