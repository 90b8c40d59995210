"""Lookups -> questions to the OpenAlex API, and its answers -> works.

    lookups ─asking▶ Query ─(network)▶ Answer ─reading▶ records ─▶ works

Paths, limits and prices are those of its documentation (developers.openalex.org). A question
costs credits, of which a day has 1,000 without a key and 10,000 with a free one: 1 for works
by identifier or by who cites them, 10 for titles, however many the question holds. Its data
is CC0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from refmatter.model import Limits, Rung
from refmatter.providers.json_answer import number_of
from refmatter.providers.openalex.parsing import keep, read
from refmatter.providers.openalex.requests import NAME, VALUES, ask

__all__ = [
    "HOST",
    "NAME",
    "RUNGS",
    "VALUES",
    "ask",
    "headers",
    "keep",
    "limits",
    "limits_from_headers",
    "read",
]

HOST: Final = "https://api.openalex.org"
_DAY = 86_400.0
RUNGS: Final = {
    Rung.IDENTIFIER: (VALUES,),
    Rung.CITING: (1,),
    Rung.TITLES: (25, 50, 75, VALUES),
}


def headers(key: str | None) -> Mapping[str, str]:
    """JSON, and the key where there is one: never in the URL, which is written to logs."""
    common = {"Accept": "application/json"}
    return common if key is None else common | {"Authorization": f"Bearer {key}"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Ten requests a second without a key and thirty with one, as its proxy counts (the
    documentation names a hundred). It pools nobody by address any more. Nothing is said of
    requests at once; four keep up with either rate."""
    del contact
    return Limits(min_interval=0.1 if key is None else 1 / 30, at_once=4)


def limits_from_headers(headers: Mapping[str, str]) -> Limits:
    """The day's credits: what is left of them, what the question took, and the seconds until
    there are new ones, at midnight UTC; a reset that is further off than a day is none."""
    left = number_of(headers, "x-ratelimit-remaining")
    cost = number_of(headers, "x-ratelimit-credits-used")
    reset = number_of(headers, "x-ratelimit-reset")
    return Limits(
        left=None if left is None else max(0, math.floor(left)),  # below: it was overdrawn
        cost=None if cost is None or cost < 0 else math.ceil(cost),
        reset=None if reset is None or not 0 <= reset <= _DAY else reset,
    )
