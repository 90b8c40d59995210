"""Every provider by name, written by hand. Adding one: CONTRIBUTING.md walks through it."""

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


class Step(NamedTuple):
    """A rung and who serves it: one after the other, each for what is left; on the rung
    `title` side by side, each lookup with one of them at a time. With `own` only for works
    that existing notes are about."""

    rung: Rung
    providers: tuple[str, ...]
    own: bool = False


_S2 = (semantic_scholar.NAME,)
_ARXIV = (arxiv.NAME,)

LADDER: tuple[Step, ...] = (
    Step(Rung.IDENTIFIER, _S2),
    Step(Rung.CITING, _S2),
    Step(Rung.TITLE, _S2, own=True),
    Step(Rung.TITLE, _ARXIV, own=True),
    Step(Rung.NAMESAKES, _S2),
    Step(Rung.CITING, _S2),
    Step(Rung.TITLE, _S2),
    Step(Rung.TITLE, _ARXIV),
    Step(Rung.NAMESAKES, _S2),
    Step(Rung.IDENTIFIER, _S2),
)
"""The rungs that cost requests, from the cheapest to the dearest. The notes' own titles go
before those of their references: one title found brings a whole bibliography by `citing`,
which leaves few titles to be asked for one by one. Identifier comes again for the ids found
on the way, so that all counts come from one provider."""
