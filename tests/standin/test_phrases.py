"""The stand-in cuts words as the services do, and titles with signs, accents and other scripts are
found there as often as plain ones."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

import scholar
from house import house
from refmatter.model import Answer, Failure, Lookup, Rung
from refmatter.notes import frontmatter
from refmatter.providers import arxiv, openalex
from refmatter.providers.base import Provider
from scholar import Corpus, Record, Server
from scholar.corpus import Titles
from scholar.openalex import is_known
from scholar.server import SERVICES
from support import LARGE, key_of

pytestmark = pytest.mark.unmeasured

SAMPLE = Path(__file__).parents[1] / "data" / "phrases.jsonl"
PHRASES = LARGE / "phrases.jsonl"
CATALOGUE = LARGE / "catalogue" / "catalogue.jsonl.gz"
MOST = 120
"""Titles of each kind that are taken from the large data."""
NOUNS = ("Graphs", "Lattices", "Rivers", "Parsers", "Enzymes", "Novels", "Markets", "Glaciers")
PLACES = ("Vienna", "Kyoto", "Lagos")

Pair: TypeAlias = tuple[str, str]
"""A title as the services have it, and as a note has it."""

needs_large = pytest.mark.skipif(
    not CATALOGUE.exists(), reason="the large data (REFMATTER_DATA) is not here"
)


# The stand-in


def phrases(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("file", "count"),
    [
        (SAMPLE, 42),
        pytest.param(PHRASES, 602, marks=pytest.mark.skipif(not PHRASES.exists(), reason="large")),
    ],
)
@pytest.mark.parametrize("folding", [True, False])
def test_a_phrase_finds_what_the_published_analysers_find(
    file: Path, count: int, *, folding: bool
) -> None:
    rows = phrases(file)
    assert len(rows) == count
    wrong = [
        row
        for row in rows
        if bool(Titles([Record(row["title"])], folding=folding).phrase(row["phrase"]))
        is not row["folded" if folding else "unfolded"]
    ]
    assert wrong == []


BOX = Record("Pandora's Box of Étude", "0" * 40, arxiv_id="2001.00001", doi="10.1109/box")


@pytest.fixture(scope="module")
def one_work() -> Iterator[Server]:
    assert is_known(BOX)
    with scholar.serve(Corpus([BOX])) as running:
        yield running


def finds(server: Server, name: str, phrase: str) -> bool:
    """Whether a service finds the one work by a phrase."""
    path, parameter, value = {
        "openalex": ("/works", "filter", f'display_name.search.exact:"{phrase}"'),
        "arxiv": ("/api/query", "search_query", f'ti:"{phrase}"'),
        "semantic_scholar": ("/graph/v1/paper/search/bulk", "query", f'"{phrase}"'),
    }[name]
    reply = httpx.get(server.url(name) + path, params={parameter: value})
    assert reply.status_code == 200
    return "Pandora" in reply.text


@pytest.mark.parametrize("name", ["openalex", "arxiv", "semantic_scholar"])
def test_words_are_not_cut_at_signs_inside_them(one_work: Server, name: str) -> None:
    assert finds(one_work, name, "PANDORA's box")
    assert finds(one_work, name, "Pandora's Box: of")
    assert not finds(one_work, name, "Pandora s Box")
    assert not finds(one_work, name, "Pandoras Box")


@pytest.mark.parametrize(
    ("name", "folds"), [("openalex", True), ("arxiv", False), ("semantic_scholar", True)]
)
def test_accents_and_curly_apostrophes_count_at_arxiv_alone(
    one_work: Server, name: str, *, folds: bool
) -> None:
    assert finds(one_work, name, "Box of Étude")
    assert [finds(one_work, name, text) for text in ("Pandora’s Box", "box of etude")] == [
        folds
    ] * 2


# The questions


def kinds(titles: Mapping[str, Iterable[str]]) -> dict[str, list[Pair]]:
    """Titles of each kind, those of some as services and as notes have them."""
    pairs = {kind: [(title, title) for title in some] for kind, some in titles.items()}
    signed, accented = pairs["signs"], pairs["accents"]
    pairs["other apostrophes"] = [
        (title, title.translate({ord("'"): "’", ord("’"): "'"}))
        for title, _ in signed
        if re.search("['’]", title)
    ]
    pairs["decomposed"] = [(title, unicodedata.normalize("NFD", title)) for title, _ in accented]
    return pairs


def made() -> dict[str, list[Pair]]:
    subjects = [(noun, place) for noun in NOUNS for place in PLACES]
    return kinds({
        "plain": [f"A survey of {noun} and their uses in {place}" for noun, place in subjects],
        "signs": [
            title
            for noun, place in subjects
            for title in (
                f"{place}'s {noun} and Alzheimer's disease",
                f"GPT-3.5 reads 1,000 {noun} of {place}",
                f"{noun}.js_{place}: a v2.0 of 1:1 and C:D",
            )
        ],
        "accents": [f"Über die naïve Théorie der {noun} für {place}" for noun, place in subjects],
        "scripts": [
            title
            for noun, place in subjects
            for title in (f"基于{noun}的{place}知识库问题生成", f"Введение в {noun} и {place}")
        ],
    })  # fmt: skip


def collected() -> dict[str, list[Pair]]:
    """Titles of the large data, the first of each kind that are long enough to be asked for."""
    rows = map(json.loads, gzip.decompress(CATALOGUE.read_bytes()).decode().splitlines())
    titles = dict.fromkeys(row["title"] for row in rows if len(row["title"].split()) > 4)
    sign = re.compile(r"[^\W\d_]['’.:·][^\W\d_]|\d[.,'’]\d|\w_\w")
    forms: dict[str, Callable[[str], object]] = {
        "scripts": re.compile("[\u3040-\u9fff]{2}").search,
        "accents": lambda title: not title.isascii() and not sign.search(title),
        "signs": sign.search,
        "plain": lambda title: re.fullmatch(r"[\w ,:()-]+", title, re.ASCII),
    }
    found: dict[str, list[str]] = {kind: [] for kind in forms}
    for title in titles:
        kind = next((kind for kind, fits in forms.items() if fits(title)), None)
        if kind and len(found[kind]) < MOST and is_known(Record(title)):
            found[kind].append(title)
    return kinds(found)


def corpus_of(pairs: Mapping[str, Sequence[Pair]]) -> Corpus:
    """Works with the titles, those alone that OpenAlex knows; all of them preprints."""
    titles = dict.fromkeys(title for some in pairs.values() for title, _ in some)
    return Corpus([
        Record(title, full_names=(f"Ada Author{n}",), year=2020, arxiv_id=f"2001.{n:05}")
        for n, title in enumerate(titles)
        if is_known(Record(title))
    ])  # fmt: skip


def shares(
    server: Server, provider: Provider, kinds: Mapping[str, Sequence[Pair]]
) -> dict[str, float]:
    """The share of the titles of each kind that a service alone finds, in bulk."""
    known = {record.title for record in server.corpus.records}
    return {
        kind: found_in_bulk(server, provider, [pair for pair in pairs if pair[0] in known])
        for kind, pairs in kinds.items()
    }


def found_in_bulk(server: Server, provider: Provider, pairs: Sequence[Pair]) -> float:
    lookups = {Lookup(key_of(str(n)), note): title for n, (title, note) in enumerate(pairs)}
    found = 0
    for query in provider.queries(Rung.TITLE_BATCH, list(lookups)):
        reply = httpx.get(server.url(provider.INFO.name) + query.path, params=query.params)
        answer = Answer(reply.status_code, reply.headers["content-type"], reply.content, "")
        reading = provider.read(query, answer)
        assert not isinstance(reading, Failure)
        found += sum(
            lookups[lookup] in {work.title for work in reading.get(lookup.key, ())}
            for lookup in query.about
        )
    return found / len(pairs)


@pytest.mark.parametrize("provider", [openalex, arxiv], ids=["openalex", "arxiv"])
@pytest.mark.parametrize("titles", [made, pytest.param(collected, marks=needs_large)])
def test_titles_of_all_kinds_are_found_as_often_as_plain_ones(
    provider: Provider, titles: Callable[[], dict[str, list[Pair]]]
) -> None:
    pairs = titles()
    with scholar.serve(corpus_of(pairs)) as server:
        found = shares(server, provider, pairs)
    assert found["plain"] > 0.95
    assert {kind for kind, share in found.items() if share < found["plain"] - 0.05} == set()


@pytest.mark.parametrize("name", ["openalex", "arxiv"])
def test_notes_with_titles_of_all_kinds_are_filled_by_one_service_alone(
    tmp_path: Path, name: str
) -> None:
    """The titles of the answers are those of the notes, whatever apostrophes and accents these
    have."""
    pairs = {kind: some[:6] for kind, some in made().items()}
    corpus = corpus_of(pairs)
    known = {record.title for record in corpus.records}
    providers = {other: {"enabled": other == name} for other in (*SERVICES, "catalog")}
    with house(tmp_path, corpus, providers=providers) as home:
        for kind, some in pairs.items():
            for number, (title, said) in enumerate(some):
                if title in known:
                    quoted = json.dumps(said, ensure_ascii=False)
                    text = f"---\ntitle: {quoted}\nyear:\ntags: [paper]\n---\n"
                    home.put(f"{kind} {number}.md", text)
        report = home.report()
        assert report["code"] == 0
        assert report["requests"].keys() == {name}
        years = {
            path.stem: dict(frontmatter.read(path.read_bytes()).entries)["year"]
            for path in home.notes.glob("*.md")
        }
    assert len(years) > 25
    assert {stem for stem, year in years.items() if year is None} == set()


def test_plain_references_of_all_kinds_are_found(tmp_path: Path) -> None:
    """They are asked for in bulk alone, at OpenAlex."""
    pairs = {kind: some[:6] for kind, some in made().items()}
    corpus = corpus_of(pairs)
    known = {record.title for record in corpus.records}
    cited = {said: title for some in pairs.values() for title, said in some if title in known}
    listed = "".join(f"- {said}\n" for said in cited)
    with house(tmp_path, corpus, providers={"catalog": {"enabled": False}}) as home:
        home.put(
            "a.md", f"---\ntags: [paper]\nyear:\n---\n# Not known\n\n## References\n\n{listed}"
        )
        report = home.report()
    assert report["references"] == {"found": len(set(cited.values()))}
