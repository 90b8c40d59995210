"""Venues and years are written as the vault writes them; each input is modelled on a public source,
of which the keys and forms were taken and no text."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from refmatter.fields import Field, Value
from refmatter.model import (
    Accepted,
    Identifiers,
    Lookup,
    Provenance,
    Resolution,
    Rung,
)
from refmatter.resolve.answers import Answers
from refmatter.schema.learning import learn
from refmatter.stages.learn import Vault
from refmatter.stages.merge import MergeOptions, merge
from refmatter.stages.plan import Plan
from support import EQUAL_TITLE, key_of, note

KEY = key_of("mass@mass.md")
PATH = PurePosixPath("mass.md")


def written(
    shown: list[dict[str, object]],
    values: Mapping[Field, Value],
    others: tuple[str, ...] = (),
    ids: Identifiers | None = None,
) -> dict[str, object]:
    """What a note whose keys are empty is given in a vault that shows these notes."""
    notes = [
        note(f"{n}.md", {"title": f"T{n}", "authors": ["A. Adams"]} | entries)
        for n, entries in enumerate(shown)
    ]
    bare = note("mass.md", {"title": "MASS", "authors": ["A"]} | dict.fromkeys(shown[0]))
    vault = Vault(Path(), (*notes, bare), learn(notes), frozenset({PATH}))
    where = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
    resolution = Resolution(
        Lookup(KEY, "MASS"),
        Accepted((), EQUAL_TITLE),
        identifiers=ids or Identifiers(),
        values={name: (value, where) for name, value in values.items()},
        other_venues=others,
    )
    plan = Plan((), {PATH: KEY}, {})
    patches = merge(vault, plan, Answers({KEY: resolution}), MergeOptions())
    return {change.key: change.new for patch in patches for change in patch.changes}


def shown(key: str, *values: object) -> list[dict[str, object]]:
    return [{key: value, "year": 2010 + n} for n, value in enumerate(values)]


RECORD: dict[Field, Value] = {Field.YEAR: 2019, Field.VENUE: "ICML"}
LONG = "International Conference on Machine Learning"


@pytest.mark.parametrize(
    ("key", "values", "venue", "expected"),
    [
        # AlixAbbasi/starter-hugo-academic, content/publication/conference-paper/index.md
        pytest.param("publication", ["In *EMNLP*", "In *Science*"], "ICML", "In *ICML*"),
        # academicpages/academicpages.github.io, _publications/07-SGQuant-2020.md
        pytest.param("venue", ["PPoPP-2021", "ICML-2020"], "KDD", "KDD-2019"),
        # zotero/translators, issue 1734
        pytest.param("conference", ["ACL 2018", "COLING 2018", "NAACL-HLT 2018"], "EMNLP",
                     "EMNLP 2019"),
        # acl-org/acl-anthology, pull request 567
        pytest.param("booktitle", ["In Proc. ACL", "In Proc. COLING"], "EMNLP", "In Proc. EMNLP"),
        # ml4code/ml4code.github.io, _publications/alon2018code2seq.markdown
        pytest.param("conference", ["ICLR", "ICSE", "OOPSLA"], LONG, "ICML"),
        # the same: FSE is the acronym of two venues
        ("conference", ["ICLR", "FSE", "OOPSLA"], "Fast Software Encryption",
         "Fast Software Encryption"),
        # mlresearch/v70, _posts/2017-07-17-arjovsky17a.md: no number of the meeting is made up
        pytest.param("booktitle",
                     ["Proceedings of the 34th International Conference on Machine Learning",
                      "Proceedings of the 32nd International Conference on Machine Learning",
                      "Proceedings of the 20th Conference on Learning Theory"], "ICML", LONG),
        # emeryberger/CSrankings, issue 1183
        pytest.param("venue", ["NeurIPS", "NeurIPS", "ICML"], "NIPS", "NeurIPS"),
        # nndl/nndl, issue 146: before and after the conference changed its name
        ("venue", ["NIPS", "ICML", "ACL"], "NeurIPS", "NeurIPS"),
        # MLNLP-World/AI-Paper-Collector, issue 49
        pytest.param("venue", ["CVPR2022", "ICCV2021"], "ECCV", "ECCV2019"),
        # formax68/memoChron, issue 47: a property that is a list of links
        pytest.param("venue", [["[[ICML]]"], ["[[ICLR]]"]], "KDD", ["[[KDD]]"]),
        # links that begin with `J. `; no public note was opened
        ("Journal", ["[[J. ICLR ]]", "[[J. NIPS ]]"], "KDD", "[[J. KDD ]]"),
        # links into a folder; no public note was opened
        pytest.param("venue", ["[[Venues/ICML]]", "[[Venues/ICLR]]"], "KDD", "[[Venues/KDD]]"),
    ],
)  # fmt: skip
def test_a_venue_is_written_as_the_vault_writes_venues(
    key: str, values: list[object], venue: str, expected: object
) -> None:
    assert written(shown(key, *values), RECORD | {Field.VENUE: venue})[key] == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # pur3v4d3r/pur3-pkb-codebase, 04-library/02-pkb-and-pkm-learning/-reports/pkb-report-
        # symbiotic-relationship-between-metadata-structure-(yaml-frontmatter-vs.-inline-fields)-
        # 20251120092538.md
        pytest.param(["[[2015]]", "[[2017]]"], "[[2019]]"),
        # mlresearch/v70, _posts/2017-07-17-arjovsky17a.md: text
        (["2015", "2017"], "2019"),
        # the year in brackets; no public note was opened
        pytest.param(["(2015)", "(2017)"], "(2019)"),
        # CodeAlanqian/codealan-blog, content/obsidian/Zotero/template/Zotero-Note-template.md:
        # whole dates, of which no month and day is made up
        pytest.param(["2015-07-06", "2017-08-01"], None),
    ],
)
def test_a_year_is_written_as_the_vault_writes_years(
    values: list[object], expected: object
) -> None:
    notes: list[dict[str, object]] = [{"venue": "ICML", "year": value} for value in values]
    assert written(notes, RECORD).get("year") == expected


@pytest.mark.parametrize(
    ("ids", "year", "expected"),
    [
        # vict0rsch/PaperMemory, pull request 31: a preprint's year is not the conference's
        (Identifiers(arxiv="1512.03385"), 2015, "CVPR"),
        pytest.param(Identifiers(arxiv="1512.03385", dblp="conf/cvpr/HeZRS16"), 2015, "CVPR 2016"),
        pytest.param(Identifiers(arxiv="1512.03385"), 2016, "CVPR 2016"),
        pytest.param(Identifiers(), 2016, "CVPR 2016"),
        # the key is that of another version
        (Identifiers(dblp="conf/cvpr/HeZRS10"), 2016, "CVPR"),
    ],
)  # fmt: skip
def test_the_year_of_a_venue_is_that_of_the_conference(
    ids: Identifiers, year: int, expected: str
) -> None:
    record: dict[Field, Value] = {Field.YEAR: year, Field.VENUE: "CVPR"}
    assert written(shown("venue", "ICML 2015", "ACL 2016"), record, ids=ids)["venue"] == expected
