import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from refmatter.matching.features import weigh
from refmatter.model import (
    Accepted,
    Field,
    Identifiers,
    Match,
    Note,
    Provenance,
    Rung,
    Tier,
    Value,
)
from refmatter.providers.bundled_catalog import DATE
from refmatter.report.screen import Screen
from refmatter.report.why import why
from refmatter.resolve.matching_stage import match
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import digest
from reviewing import hostile_lines
from support import S2, candidate, key_of, lookup, note, owned, questions, s2

SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
BERT = note(
    "sub/bert.md",
    {"title": "BERT", "authors": ["A", "B"], "year": 2019, "venue": "", "meta_key": "bert"},
)


def line(**more: object) -> LedgerLine:
    said = LedgerLine(key_of("bert"), "BERT", "accepted", "equal titles")
    return replace(said, **more)


def known(name: Field, value: Value, where: Provenance = SAID) -> LedgerLine:
    return line(values={name: (value, where)})


def told(
    chosen: Field, mine: Note = BERT, said: LedgerLine | None = None, written: object = None
) -> tuple[str, str]:
    """What is told of one field: its value and its origin."""
    digests = {} if written is None else {chosen: owned(digest(written))}
    *_, value, origin = why(mine, said, digests, chosen)
    return value, origin.strip()


def test_a_note_nobody_looked_for_is_told_whole() -> None:
    assert list(why(BERT, None, {})) == [
        "sub/bert.md: BERT",
        "refmatter has not looked for this title yet: run `refmatter enrich`",
        "",
        "authors: A, B",
        "    yours: refmatter did not write it",
        "year: 2019",
        "    yours: refmatter did not write it",
        "venue: nothing",
        "    not looked for yet",
        "citation count: nothing",
        "    not looked for yet",
        "reference count: nothing",
        "    not looked for yet",
        "fields of study: nothing",
        "    not looked for yet",
        "key: bert",
        "    the file's name",
    ]


def test_what_refmatter_wrote_is_told_with_who_said_it_how_and_when() -> None:
    said = known(Field.YEAR, 2019)
    assert told(Field.YEAR, BERT, said, 2019) == (
        "year: 2019",
        "Semantic Scholar, by identifier, as of 2026-01-01",
    )
    people = known(Field.AUTHORS, ("A", "B"))
    assert told(Field.AUTHORS, BERT, people, ["A", "B"])[1].startswith("Semantic Scholar, by")


@pytest.mark.parametrize(
    ("provider", "rung", "fetched", "origin"),
    [
        (
            "catalog",
            Rung.CATALOG,
            DATE,
            f"the catalogue, bundled with refmatter, as of {DATE}",
        ),
        (
            "catalog",
            Rung.CATALOG,
            "2026-01-01",
            "the catalogue, built from dumps, as of 2026-01-01",
        ),
        ("arxiv", Rung.TITLE_SEARCH, "2026-01-01", "arXiv, by title search, as of 2026-01-01"),
        ("dblp", Rung.SAME_TITLE_SEARCH, "", "DBLP, by title search"),
        (
            "arxiv",
            Rung.CITING_REFERENCES,
            "",
            "arXiv, in the reference list of a note that cites it",
        ),
        ("arxiv", Rung.LEDGER, "", "arXiv, ledger"),
    ],
)
def test_every_way_of_asking_has_its_words(
    provider: str, rung: Rung, fetched: str, origin: str
) -> None:
    said = known(Field.YEAR, 2019, Provenance(provider, rung, fetched))
    assert told(Field.YEAR, BERT, said, 2019)[1] == origin


FROM = "(Semantic Scholar, by identifier, as of 2026-01-01)"
AGAIN = "; `refmatter enrich --refill` fills it again"


def test_what_a_person_changed_since_is_theirs() -> None:
    said = known(Field.YEAR, 2018)
    assert told(Field.YEAR, BERT, said, 2018)[1] == (
        f"yours since: changed after refmatter wrote 2018 {FROM}"
    )
    assert told(Field.YEAR, BERT, known(Field.YEAR, 2017), 2018)[1] == (
        "yours since: changed after refmatter wrote it; Semantic Scholar says 2017 (2026-01-01)"
    )
    assert told(Field.YEAR, BERT, line(), 2018)[1] == (
        "yours since: changed after refmatter wrote it"
    )


def test_what_a_person_took_out_is_told_with_a_way_back() -> None:
    assert told(Field.VENUE, BERT, known(Field.VENUE, "NAACL"), "NAACL") == (
        "venue: nothing",
        f"yours since: taken out after refmatter wrote NAACL {FROM}{AGAIN}",
    )
    assert told(Field.KEY, note("bert.md", {"meta_key": ""}), line(), "bert")[1] == (
        f"yours since: taken out after refmatter wrote it{AGAIN}"
    )


def test_what_was_a_persons_once_is_theirs_though_it_says_what_we_wrote() -> None:
    marked = {Field.YEAR: owned(f"~{digest(2019)}")}
    assert list(why(BERT, known(Field.YEAR, 2019), marked, Field.YEAR))[-1].strip() == (
        f"yours since: changed after refmatter wrote 2019 {FROM}"
    )


def test_a_blank_venue_and_a_title_of_ours_were_not_changed() -> None:
    mine = note("a.md", {"title": "A", "venue": ""})
    assert told(Field.VENUE, mine, known(Field.VENUE, ""), "")[1].startswith("Semantic Scholar")
    assert told(Field.TITLE, mine, line(), "A")[1] == "the note's heading or file name"


def test_what_is_as_refmatter_wrote_it_was_not_changed() -> None:
    said = line(verdict="ambiguous", reason="2 works share this title", last_checked="2026-05-31")
    assert "changed since" not in told(Field.YEAR, BERT, said, 2019)[1]


def test_what_was_there_before_is_theirs() -> None:
    said = known(Field.AUTHORS, ("A", "B", "C"))
    assert told(Field.AUTHORS, BERT, said) == (
        "authors: A, B",
        "yours: refmatter did not write it; Semantic Scholar says A, B, C (2026-01-01)",
    )


def test_what_is_missing_is_known_to_nobody() -> None:
    assert told(Field.VENUE, BERT, line()) == ("venue: nothing", "nobody who was asked knows it")
    assert told(Field.CITATION_COUNT, BERT, line())[1] == "nobody who was asked knows it"
    open_ = line(verdict="ambiguous", reason="2 works share this title")
    assert told(Field.VENUE, BERT, open_)[1] == "not known, as long as the work is ambiguous"
    empty = note("a.md", {"authors": [], "year": None})
    assert told(Field.AUTHORS, empty)[0] == "authors: nothing"
    assert told(Field.YEAR, empty)[0] == "year: nothing"


def test_a_count_of_nought_is_a_value() -> None:
    assert told(Field.CITATION_COUNT, note("a.md", {"citations": 0}))[0] == "citation count: 0"


def test_what_is_known_and_not_written_is_not_known_to_nobody() -> None:
    assert told(Field.VENUE, BERT, known(Field.VENUE, "NAACL"))[1] != (
        "nobody who was asked knows it"
    )


def test_the_key_is_the_files_name_or_a_persons() -> None:
    assert told(Field.KEY) == ("key: bert", "the file's name")
    own = note("bert.md", {"meta_key": "devlin2019"})
    assert told(Field.KEY, own) == ("key: devlin2019", "yours")


def test_a_key_that_is_missing_is_nobodys() -> None:
    assert told(Field.KEY, note("bert.md", {}))[1] != "yours"


def test_a_title_is_the_persons() -> None:
    assert told(Field.TITLE) == ("title: BERT", "yours: refmatter did not write it")


def test_a_value_is_found_under_the_notes_own_name_for_it() -> None:
    mine = note("a.md", {"journal": "Nature", "Year": 1999})
    assert told(Field.VENUE, mine)[0] == "venue: Nature"
    assert told(Field.YEAR, mine)[0] == "year: 1999"


def test_a_value_is_found_behind_an_empty_one() -> None:
    mine = note("a.md", {"venue": "", "journal": "Nature"})
    assert told(Field.VENUE, mine)[0] == "venue: Nature"


def test_what_was_written_under_a_configured_name_is_ours() -> None:
    mine, ours = note("a.md", {"published": 2019}), {Field.YEAR: owned(digest(2019))}
    names = {Field.YEAR: "published"}
    assert list(why(mine, known(Field.YEAR, 2019), ours, Field.YEAR, names))[-2:] == [
        "year: 2019",
        "    Semantic Scholar, by identifier, as of 2026-01-01",
    ]


# -- which work it is, and which it is not -----------------------------------------------------


def identity(said: LedgerLine, rule: str | None = None) -> list[str]:
    """What is told before the fields."""
    told = list(why(BERT, said, {}, Field.KEY, rule=rule))
    assert told[0] == "sub/bert.md: BERT"
    return told[1 : told.index("")]


def rival(
    features: dict[str, float], score: float = 0.5, *differences: str, **said: object
) -> Match:
    found = candidate("Twin", "arxiv", Rung.TITLE_BATCH, identifiers=s2("2"), **said)  # type: ignore[arg-type]  # a test's own words
    return Match(found, features, score, differences)


def lost(features: dict[str, float], reason: str = "equal titles") -> str:
    *_, last = identity(line(reason=reason, candidates=(rival(features),)))
    return last.strip()


def test_the_decision_comes_first_with_how_sure_it_is() -> None:
    reason = "equal titles; confirmed by the first author"
    names = Identifiers(s2=f"{S2}1", doi="10.1/x")
    said = line(tier=Tier.CERTAIN, reason=reason, identifiers=names, matcher_version="2")
    assert identity(said, "2") == [
        "accepted, certain: equal titles; confirmed by the first author",
        f"it is s2 {S2}1, doi 10.1/x",
    ]
    part = replace(
        said, tier=Tier.LIKELY, reason="the subtitle is missing: 'X'", matched_title="BERT: X"
    )
    assert identity(part)[:2] == [
        "accepted, likely: the subtitle is missing: 'X'",
        "the title of its record: BERT: X",
    ]


@pytest.mark.parametrize(
    ("by", "present", "told"),
    [
        ("1", "2", ["decided by matcher 1; the present one is 2"]),
        ("", "2", ["decided by an older matcher; the present one is 2"]),
        ("2", "2+0a1b2c3d", ["decided by matcher 2; the present one is 2+0a1b2c3d"]),
        ("2", "2", []),
        ("1", None, []),
    ],
)
def test_an_older_matchers_decision_says_so(by: str, present: str | None, told: list[str]) -> None:
    assert identity(line(matcher_version=by), present) == ["accepted: equal titles", *told]


def test_what_could_not_be_settled_is_told_with_who_was_asked_and_when() -> None:
    said = line(
        verdict="ambiguous",
        reason="2 works share this title",
        identifiers=Identifiers(doi="10.1/mine"),
        last_checked="2026-05-31",
        queries=questions("semantic_scholar/title_search", "arxiv/title_search"),
        matcher_version="2",
        candidates=(
            rival({"title": 1.0, "year": 1.0}, 0.95, authors=("Ada", "B", "C", "D"), year=2001),
            rival({"title": 1.0, "year": 0.0}, 0.75, venue="ICML", citation_count=0),
        ),
    )
    assert identity(said) == [
        "ambiguous: 2 works share this title",
        "its notes say that it is doi 10.1/mine",
        "last asked on 2026-05-31: arxiv/title_search, semantic_scholar/title_search",
        '  it might be "Twin" by Ada, B, C and 1 more, 2001, no venue',
        "    S2 000000000000… (arXiv, by title, 2026-01-01)",
        "    score 0.95; for: same title, same year",
        '  it might be "Twin" by no authors, no year, ICML, cited 0 times',
        "    S2 000000000000… (arXiv, by title, 2026-01-01)",
        "    score 0.75; for: same title; against: another year",
        "    behind the best by 0.2",
    ]
    nobody = replace(said, queries=frozenset(), candidates=())
    assert identity(nobody)[-1] == "last asked on 2026-05-31: nobody"


def test_what_an_accepted_work_was_told_from_says_why_it_lost() -> None:
    twin = rival(
        {"title": 0.0, "likeness": 0.95, "numbers": 0.0}, 0.0, "another number: '1' for '2'"
    )
    assert identity(line(matcher_version="2", candidates=(twin,)))[1:] == [
        '  it is not "Twin" by no authors, no year, no venue',
        "    S2 000000000000… (arXiv, by title, 2026-01-01)",
        "    score 0; for: 95 % of the letters; against: another title, another number",
        "    differs: another number: '1' for '2'",
        "    lost: another number",
    ]


@pytest.mark.parametrize(
    ("features", "reason", "told"),
    [
        ({"title": 1.0, "identifier": 0.0}, "equal titles", "another identifier"),
        ({"title": 1.0, "first_author": 0.0}, "equal titles", "another first author"),
        ({"title": 1.0, "year": 0.0, "first_author": 0.0, "authors": 1.0}, "x", "another year"),
        ({"title": 0.0, "negations": 0.0, "prefixes": 0.0}, "x", "a negation, another prefix"),
        ({"title": 0.0, "subtitle": 0.0}, "equal titles", "another title"),
        ({"title": 1.0, "specific": 0.0}, "equal titles", "too little speaks for it"),
        (
            {"title": 1.0},
            "equal titles; told from its namesakes by the citing note's reference list",
            "not in the citing note's list",
        ),
        (
            {"title": 1.0, "listed": 0.0},
            "equal titles; told from its namesakes by the note's own reference list",
            "its list has nothing of the note's own",
        ),
        (
            {"title": 1.0, "references": 1.0},
            "equal titles; told from its namesakes by the note's own reference list",
            "not known to cite what the note lists",
        ),
        (
            {"title": 1.0, "references": 0.0},
            "equal titles; told from its namesakes by the length of the note's own reference list",
            "its list is shorter than the note's own",
        ),
        (
            {"title": 1.0, "first_author": 0.5},
            "equal titles; told from its namesakes by the first author and the year",
            "first author among the others, its year is not known",
        ),
        (
            {"title": 1.0, "first_author": 1.0},
            "equal titles; told from its namesakes by the note's own identifier",
            "not known by the note's identifier",
        ),
        (
            {"title": 1.0, "year": 1.0},
            "equal titles; confirmed by the first author and the year",
            "its authors are not known",
        ),
        ({"title": 1.0}, "another word: 'by the year' for 'x'", "too little speaks for it"),
    ],
)
def test_why_a_candidate_lost(features: dict[str, float], reason: str, told: str) -> None:
    assert lost(features, reason) == f"lost: {told}"


@pytest.mark.parametrize(
    ("asked", "winner", "loser", "told"),
    [
        ({"first_author": "Ada Lang"}, {"authors": ("Ada Lang",)}, {}, "its authors are not known"),
        ({"year": 2001}, {"year": 2001}, {"year": 2003}, "a year close by"),
        ({"identifiers": s2("1")}, {}, {}, "another identifier"),
    ],
)
def test_the_matchers_own_reasons_are_understood(
    asked: dict[str, object], winner: dict[str, object], loser: dict[str, object], told: str
) -> None:
    title = "A Tale of Vectors and Their Many Spaces"
    works = [
        candidate(title, identifiers=s2("1"), **winner),  # type: ignore[arg-type]  # a test's own
        candidate(title, identifiers=s2("2"), **loser),  # type: ignore[arg-type]  # a test's own
    ]
    decision = match(lookup(title, **asked), works)
    assert isinstance(decision, Accepted)
    losers = decision.others or (weigh(lookup(title, **asked), works[1]),)
    assert lost(dict(losers[0].features), decision.reason) == f"lost: {told}"


def test_what_is_near_a_title_nobody_knows_says_why_it_is_not_it() -> None:
    near = rival({"title": 0.0, "likeness": 0.9, "words": 0.0}, 0.5)
    told = identity(line(verdict="unmatched", reason="nobody knows it", candidates=(near,)))
    assert told[0] == "unmatched: nobody knows it"
    assert told[1].startswith("  it is not ")
    assert told[-1] == "    lost: another title"


def test_a_ruling_is_told_as_a_persons_with_the_doubt_there_was() -> None:
    said = line(
        verdict="ruled",
        reason="2 works share this title",
        identifiers=s2("2"),
        last_checked="2026-05-31",
        matcher_version="1",
        matched_title="Twin",
        candidates=(rival({"title": 1.0}), Match(candidate(identifiers=s2("3")), {}, 0.1)),
    )
    assert identity(said, "2") == [
        f"a person ruled: it is s2 {S2}2",
        "it was doubtful: 2 works share this title",
        "the title of its record: Twin",
        '  it is "Twin" by no authors, no year, no venue',
        "    S2 000000000000… (arXiv, by title, 2026-01-01)",
        "    score 0.5; for: same title",
        '  it is not "A Title" by no authors, no year, no venue',
        "    S2 000000000000… (Semantic Scholar, by title, 2026-01-01)",
        "    score 0.1",
    ]
    none = replace(said, identifiers=Identifiers(), reason="", matched_title="")
    assert identity(none)[:3] == [
        "a person ruled: it is none of the candidates",
        "it was doubtful: nobody says why",
        '  it is not "Twin" by no authors, no year, no venue',
    ]


def test_an_older_line_holds_no_scores() -> None:
    bare = Match(candidate("Twin", "arxiv", Rung.LEDGER, fetched=""), {}, 0.0)
    assert identity(line(verdict="ambiguous", reason="x", candidates=(bare,)))[1:] == [
        '  it might be "Twin" by no authors, no year, no venue',
        "    no identifier (arXiv, by title)",
    ]


def test_a_field_of_a_title_a_person_ruled_on() -> None:
    none = line(verdict="ruled", reason="x")
    assert told(Field.VENUE, BERT, none)[1] == (
        "not looked for, since a person ruled that it is none of the candidates"
    )
    this = replace(none, identifiers=s2("1"))
    assert told(Field.VENUE, BERT, this)[1] == "nobody who was asked knows it"


@given(hostile_lines(), st.sampled_from(["accepted", "ambiguous", "unmatched", "ruled"]))
def test_whatever_services_say_stays_text_on_its_line(said: LedgerLine, verdict: str) -> None:
    said = replace(said, verdict=verdict, matched_title="\x1b[2J\n")
    for each in identity(said, "2"):
        assert each.isprintable()
        assert len(each) < 1500


def test_what_reaches_the_screen_cannot_move_the_cursor() -> None:
    stream = io.StringIO()
    bad = "\x1b]0;x\x07\u202e\n\ud800"
    screen = Screen(stream, {})
    for each in why(
        note("a.md", {"title": bad, "venue": bad}), line(reason=bad, matched_title=bad), {}
    ):
        screen.line(each)
    assert stream.getvalue().replace("\n", "").isprintable()
