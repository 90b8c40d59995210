from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from refmatter.config.loading import load
from refmatter.fields import Field, Value
from refmatter.model import (
    Accepted,
    Change,
    Outcome,
    Patch,
    Provenance,
    Reference,
    Remark,
    RemarkKind,
    Resolution,
    Rung,
    Status,
    Unmatched,
)
from refmatter.resolve.answers import Answers
from refmatter.stages.learn import Vault, read_vault
from refmatter.stages.merge import MergeOptions, merge
from refmatter.stages.plan import plan
from refmatter.stages.write import write
from refmatter.state.journal import Journal
from support import EQUAL_TITLE, NOT_FOUND, SEEDS, absent, snapshot, vault

SAID = Provenance("semantic_scholar", Rung.IDENTIFIER, "2026-01-01")
HEADINGS = ("References",)
WORK: dict[Field, Value] = {
    Field.AUTHORS: ("Jacob Devlin", "Ming-Wei Chang"),
    Field.YEAR: 2019,
    Field.VENUE: "NAACL",
    Field.CITATION_COUNT: 35077,
    Field.REFERENCE_COUNT: 63,
    Field.FIELDS_OF_STUDY: ("Computer Science",),
}
FILLED = """\
---
title: MASS
authors:
- Kaitao Song
fieldsOfStudy:
- Computer Science
meta_key: mass
numCitedBy: 599
pdf_relpath: null
ref_count: 59
status: todo
tags:
- gen-from-ref
- paper
venue: ICML
year: 2019
---

# MASS
"""
BARE = """\
---
title: BERT
pdf_relpath: null
status: todo
tags:
- gen-from-ref
- paper
---

# BERT
"""


def enriched(
    folder: Path, said: str = "", values: dict[Field, Value] | None = None
) -> tuple[Vault, list[Patch]]:
    """What a run would make of a vault if every title that lacks something were found."""
    file = folder.parent / "config.yaml"
    file.write_text(said)
    loaded = load(file)
    found = read_vault(folder, loaded.vault)
    planned = plan(found, loaded.settings.references)
    known = {name: (value, SAID) for name, value in (values or WORK).items()}
    resolutions = {
        lookup.key: Resolution(lookup, Accepted((), EQUAL_TITLE), values=known, title="BERT")
        if lookup.wanted and lookup.title != "Unknown"
        else Resolution(lookup, Unmatched(NOT_FOUND))
        for lookup in planned.lookups
    }
    return found, merge(found, planned, Answers(resolutions), MergeOptions())


def put(
    root: Path,
    patches: Sequence[Patch],
    found: Vault,
    headings: Sequence[str] = HEADINGS,
    *,
    dry: bool = False,
) -> list[Outcome]:
    if dry:
        return write(root, patches, found.conventions, headings, None)
    with Journal(root.parent / "refmatter.lock", root, "enrich") as journal:
        return write(root, patches, found.conventions, headings, journal)


def wrote(  # noqa: PLR0913 - a whole run in one call
    folder: Path,
    files: dict[str, str],
    said: str = "",
    values: dict[Field, Value] | None = None,
    *,
    dry: bool = False,
    headings: Sequence[str] = HEADINGS,
) -> list[Outcome]:
    root = vault(folder / "notes", files)
    found, patches = enriched(root, said, values)
    return put(root, patches, found, headings, dry=dry)


def text(folder: Path, name: str) -> str:
    return (folder / "notes" / name).read_bytes().decode()


# -- the shape of what is written --------------------------------------------------------------


def test_a_bare_note_becomes_as_its_filled_siblings_are(tmp_path: Path) -> None:
    (outcome,) = wrote(tmp_path, {"mass.md": FILLED, "bert.md": BARE})
    assert (
        text(tmp_path, "bert.md")
        == """\
---
title: BERT
authors:
- Jacob Devlin
- Ming-Wei Chang
fieldsOfStudy:
- Computer Science
meta_key: bert
numCitedBy: 35077
pdf_relpath: null
ref_count: 63
status: todo
tags:
- gen-from-ref
- paper
venue: NAACL
year: 2019
---

# BERT
"""
    )
    assert outcome.status is Status.WRITTEN
    assert outcome.before == BARE.encode()
    assert outcome.after == text(tmp_path, "bert.md").encode()
    assert [change.key for change in outcome.changes] == [
        "meta_key", "authors", "year", "venue", "numCitedBy", "ref_count", "fieldsOfStudy",
    ]  # fmt: skip
    assert text(tmp_path, "mass.md") == FILLED


@pytest.mark.parametrize(
    ("shown", "bare", "after"),
    [
        pytest.param(
            "year: 2019\nauthors:\n  - Kaitao Song\n  - Xu Tan\ntitle: MASS\n",
            "title: BERT\n",
            "year: 2019\nauthors:\n  - Jacob Devlin\n  - Ming-Wei Chang\ntitle: BERT\n",
            id="indented lists, another order",
        ),
        pytest.param(
            "title: 'MASS'\nauthors: ['Kaitao Song', 'Xu Tan']\nyear: 2019\n",
            "title: 'BERT'\nstatus: read # mine\n",
            "title: 'BERT'\nauthors: ['Jacob Devlin', 'Ming-Wei Chang']\nstatus: read # mine\n"
            "year: 2019\n",
            id="flow lists, single quotes",
        ),
        pytest.param(
            'title: "MASS"\nauthor: "Kaitao Song; Xu Tan"\njournal: "ICML"\nyear: "2019"\n',
            'title: "BERT"\nyear:\n',
            'title: "BERT"\nauthor: "Jacob Devlin; Ming-Wei Chang"\njournal: "NAACL"\n'
            'year: "2019"\n',
            id="texts, double quotes",
        ),
        pytest.param(
            "title: MASS\nauthors:\n- Song, Kaitao\n- Tan, Xu\nyear: 2019\n",
            "title: BERT\nauthors: []\n",
            "title: BERT\nauthors:\n- Devlin, Jacob\n- Chang, Ming-Wei\nyear: 2019\n",
            id="family names first",
        ),
        pytest.param(
            "title: MASS\nauthors: ['[[Kaitao Song]]']\nyear: 2019\n",
            "title: BERT\n# a person's word\n\n",
            "title: BERT\nauthors: ['[[Jacob Devlin]]', '[[Ming-Wei Chang]]']\nyear: 2019\n"
            "# a person's word\n\n",
            id="wikilinks, a comment",
        ),
        pytest.param(
            "{title: MASS, authors: [Kaitao Song], year: 2019}\n",
            "{title: BERT}\n",
            "{title: BERT, authors: [Jacob Devlin, Ming-Wei Chang], year: 2019}\n",
            id="all in braces",
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_new_values_are_written_in_the_vaults_own_style(
    tmp_path: Path, shown: str, bare: str, after: str, newline: str
) -> None:
    def whole(front: str) -> str:
        return f"---\n{front}---\n\n## References\n\n- A\t \n".replace("\n", newline)

    files = {f"filled{n}.md": whole(shown) for n in range(3)}
    said = "{references: {resolve: none}, notes: {paper: {folders: [.]}}}"
    (outcome,) = wrote(tmp_path, {**files, "bert.md": whole(bare)}, said)
    assert outcome.reason == ""
    assert text(tmp_path, "bert.md") == whole(after)


def test_a_note_without_front_matter_gets_one(tmp_path: Path) -> None:
    body = "# BERT\n\n## References\n\n- A\n"
    said = "{references: {resolve: none}, notes: {paper: {folders: [.]}}}"
    wrote(tmp_path, {"mass.md": FILLED, "bert.md": body}, said)
    after = text(tmp_path, "bert.md")
    assert after.startswith("---\ntitle: BERT\nauthors:\n- Jacob Devlin\n")
    assert after.endswith("\nyear: 2019\n---\n\n" + body)


def test_an_order_that_was_configured_is_kept(tmp_path: Path) -> None:
    said = "style: {order: [year, venue, title]}\nfields: {authors: false, key: false}"
    wrote(tmp_path, {"bert.md": "---\ntitle: BERT\ntags: [paper]\n---\n"}, said)
    keys = [line.partition(":")[0] for line in text(tmp_path, "bert.md").splitlines()[1:5]]
    assert keys == ["year", "venue", "title", "tags"]


@pytest.mark.parametrize(
    "value", ["yes", "1e5", "0x1F", "Null", "a: b", "# no", "- x", "'", "[[x]]", "\u2028", "~", "é"]
)
def test_whatever_a_provider_says_reads_back_as_it_was_said(tmp_path: Path, value: str) -> None:
    wrote(tmp_path, {"bert.md": BARE, "mass.md": FILLED}, values={Field.VENUE: value})
    note = next(
        n for n in read_vault(tmp_path / "notes", load(None).vault).notes if n.title == "BERT"
    )
    assert note.entry("venue") == value
    assert note.entry("status") == "todo"


# -- what is left alone ------------------------------------------------------------------------


def test_a_dry_run_tells_the_same_and_changes_nothing(tmp_path: Path) -> None:
    files = {"mass.md": FILLED, "bert.md": BARE + "\n## References\n\n- [T5](./t5.md)\n- MASS\n"}
    dry = wrote(tmp_path, files, "references: {create: all}", dry=True)
    assert snapshot(tmp_path / "notes") == {name: said.encode() for name, said in files.items()}
    wet = wrote(tmp_path, files, "references: {create: all}")
    assert dry == wet
    assert [(str(o.path), o.status) for o in wet] == [
        ("bert.md", Status.WRITTEN),
        ("t5.md", Status.CREATED),
    ]
    assert snapshot(tmp_path / "notes").keys() == {"bert.md", "mass.md", "t5.md"}


@pytest.mark.parametrize("dry", [True, False])
def test_a_note_that_changed_meanwhile_is_refused_and_left(tmp_path: Path, dry: bool) -> None:
    root = vault(tmp_path / "notes", {"bert.md": BARE})
    found, (patch,) = enriched(root)
    theirs = BARE.replace("todo", "done")
    vault(root, {"bert.md": theirs})
    (outcome,) = put(root, [patch], found, dry=dry)
    assert outcome == Outcome(patch.path, Status.REFUSED, reason=outcome.reason)
    assert absent(outcome.reason, "changed", "again") == []
    assert snapshot(root) == {"bert.md": theirs.encode()}


def test_a_note_that_is_gone_meanwhile_stays_gone(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"bert.md": BARE})
    found, (patch,) = enriched(root)
    (root / "bert.md").unlink()
    (outcome,) = put(root, [patch], found, dry=False)
    assert outcome.status is Status.REFUSED
    assert snapshot(root) == {}


def test_a_new_note_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"mass.md": FILLED + "\n## References\n- [B](./b.md)\n"})
    found, (patch,) = enriched(root, "references: {create: linked}")
    vault(root, {"b.md": "mine\n"})
    (outcome,) = put(root, [patch], found, dry=False)
    assert outcome.status is Status.REFUSED
    assert absent(outcome.reason, "a file", "exists") == []
    assert outcome.changes == ()
    assert snapshot(root)["b.md"] == b"mine\n"


def test_a_dry_run_sees_that_a_new_notes_place_is_taken(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"mass.md": FILLED + "\n## References\n- [B](./b.md)\n"})
    found, (patch,) = enriched(root, "references: {create: linked}")
    vault(root, {"b.md": "mine\n"})
    assert put(root, [patch], found, dry=True)[0].status is Status.REFUSED


def test_the_same_patch_a_second_time_is_refused_and_never_doubled(tmp_path: Path) -> None:
    files = {"mass.md": FILLED, "bert.md": BARE + "\n## References\n\n- [T5](./t5.md)\n- MASS\n"}
    root = vault(tmp_path / "notes", files)
    found, patches = enriched(root, "references: {create: all}")
    for patch in patches:
        put(root, [patch], found)
    after = snapshot(root)
    again = put(root, patches, found)
    assert [outcome.status for outcome in again] == [Status.REFUSED, Status.REFUSED]
    assert snapshot(root) == after


def test_a_second_run_has_nothing_to_write(tmp_path: Path) -> None:
    files = {"mass.md": FILLED, "bert.md": BARE + "\n## References\n\n- [T5](./t5.md)\n- MASS\n"}
    assert len(wrote(tmp_path, files, "references: {create: all}")) == 2
    _, patches = enriched(tmp_path / "notes", "references: {create: all}")
    assert patches == []


REMARKS = (Remark(RemarkKind.NOTE_DISAGREES, Field.YEAR, "1999", other="2019"),)


def test_a_patch_of_what_is_there_already_is_no_change(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"mass.md": FILLED})
    found = read_vault(root, load(None).vault)
    same = Change(Field.YEAR, "year", None, 2019, SAID)
    patch = Patch(PurePosixPath("mass.md"), found.notes[0].digest, (same,), remarks=REMARKS)
    (outcome,) = put(root, [patch], found, dry=False)
    assert outcome == Outcome(patch.path, Status.UNCHANGED, remarks=REMARKS)
    remark = replace(patch, changes=())
    assert put(root, [remark], found) == [outcome]


def test_a_value_that_cannot_be_replaced_safely_is_refused_with_its_line(tmp_path: Path) -> None:
    said = BARE.replace("title: BERT\n", "title: BERT\nvenue: |\n\n")
    (outcome,) = wrote(tmp_path, {"bert.md": said, "mass.md": FILLED})
    assert outcome.status is Status.REFUSED
    assert outcome.line == 3
    assert absent(outcome.reason, "`venue`", "one-line value") == []
    assert text(tmp_path, "bert.md") == said


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    said = BARE.replace("title: BERT\n", "title: BERT\nyear:\nyear:\n")
    (outcome,) = wrote(tmp_path, {"bert.md": said, "mass.md": FILLED})
    assert (outcome.status, outcome.line) == (Status.REFUSED, 4)
    assert text(tmp_path, "bert.md") == said


# -- links -------------------------------------------------------------------------------------


def test_a_title_becomes_a_link_and_values_go_in_at_once(tmp_path: Path) -> None:
    body = "\n## References\n\n1. mass\n2. [Other](./o) \n10. MASS, revisited\n\n   remark\n"
    outcome = wrote(
        tmp_path, {"mass.md": FILLED, "bert.md": BARE + body}, "references: {create: all}"
    )[0]
    assert outcome.status is Status.WRITTEN
    after = text(tmp_path, "bert.md")
    assert "\nyear: 2019\n---\n\n# BERT\n" in after
    linked = body.replace("mass\n", "[mass](./mass)\n")
    linked = linked.replace("MASS, revisited", "[MASS, revisited](./mass-revisited)")
    assert after.endswith(linked)
    assert "MASS, revisited" in text(tmp_path, "mass-revisited.md")


@pytest.mark.parametrize(
    "bullet", ["[T5](https://arxiv.org/abs/1910.10683)", "T5 https://arxiv.org/abs/1910.10683"]
)
def test_a_title_that_links_into_the_web_does_not_sink_its_note(
    tmp_path: Path, bullet: str
) -> None:
    said = BARE + f"\n## References\n\n- {bullet}\n"
    outcomes = wrote(tmp_path, {"bert.md": said}, "references: {create: all}")
    assert outcomes[0].reason == ""
    assert outcomes[0].status is Status.WRITTEN


def test_a_link_to_a_line_that_is_another_is_refused(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"mass.md": FILLED + "\n## References\n- T5\n"})
    found = read_vault(root, load(None).vault)
    reference = Reference("BERT", None, found.notes[0].references[0].line)
    patch = Patch(PurePosixPath("mass.md"), found.notes[0].digest, (), ((reference, "./b.md"),))
    (outcome,) = put(root, [patch], found, dry=False)
    assert (outcome.status, outcome.line) == (Status.REFUSED, reference.line)


# -- new notes ---------------------------------------------------------------------------------

NEW = """\
---
title: GLUE - A Multi-Task Benchmark
authors:
- Jacob Devlin
- Ming-Wei Chang
fieldsOfStudy:
- Computer Science
meta_key: glue
numCitedBy: 35077
pdf_relpath: null
ref_count: 63
status: todo
tags:
- gen-from-ref
- paper
venue: NAACL
year: 2019
---

# GLUE - A Multi-Task Benchmark

## References
"""


def test_a_new_note_looks_as_the_seeds_do(tmp_path: Path) -> None:
    seeds = {path.name: path.read_text("utf-8") for path in SEEDS.iterdir()}
    citing = BARE + "\n## References\n\n- [GLUE - A Multi-Task Benchmark](./sub/glue.md)\n"
    outcomes = wrote(tmp_path, {**seeds, "z.md": citing}, "references: {create: linked}")
    made = {str(outcome.path): outcome for outcome in outcomes}["sub/glue.md"]
    assert made.status is Status.CREATED
    assert (made.before, made.after) == (None, NEW.encode())
    assert text(tmp_path, "sub/glue.md") == NEW


def test_a_new_note_of_an_unknown_work_has_room_for_what_is_found_later(tmp_path: Path) -> None:
    files = {"bert.md": BARE + "\n## References\n\n- [Unknown](./u.md)\n"}
    wrote(tmp_path, files, "references: {create: linked}")
    assert (
        text(tmp_path, "u.md")
        == """\
---
title: Unknown
meta_key: u
pdf_relpath: null
status: todo
tags:
- gen-from-ref
- paper
---

# Unknown

## References
"""
    )


@pytest.mark.parametrize(
    ("headings", "end"),
    [
        (("Paper References", "References"), "# T5\n\n## Paper References\n"),
        ((), "# T5\n\n## References\n"),
    ],
)
def test_a_new_notes_heading_is_the_first_of_the_configured(
    tmp_path: Path, headings: tuple[str, ...], end: str
) -> None:
    files = {"mass.md": FILLED + "\n## References\n- [T5](./t5.md)\n"}
    wrote(tmp_path, files, "references: {create: linked}", headings=headings)
    assert text(tmp_path, "t5.md").endswith("---\n\n" + end)


def test_a_new_note_is_in_the_style_of_a_vault_of_its_own(tmp_path: Path) -> None:
    shown = (
        '---\ntype: "paper"\nTitle: "MASS"\nAuthors: ["Kaitao Song"]\nYear: 2019\n'
        'topics: ["nlp"]\n---\n\n## References\n- [[{}]]\n'
    )
    files = {"a.md": shown.format("b"), "b.md": shown.format("T5 - Text to Text")}
    wrote(tmp_path, files, "references: {create: linked}")
    assert text(tmp_path, "T5 - Text to Text.md") == (
        '---\ntype: "paper"\nTitle: "T5 - Text to Text"\nAuthors: ["Jacob Devlin", '
        '"Ming-Wei Chang"]\nYear: 2019\ntopics: ["nlp"]\n---\n\n# T5 - Text to Text\n\n'
        "## References\n"
    )


def test_a_new_note_of_a_title_that_yaml_would_misread_says_that_title(tmp_path: Path) -> None:
    files = {"mass.md": FILLED + "\n## References\n- [1984](./o.md)\n- [Yes: 'No' #1](./y.md)\n"}
    wrote(tmp_path, files, "references: {create: linked}")
    titles = {
        n.path.name: n.entry("title")
        for n in read_vault(tmp_path / "notes", load(None).vault).notes
    }
    assert titles == {"mass.md": "MASS", "o.md": "1984", "y.md": "Yes: 'No' #1"}


def test_a_new_note_in_a_vault_that_keeps_no_titles(tmp_path: Path) -> None:
    files = {"mass.md": FILLED + "\n## References\n- [T5](./t5.md)\n"}
    said = "references: {create: linked}\nfields: {title: false}"
    outcomes = wrote(tmp_path, files, said)
    assert [outcome.status for outcome in outcomes] == [Status.CREATED]
    assert "\n# T5\n" in text(tmp_path, "t5.md")


def test_without_a_journal_no_note_is_written(tmp_path: Path) -> None:
    root = vault(tmp_path / "notes", {"mass.md": FILLED, "bert.md": BARE})
    found, patches = enriched(root)
    before = snapshot(root)
    (tmp_path / ".refmatter").write_text("in the way")
    outcomes = put(root, patches, found)
    assert {each.status for each in outcomes} == {Status.REFUSED}
    assert absent(outcomes[0].reason, "the journal", "Not a directory") == []
    assert snapshot(root) == before
