"""Every provider by name, written by hand. Adding one: CONTRIBUTING.md walks through it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from refmatter.model import Rung
from refmatter.providers import arxiv, semantic_scholar
from refmatter.providers.base import Provider

PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {provider.NAME: provider for provider in (semantic_scholar, arxiv)}
)
"""The services that are asked over the network. The catalogue is asked by the resolve stage."""

LADDER: tuple[tuple[Rung, tuple[str, ...]], ...] = (
    (Rung.IDENTIFIER, (semantic_scholar.NAME,)),
    (Rung.CITING, (semantic_scholar.NAME,)),
    (Rung.TITLE, (semantic_scholar.NAME, arxiv.NAME)),
    (Rung.NAMESAKES, (semantic_scholar.NAME,)),
    (Rung.CITING, (semantic_scholar.NAME,)),
    (Rung.IDENTIFIER, (semantic_scholar.NAME,)),
)
"""The rungs that cost requests, from the cheapest to the dearest, and who serves each, in the
order they are asked. Citing comes again for the notes that were found by their titles, and
identifier for the ids found on the way."""
