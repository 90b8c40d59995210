"""People's names in the forms of public templates, plugins and styles: read, and written again."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from refmatter.fields import Field
from refmatter.schema.learning import learn
from support import note

WORK = ("Kaiming He", "X. Zhang", "Aäron van den Oord")


class Form(NamedTuple):
    """Values that a vault shows, and what a bare note gets there for the authors of a work."""

    shown: list[object]
    written: object
    authors: tuple[str, ...] = WORK


LINK = "[[Author/%s]]"
FORMS = {
    # callumalpass/obsidian-biblib, README.md: links to the authors' pages; the folder is ours.
    "links into a folder": Form(
        [[LINK % "Ada Lovelace", LINK % "Grace Hopper"], [LINK % "Eda Meyer"]],
        [LINK % "Kaiming He", LINK % "X. Zhang", LINK % "Aäron van den Oord"],
    ),
    # BunnyNoBugs' template for Zotero's import (gist zotero_import_template.md): family names,
    # `A & B` for two and `A et al.` for more.
    "family names and et al.": Form(
        ["Lovelace & Hopper", "Meyer et al.", "van der Berg"], "He et al."
    ),
    "family names of two": Form(
        ["Lovelace & Hopper", "Meyer et al.", "van der Berg"], "He & van den Oord", WORK[::2]
    ),
    # quarto-dev/quarto-web, docs/journals/authors.qmd: `name` is a map.
    "a map in a map": Form(
        [
            [
                {"name": {"given": "Ada", "family": "Lovelace"}, "orcid": "0000-0002-1825-0097"},
                {"name": {"given": "Grace", "family": "Hopper"}},
            ]
        ],
        [
            {"name": {"given": "Kaiming", "family": "He"}},
            {"name": {"given": "X.", "family": "Zhang"}},
            {"name": {"given": "Aäron", "family": "van den Oord"}},
        ],
    ),
    # citation-file-format/citation-file-format, schema-guide.md.
    "family-names and given-names": Form(
        [
            [
                {"family-names": "Lovelace", "given-names": "Ada", "affiliation": "X"},
                {"family-names": "Hopper", "given-names": "Grace"},
            ]
        ],
        [
            {"family-names": "He", "given-names": "Kaiming"},
            {"family-names": "Zhang", "given-names": "X."},
            {"family-names": "van den Oord", "given-names": "Aäron"},
        ],
    ),
    # zotero/zotero, test/tests/data/translatorExport.js: creators.
    "creators of Zotero": Form(
        [
            [
                {"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"},
                {"creatorType": "author", "firstName": "Grace", "lastName": "Hopper"},
            ]
        ],
        [
            {"creatorType": "author", "firstName": "Kaiming", "lastName": "He"},
            {"creatorType": "author", "firstName": "X.", "lastName": "Zhang"},
            {"creatorType": "author", "firstName": "Aäron", "lastName": "van den Oord"},
        ],
    ),
    # openjournals/joss, docs/paper.md: names with the number of an affiliation.
    "maps of names": Form(
        [
            [
                {"name": "Ada K. Lovelace", "orcid": "0000-0000-0000-0000", "affiliation": "1, 2"},
                {"name": "Grace Hopper", "affiliation": 2},
            ]
        ],
        [{"name": "Kaiming He"}, {"name": "X. Zhang"}, {"name": "Aäron van den Oord"}],
    ),
    # hans/obsidian-citation-plugin, README.md: `{{authorString}}`.
    "one text with commas": Form(
        ["Ada Lovelace, Grace Hopper, Eda Meyer", "Grace Hopper"],
        "Kaiming He, X. Zhang, Aäron van den Oord",
    ),
    # vanakat/zotero-link, README.md: `Last, F., ` for each author.
    "initials, and a comma at the end": Form(
        ["Lovelace, A., Hopper, G., Meyer, E.,", "Hopper, G.,"],
        "He, K., Zhang, X., van den Oord, A.,",
    ),
    # bio-reports.org/guidelines/bibliography: names, then `et al.` (there after six).
    "Vancouver style": Form(
        ["Lovelace AK, Hopper G, Meyer E, et al.", "Hopper GM, Meyer E"],
        "He K, Zhang X, van den Oord A, et al.",
        (*WORK, "John W. Fisher III"),
    ),
    "Vancouver style in full": Form(
        ["Lovelace AK, Hopper G, Meyer E, et al.", "Hopper GM, Meyer E"],
        "He K, Zhang X, van den Oord A",
    ),
    # library.ju.edu, APA Guide 7th ed. (c.php?g=994677&p=7197483), names of authors.
    "APA style": Form(
        ["Lovelace, A. K., Hopper, G., & Meyer, J.-P.", "Lovelace, A. K., & Hopper, G."],
        "He, K., Zhang, X., & van den Oord, A.",
    ),
    # obsidianmd/obsidian-help, en/Linking notes and files/Internal links.md: Markdown's links.
    "Markdown links": Form(
        [["[Ada Lovelace](People/Ada%20Lovelace.md)", "[Plato](People/Plato.md)"]],
        [
            "[Kaiming He](People/Kaiming%20He.md)",
            "[X. Zhang](People/X.%20Zhang.md)",
            "[Aäron van den Oord](People/Aäron%20van%20den%20Oord.md)",
        ],
    ),
    # mivanit/dendron-citations, examples/vault/tags.author.A-Vaswani.md: the note of an author has
    # a name of the owner's making.
    "links with a name of their own": Form(
        [["[[p.0417|Ada Lovelace]]", "[[p.0992|Grace Hopper]]"]], None
    ),
    # pandoc.org, chunkedhtml-demo/8.10-metadata-blocks.html: names parted by semicolons.
    "a title block": Form(
        ["Ada Lovelace; Grace Hopper"], "Kaiming He; X. Zhang; Aäron van den Oord"
    ),
    # The comma of lists in Chinese texts; no public note was opened.
    "Chinese commas": Form(["Lovelace A、Hopper G、Meyer E"], "He K、Zhang X、van den Oord A"),
    # unlockingresearch.com, Chicago: Listing Authors: the first author is turned, no other.
    "one name is turned": Form(["Lovelace, Ada, Grace Hopper, and Eda Meyer"], None),
}


@pytest.mark.parametrize("name", FORMS)
def test_authors_are_written_in_the_form_that_the_vault_shows(name: str) -> None:
    form = FORMS[name]
    entries = {"title": "A", "year": 2001, "tags": ["paper"]}
    notes = [
        note(f"{number}.md", entries | {"author": value}) for number, value in enumerate(form.shown)
    ]
    learned = learn([*notes, note("bare.md", entries | {"author": None})])
    assert learned.formatted(Field.AUTHORS, form.authors) == form.written
