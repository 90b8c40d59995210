"""Lookups -> questions to the Semantic Scholar Graph API, and its answers -> works.

    lookups ─asking▶ Query ─(network)▶ Answer ─reading▶ records ─▶ works

Paths, limits and shapes are those of its API documentation (api.semanticscholar.org/api-docs)
and release notes; what the service does beside them is said where it matters. Whoever shows
its data names it: "Data: Semantic Scholar".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from refmatter.model import Rung
from refmatter.providers.semantic_scholar.asking import IDS, NAME, PARENTS, ask
from refmatter.providers.semantic_scholar.reading import keep, read

__all__ = ["EVERY", "HOST", "NAME", "RUNGS", "ask", "headers", "keep", "read"]

HOST: Final = "https://api.semanticscholar.org"
EVERY: Final = 1.0  # a key's rate, over all endpoints together
RUNGS: Final = {
    Rung.IDENTIFIER: (IDS,),
    Rung.CITING: (PARENTS,),
    Rung.TITLE: (1,),
    Rung.NAMESAKES: (1,),
}


def headers(key: str | None) -> Mapping[str, str]:
    """JSON, and the key where there is one."""
    common = {"Accept": "application/json"}
    return common if key is None else common | {"x-api-key": key}
