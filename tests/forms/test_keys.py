"""Keys under which vaults keep a field: other languages, letter cases, separators, twins.

Each of `INPUTS` has the keys of a public template or vault, which it names and which was opened;
the values are those of well-known works.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from refmatter.config.loading import load
from refmatter.fields import Field, field_of
from refmatter.setup.config_writer import config_yaml
from refmatter.setup.profile_text import profile_json
from refmatter.setup.vault_profile import profile_vault
from refmatter.stages.learn import Vault, read_vault
from support import vault

WORKS = (
    ("Attention is All you Need", "[Ashish Vaswani, Noam Shazeer]", 2017, "NIPS"),
    ("Deep Residual Learning for Image Recognition", "[Kaiming He, X. Zhang]", 2016, "CVPR"),
    ("Adam: A Method for Stochastic Optimization", "[Diederik P. Kingma, Jimmy Ba]", 2015, "ICLR"),
)

KEYS = {key for field in Field for key in field.spec.keys if key.isascii()}

INPUTS = [
    pytest.param(
        # Kikve/TODO: templates/bib.md
        "titulo: {title}\nautor: {authors}\neditorial: Ed.\nano: {year}\n",
        {"title": "titulo", "authors": "autor", "year": "ano"},
        id="spanish",
    ),
    pytest.param(
        # StundenKleber/akira: templates/fom/AAA.md
        "titel: {title}\nautor: {authors}\nauflage: 2\nerscheinungsjahr: {year}\n",
        {"title": "titel", "authors": "autor", "year": "erscheinungsjahr"},
        id="german",
    ),
    pytest.param(
        # vdl-website/vdl-website.github.io: _publications/2021_vis_loon.md
        "layout: publication\ntitle: {title}\nauthors: {authors}\n"
        "journal-short: {venue}\nyear: {year}\n",
        {"title": "title", "authors": "authors", "year": "year", "venue": "journal-short"},
        id="journal-short",
    ),
    pytest.param(
        # mlresearch/v70: _posts/2017-07-17-arjovsky17a.md
        "title: {title}\nauthor: {authors}\nyear: {year}\ncontainer-title: {venue}\n",
        {"title": "title", "authors": "author", "year": "year", "venue": "container-title"},
        id="container-title",
    ),
    pytest.param(
        # NonakaVal/obsidian-starter-template: SISTEMA/TEMPLATES/FORMAT/artigo.md, whose fields
        # write these properties
        "title: {title}\nAutores: {authors}\nPublicacao: {venue}\nAno: {year}\nDOI:\n",
        {"title": "title", "authors": "Autores", "year": "Ano", "venue": "Publicacao"},
        id="portuguese-without-marks",
    ),
    pytest.param(
        # webb-c/paper-review: README.md, the labels of its template as keys
        "title: {title}\nAuthor: {authors}\nConference/Journal: {venue}\nyear: {year}\n",
        {"title": "title", "authors": "Author", "year": "year", "venue": "Conference/Journal"},
        id="two-words",
    ),
    pytest.param(
        # titech-caras/titech-caras.github.io: files/misc/review_format.md, its labels as keys, and
        # the part `年` of its file names
        "タイトル: {title}\n著者: {authors}\n学会／論文誌: {venue}\n年: {year}\n",
        {"title": "タイトル", "authors": "著者", "year": "年", "venue": "学会／論文誌"},
        id="japanese",
    ),
    pytest.param(
        # jeongbeenson19/research_notes: 00_Meta/Templates/zotero-template.md, its labels as keys
        "제목: {title}\n저자: {authors}\n연도: {year}\n저널명: {venue}\n",
        {"title": "제목", "authors": "저자", "year": "연도", "venue": "저널명"},
        id="korean",
    ),
    pytest.param(
        # Vitor-rs/notes: templates.zettel.literature.md, its labels as keys
        "Título: {title}\nAutor: {authors}\nAno: {year}\nFonte: {venue}\n",
        {"title": "Título", "authors": "Autor", "year": "Ano", "venue": "Fonte"},
        id="portuguese-and-a-word-for-anything",
    ),
    pytest.param(
        # SaoHuaJi/Learning-Records: References/Template.md, the words beside its keys
        "论文名称: {title}\n作者列表: {authors}\n发表年份: {year}\n期刊 / 会议: {venue}\n",
        {"title": "论文名称", "authors": "作者列表", "year": "发表年份", "venue": "期刊 / 会议"},
        id="chinese",
    ),
    pytest.param(
        # NanamiKubota/NanamiKubota.github.io: scripts/obsidian/_references_template.md
        "title: {title}\nauthors: {authors}\nyear: {year}\ntype: journalArticle\n"
        "publication: {venue}\n",
        {"title": "title", "authors": "authors", "year": "year", "venue": "publication"},
        id="publication",
    ),
    pytest.param(
        # AlixAbbasi/starter-hugo-academic: content/publication/conference-paper/index.md
        "title: {title}\nauthors: {authors}\ndate: {year}\npublication: {venue}\n",
        {"title": "title", "authors": "authors", "year": "date", "venue": "publication"},
        id="a-date-that-is-a-year",
    ),
]

# Keys for which no public note or template was opened.
UNNAMED = [
    pytest.param(
        "Название: {title}\nАвторы: {authors}\nГод: {year}\nЖурнал: {venue}\n",
        {"title": "Название", "authors": "Авторы", "year": "Год", "venue": "Журнал"},
        id="russian",
    ),
    pytest.param(
        "Título: {title}\nAutores: {authors}\nPublicación: {venue}\nAño: {year}\n",
        {"title": "Título", "authors": "Autores", "year": "Año", "venue": "Publicación"},
        id="spanish-capitals",
    ),
    pytest.param(
        "Title: {title}\npublicationTitle: {venue}\nAuthors: {authors}\nYear: {year}\n",
        {"title": "Title", "authors": "Authors", "year": "Year", "venue": "publicationTitle"},
        id="camel-case",
    ),
]

OTHERS = [
    pytest.param(
        # inuverse44/obsidian: 40-templates/reading.md, a source that is a link, a date of reading
        "title: {title}\nauthor: {authors}\ndate: {year}-03-01\nsource: https://example.org/a\n",
        {"title": "title", "authors": "author"},
        id="a-link-and-a-day",
    ),
    pytest.param(
        # SCgeeker/SCgeeker.github.io: _posts/2017-05-08-manage-a-blog-for-the-easier-
        # bibliography-management-optimization.md, whose `author` is the blogger
        "layout: post\nauthor: Jane Doe\ntitle: {title}\ndate: {year}-05-08\n",
        {"title": "title"},
        id="one-author-of-all-notes",
    ),
    pytest.param(
        # JackChen890311/Papers: Image Generators are Generalist Vision Learners.md, an institution
        # in place of the authors, and a month in place of the year
        "title: {title}\ntime: 2604\nauthor: Google Research\nlink: https://example.org/a\n",
        {"title": "title"},
        id="an-institution",
    ),
]


def vault_of(folder: Path, lines: str) -> Vault:
    texts = {
        f"{number}.md": "---\ntags: [paper]\n"
        + lines.format(title=f'"{title}"', authors=authors, year=year, venue=venue)
        + "---\n"
        for number, (title, authors, year, venue) in enumerate(WORKS)
    }
    return read_vault(vault(folder, texts), load(None).vault)


def keys_of(seen: Vault) -> dict[str, str]:
    return {name.value: form.key for name, form in seen.conventions.forms.items()}


@pytest.mark.parametrize(("lines", "keys"), INPUTS + UNNAMED)
def test_the_vaults_own_key_is_the_fields(tmp_path: Path, lines: str, keys: dict[str, str]) -> None:
    seen = vault_of(tmp_path, lines)
    assert keys_of(seen) == keys
    for note, (title, _, year, _) in zip(seen.notes, WORKS, strict=True):
        assert seen.conventions.value_of(note.entries, Field.YEAR) == year
        assert note.title == title


@given(st.sampled_from(sorted(KEYS)), st.data())
def test_case_and_marks_make_no_difference(key: str, data: st.DataObject) -> None:
    marks = data.draw(st.lists(st.sampled_from(" -_/"), min_size=len(key), max_size=len(key)))
    spelt = "".join(map("".join, zip(key, marks, strict=True)))
    assert {field_of(spelt), field_of(key.upper()), field_of(key.title())} == {field_of(key)}


def test_init_proposes_an_unknown_key_by_its_values(tmp_path: Path) -> None:
    # Dutch and Welsh words, which the table does not have.
    lines = "title: {title}\nschrijvers: {authors}\nblwyddyn: {year}\ncynhadledd: {venue}\n"
    root = vault_of(tmp_path, lines).root
    profile = profile_vault(root, load(None).vault)
    assert profile.guessed == {
        Field.AUTHORS: "schrijvers", Field.YEAR: "blwyddyn", Field.VENUE: "cynhadledd",
    }  # fmt: skip
    text = config_yaml(profile)
    assert re.search(r"^# *authors: schrijvers  #", text, re.MULTILINE)
    assert yaml.safe_load(text) is None
    assert profile.conventions.basis == "notes"
    assert not profile.conventions.forms.keys() - {Field.TITLE}
    assert json.loads(profile_json(profile))["proposed_keys"]["year"] == "blwyddyn"


@pytest.mark.parametrize(("lines", "keys"), OTHERS)
def test_a_key_with_other_values_is_no_fields(
    tmp_path: Path, lines: str, keys: dict[str, str]
) -> None:
    assert keys_of(vault_of(tmp_path, lines)) == keys
