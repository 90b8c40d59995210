from dataclasses import replace

import pytest

from refmatter.ledger import Line, Rival, digest
from refmatter.model import Field, Identifiers, Note, Provenance, Rung, Value
from refmatter.report.why import describe, why
from support import S2, note, s2

SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
BERT = note(
    "sub/bert.md",
    {"title": "BERT", "authors": ["A", "B"], "year": 2019, "venue": "", "meta_key": "bert"},
)


def line(**more: object) -> Line:
    said = Line("bert", "BERT", "accepted", "equal titles")
    return replace(said, **more)  # type: ignore[arg-type]  # a test's own words


def known(name: Field, value: Value, where: Provenance = SAID) -> Line:
    return line(values={name: (value, where)})


def told(
    chosen: Field, mine: Note = BERT, said: Line | None = None, written: object = None
) -> tuple[str, str]:
    """What is told of one field: its value and its origin."""
    digests = {} if written is None else {chosen: digest(written)}
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
            "2026-01-01",
            "the catalogue, bundled with refmatter, as of 2026-01-01",
        ),
        ("vault", Rung.VAULT, "", "another note, by its title"),
        ("arxiv", Rung.TITLE, "2026-01-01", "arXiv, by title search, as of 2026-01-01"),
        ("dblp", Rung.NAMESAKES, "", "DBLP, by title search"),
        ("arxiv", Rung.CITING, "", "arXiv, in the reference list of a note that cites it"),
        ("arxiv", Rung.LEDGER, "", "arXiv, ledger"),
    ],
)
def test_every_way_of_asking_has_its_words(
    provider: str, rung: Rung, fetched: str, origin: str
) -> None:
    said = known(Field.YEAR, 2019, Provenance(provider, rung, fetched))
    assert told(Field.YEAR, BERT, said, 2019)[1] == origin


def test_what_a_person_changed_since_is_theirs() -> None:
    said = known(Field.YEAR, 2018)
    assert told(Field.YEAR, BERT, said, 2018)[1] == (
        "yours: changed since refmatter wrote it; Semantic Scholar says 2018 (2026-01-01)"
    )
    assert told(Field.YEAR, BERT, line(), 2018)[1] == "yours: changed since refmatter wrote it"
    emptied = told(Field.VENUE, BERT, known(Field.VENUE, "NAACL"), "NAACL")
    assert emptied[0] == "venue: nothing"
    assert emptied[1].startswith("yours: changed since refmatter wrote it")


def test_what_is_as_refmatter_wrote_it_was_not_changed() -> None:
    said = line(verdict="ambiguous", reason="2 works share this title", checked="2026-05-31")
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
    mine, ours = note("a.md", {"published": 2019}), {Field.YEAR: digest(2019)}
    names = {Field.YEAR: "published"}
    assert list(why(mine, known(Field.YEAR, 2019), ours, Field.YEAR, names))[-2:] == [
        "year: 2019",
        "    Semantic Scholar, by identifier, as of 2026-01-01",
    ]


def test_which_work_it_is_and_how_that_is_known_comes_first() -> None:
    names = Identifiers(s2=f"{S2}1", doi="10.1/x")
    said = line(identifiers=names, rivals=(Rival("Twin", provider="arxiv"),))
    assert list(why(BERT, said, {}, Field.KEY))[:5] == [
        "sub/bert.md: BERT",
        "accepted: equal titles",
        f"it is s2 {S2}1, doi 10.1/x",
        "  it is not 'Twin' by no authors, no year, no venue (no identifier, arXiv; )",
        "",
    ]


def test_what_could_not_be_settled_is_told_with_who_was_asked_and_when() -> None:
    said = line(
        verdict="ambiguous",
        reason="2 works share this title",
        checked="2026-05-31",
        asked=frozenset({"semantic_scholar/title", "arxiv/title"}),
        rivals=(Rival("Twin", provider="arxiv", features={"title": 1.0}),),
    )
    assert list(why(BERT, said, {}, Field.KEY))[1:4] == [
        "ambiguous: 2 works share this title",
        "last asked on 2026-05-31: arxiv/title, semantic_scholar/title",
        "  it might be 'Twin' by no authors, no year, no venue (no identifier, arXiv; title 1)",
    ]
    nobody = replace(said, asked=frozenset(), rivals=())
    assert "last asked on 2026-05-31: nobody" in list(why(BERT, nobody, {}))


def test_a_candidate_is_described_in_a_line() -> None:
    rival = Rival(
        "A Title",
        ("Ada", "Bob", "Cem", "Dan"),
        2001,
        "ICML",
        0,
        s2("1"),
        "semantic_scholar",
        {"title": 1.0, "year": 0.5},
    )
    assert describe(rival) == (
        "'A Title' by Ada, Bob, Cem et al., 2001, ICML, cited 0 times "
        f"(s2 {S2}1, Semantic Scholar; title 1, year 0.5)"
    )
