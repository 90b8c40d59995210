"""Every provider by name, written by hand; docs/adding-a-provider.md tells how to add one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from refmatter.model import Rung
from refmatter.providers import arxiv, crossref, dblp, openalex, semantic_scholar
from refmatter.providers.base import Provider

PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {provider.NAME: provider for provider in (semantic_scholar, openalex, crossref, arxiv, dblp)}
)
"""The services that are asked over the network. The catalogue is asked by the resolve stage."""

WIDE: Mapping[str, int] = MappingProxyType({openalex.NAME: openalex.VALUES // 2})
"""The services that know nearly every work of every field and list all that have a title: where
such a list has one work, the title is one work's. A list of so many works may be cut: it is
half of what a page holds, since some of its records may have had no title, or another one."""

ENTIRE: Mapping[str, int] = MappingProxyType({semantic_scholar.NAME: semantic_scholar.NAMESAKES})
"""The services whose answer to titles in bulk has all works of each, or is no answer, and how many
works their list of one title's namesakes has where it may be cut."""

FORGIVING = frozenset({semantic_scholar.NAME, crossref.NAME})
"""The services whose search for one title finds more than the same words in the same order."""


class LadderStep(NamedTuple):
    """A rung and who serves it: one after the other, each for what is left; on the rung
    `title` side by side, each lookup with one of them at a time.

    With `notes_only` it serves only works that existing notes are about. `max_misses` is how many
    services without the title are enough for this run, in the order given (None: all are asked);
    the next try begins with the next service. With `with_previous` the step goes out together
    with the one before it.
    """

    rung: Rung
    providers: tuple[str, ...]
    notes_only: bool = False
    max_misses: int | None = None
    with_previous: bool = False


_S2 = (semantic_scholar.NAME,)
_OPENALEX = (openalex.NAME,)
_ARXIV = (arxiv.NAME,)
_BY_TITLE = (semantic_scholar.NAME, crossref.NAME)
_BY_IDENTIFIER = (semantic_scholar.NAME, openalex.NAME, crossref.NAME, arxiv.NAME)

LADDER: tuple[LadderStep, ...] = (
    LadderStep(Rung.IDENTIFIER, _BY_IDENTIFIER),
    LadderStep(Rung.CITING, _S2),
    LadderStep(Rung.TITLES, _OPENALEX, notes_only=True),
    LadderStep(Rung.IDENTIFIER, _S2),
    LadderStep(Rung.CITING, _S2),
    LadderStep(Rung.TITLES, _S2, notes_only=True),
    LadderStep(Rung.TITLES, _ARXIV, notes_only=True),
    LadderStep(Rung.TITLE, _BY_TITLE, notes_only=True, max_misses=1, with_previous=True),
    LadderStep(Rung.LISTS, _S2),
    LadderStep(Rung.NAMESAKES, _S2),
    LadderStep(Rung.LISTS, _S2),
    LadderStep(Rung.CITING, _S2),
    LadderStep(Rung.TITLES, _OPENALEX),
    LadderStep(Rung.TITLES, _S2),
    LadderStep(Rung.TITLES, _ARXIV),
    LadderStep(Rung.TITLE, _BY_TITLE, max_misses=1, with_previous=True),
    LadderStep(Rung.CITING, _OPENALEX, with_previous=True),
    LadderStep(Rung.NAMESAKES, _S2),
    LadderStep(Rung.CITING, _S2),
    LadderStep(Rung.IDENTIFIER, _BY_IDENTIFIER),
)
"""The rungs that cost requests, from the cheapest to the dearest. The notes' own titles go
before those of their references: a note's work found brings its whole bibliography by `citing`,
with the best evidence there is, and leaves few titles to be asked for. Of those that several
works have, `lists` asks which one cites what the note lists, and again for the works that only
`namesakes` brought. Identifier comes again for the ids found on the way, so that all counts come
from one provider.

OpenAlex knows what Crossref does, and Semantic Scholar what DBLP does, so one of them that does
not know a title is `max_misses` for a run; Crossref is asked where Semantic Scholar cannot be.
DBLP keeps programs out since 2026 and is only asked where config.yaml names it."""
