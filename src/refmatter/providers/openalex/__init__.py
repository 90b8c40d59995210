"""Lookups -> questions to the OpenAlex API, and its answers -> works.

    lookups ─asking▶ Query ─(network)▶ Answer ─reading▶ records ─▶ works

Paths, limits and prices are those of its documentation (developers.openalex.org). A question
costs credits, of which a day has 1,000 without a key and 10,000 with a free one: 1 for works
by identifier or by who cites them, 10 for titles, however many the question holds. Its data
is CC0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from refmatter.model import Rung
from refmatter.providers.openalex.asking import NAME, VALUES, ask
from refmatter.providers.openalex.reading import keep, read

__all__ = ["EVERY", "HOST", "NAME", "RUNGS", "ask", "headers", "keep", "read"]

HOST: Final = "https://api.openalex.org"
EVERY: Final = 0.1  # ten a second without a key
RUNGS: Final = {
    Rung.IDENTIFIER: (VALUES,),
    Rung.CITING: (1,),
    Rung.TITLES: (25, 50, VALUES),
}


def headers(key: str | None) -> Mapping[str, str]:
    """JSON, and the key where there is one: never in the URL, which is written to logs."""
    common = {"Accept": "application/json"}
    return common if key is None else common | {"Authorization": f"Bearer {key}"}
