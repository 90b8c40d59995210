"""Build queries to the OpenAlex API, and read works from its answers.

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
from refmatter.providers.base import ProviderInfo
from refmatter.providers.json_answer import number_of
from refmatter.providers.openalex.parsing import is_cacheable, read
from refmatter.providers.openalex.requests import NAME, VALUES, queries

__all__ = [
    "INFO",
    "headers",
    "is_cacheable",
    "limits",
    "limits_from_headers",
    "queries",
    "read",
]

_DAY = 86_400.0
INFO: Final = ProviderInfo(
    name=NAME,
    label="OpenAlex",
    homepage="https://openalex.org/",
    terms="CC0",
    host="https://api.openalex.org",
    rungs={
        Rung.IDENTIFIER: (VALUES,),
        Rung.CITING_REFERENCES: (1,),
        Rung.TITLE_BATCH: (25, 50, 75, VALUES),
        Rung.COMPARE_REFERENCES: (1,),
    },
    rank=30,
    api_key_env="OPENALEX_API_KEY",
    # Half a page: some of its records may have had no title, or another one.
    complete_lists={Rung.TITLE_BATCH: VALUES // 2},
    is_comprehensive=True,
    reports_retractions=True,
    # By its proxy's code (`searchHealth.ts`): while it is busy, it refuses anonymous searches only.
    key_benefit="those with a free key are exempt (OPENALEX_API_KEY)",
)


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers, with the key if there is one: it must not be in the URL, which is
    written to logs."""
    common = {"Accept": "application/json"}
    return common if key is None else common | {"Authorization": f"Bearer {key}"}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return ten requests a second without a key and thirty with one, as its proxy counts (the
    documentation names a hundred). An address makes no difference. The documentation has no limit
    of requests at a time; four keep up with either rate."""
    del contact
    return Limits(min_interval=0.1 if key is None else 1 / 30, at_once=4)


def limits_from_headers(headers: Mapping[str, str]) -> Limits:
    """Return the day's credits: what is left of them, what the question took, and the seconds until
    there are new ones, at midnight UTC; a reset that is further off than a day is none."""
    left = number_of(headers, "x-ratelimit-remaining")
    cost = number_of(headers, "x-ratelimit-credits-used")
    reset = number_of(headers, "x-ratelimit-reset")
    return Limits(
        left=None if left is None else max(0, math.floor(left)),  # below: it was overdrawn
        cost=None if cost is None or cost < 0 else math.ceil(cost),
        reset=None if reset is None or not 0 <= reset <= _DAY else reset,
    )
