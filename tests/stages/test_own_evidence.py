"""Each note is decided as if it were alone in the vault, whatever the others say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from refmatter.config.loading import load
from refmatter.model import Answer, Failure, Query, Resolution, Rung
from refmatter.registry import PROVIDERS, LadderStep
from refmatter.resolve.answers import answer
from refmatter.resolve.context import ResolveContext
from refmatter.stages.claim import claim
from refmatter.stages.learn import Vault, read_vault
from refmatter.stages.plan import plan
from refmatter.state.ledger import Ledger
from refmatter.titles import title_key
from support import vault

NAME = "semantic_scholar"
TODAY = date(2026, 6, 1)
STEPS = [LadderStep(rung, (NAME,)) for rung in (
    Rung.IDENTIFIER, Rung.TITLE_BATCH, Rung.TITLE_SEARCH, Rung.SAME_TITLE_SEARCH,
)]  # fmt: skip
TITLES = ("Deep Learning", "Image segmentation by means of falling leaves")
WORKS: list[dict[str, Any]] = [
    {
        "paperId": f"{number:040x}", "title": title, "year": 1990 + 10 * number, "venue": "ICML",
        "authors": [{"name": f"{name} {family}"}], "externalIds": {"DOI": f"10.1000/{number}"},
    }
    for number, (title, name, family) in enumerate(
        [(TITLES[0], "Ann", "Adams"), (TITLES[0], "Bob", "Brown"), (TITLES[1], "Cyd", "Clark")]
    )
]  # fmt: skip


class Service:
    """Semantic Scholar, as far as it knows these works."""

    def send(self, query: Query, _keep: object) -> Answer | Failure:
        if query.rung is Rung.IDENTIFIER:
            ids = json.loads(query.body or b"{}")["ids"]
            said: object = [
                next((w for w in WORKS if each.endswith(w["externalIds"]["DOI"])), None)
                for each in ids
            ]
        else:
            keys = {title_key(each.title) for each in query.about}
            found = [work for work in WORKS if title_key(str(work["title"])) in keys]
            if query.rung is Rung.TITLE_SEARCH and not found:
                body = b'{"error": "Title match not found"}'
                return Answer(404, "application/json", body, "2026-06-01")
            found = found[:1] if query.rung is Rung.TITLE_SEARCH else found
            said = {"total": len(found), "data": found}
        return Answer(200, "application/json", json.dumps(said).encode(), "2026-06-01")


@dataclass(frozen=True)
class Drawn:
    """A note: its title, what it says beside it, and what it cites."""

    title: str
    front: tuple[str, ...]
    cites: tuple[str, ...]

    @property
    def text(self) -> str:
        front = "".join(f"{line}\n" for line in (f"title: {self.title}", *self.front, "venue:"))
        listed = "".join(f"- {each}\n" for each in self.cites)
        return f"---\n{front}tags: [paper]\n---\n\n## References\n\n{listed}"


FRONT = st.lists(
    st.sampled_from(
        ["year: 1990", "year: 2000", "year: 2010", "authors: [Ann Adams]", "authors: [Bob Brown]",
         "authors: [Eve Else]", "doi: 10.1000/0", "doi: 10.1000/1", "doi: 10.1000/9"]
    ),
    max_size=2,
    unique_by=lambda line: line.partition(":")[0],
)  # fmt: skip
CITES = st.lists(
    st.sampled_from(
        [*TITLES, *(f"{t} https://doi.org/10.1000/{n}" for t in TITLES for n in (0, 1))]
    ),
    max_size=3,
    unique=True,
)
NOTES = st.lists(
    st.builds(Drawn, st.sampled_from(TITLES), FRONT.map(tuple), CITES.map(tuple)),
    min_size=1,
    max_size=5,
)


def ran(seen: Vault, notes: Sequence[PurePosixPath], ledger: Ledger) -> dict[str, Resolution]:
    """A run on some notes of a vault, which the ledger remembers; what came of the notes."""
    config = load(None)
    mine = [each for each in seen.notes if each.path in notes]
    part = replace(seen, notes=tuple(mine), chosen=frozenset(notes))
    planned = plan(part, config.settings.references, claim(part, ledger))
    world = ResolveContext(
        catalog=None, catalog_date="", providers=PROVIDERS,
        clients={NAME: Service()}, ladder=STEPS, today=TODAY,
    )  # fmt: skip
    answers = answer(planned, part, world)
    found = answers.resolutions
    for line in answers.lines.values():
        ledger.record(line)
    return {str(path): found[key] for path, key in planned.of_note.items()}


def told(said: Resolution) -> object:
    reason = said.decision.reason if said.decision else ""
    return type(said.decision).__name__, reason, said.identifiers, dict(said.values)


@given(NOTES, NOTES)
def test_each_note_is_decided_as_if_it_were_alone(first: list[Drawn], then: list[Drawn]) -> None:
    """Over two runs, between which notes come in and others change."""
    together = Ledger()
    alone: dict[str, Ledger] = {}
    for notes in (first, then):
        with TemporaryDirectory() as folder:
            files = {f"{number}.md": each.text for number, each in enumerate(notes)}
            seen = read_vault(vault(Path(folder), files), load(None).vault)
        paths = [each.path for each in seen.notes]
        all_of_them = ran(seen, paths, together)
        assert sorted(all_of_them) == sorted(files)
        for path in paths:
            name = str(path)
            own = ran(seen, [path], alone.setdefault(name, Ledger()))
            assert told(all_of_them[name]) == told(own[name])
