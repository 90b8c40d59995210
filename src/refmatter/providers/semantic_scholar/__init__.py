"""Lookups -> questions to the Semantic Scholar Graph API, and its answers -> works.

    lookups ─asking▶ Query ─(network)▶ Answer ─reading▶ records ─▶ works

Paths, limits and shapes are those of its API documentation (api.semanticscholar.org/api-docs)
and release notes; what the service does beside them is said where it matters. Whoever shows
its data names it: "Data: Semantic Scholar".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from refmatter.model import Limits, Rung
from refmatter.providers.json_answer import no_limits
from refmatter.providers.semantic_scholar.parsing import keep, read
from refmatter.providers.semantic_scholar.requests import (
    IDS,
    NAME,
    NAMESAKES,
    PARENTS,
    PHRASES,
    ask,
)

__all__ = [
    "HOST",
    "NAME",
    "NAMESAKES",
    "RUNGS",
    "ask",
    "headers",
    "keep",
    "limits",
    "limits_from_headers",
    "read",
]

HOST: Final = "https://api.semanticscholar.org"
RUNGS: Final = {
    Rung.IDENTIFIER: (IDS,),
    Rung.CITING: PARENTS,
    Rung.TITLES: PHRASES,
    Rung.TITLE: (1,),
    Rung.NAMESAKES: (1,),
    Rung.LISTS: PARENTS,
}


limits_from_headers = no_limits


def headers(key: str | None) -> Mapping[str, str]:
    """JSON, and the key where there is one."""
    common = {"Accept": "application/json"}
    return common if key is None else common | {"x-api-key": key}


def limits(key: str | None, contact: str | None) -> Limits:
    """A request a second over all endpoints together, which is a key's rate by the product
    page and release notes; without one the rate is shared by everybody, and no better. The
    rate counts starts, and an answer to a batch takes seconds: hence several at once."""
    del key, contact
    return Limits(min_interval=1.0, at_once=4)
