"""Build queries to the Semantic Scholar Graph API, and read works from its answers.

    lookups ─asking▶ Query ─(network)▶ Answer ─reading▶ records ─▶ works

Paths, limits and shapes are those of its API documentation (api.semanticscholar.org/api-docs)
and release notes; what the service does beside them is said where it matters. Whoever shows
its data names it: "Data: Semantic Scholar".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from refmatter.model import Limits, Rung
from refmatter.providers.base import ProviderInfo
from refmatter.providers.json_answer import no_limits
from refmatter.providers.semantic_scholar.parsing import is_cacheable, read
from refmatter.providers.semantic_scholar.requests import (
    IDS,
    MAX_PHRASES,
    NAME,
    NAMESAKES,
    PARENTS,
    queries,
)

__all__ = [
    "INFO",
    "headers",
    "is_cacheable",
    "limits",
    "limits_from_headers",
    "queries",
    "read",
]

INFO: Final = ProviderInfo(
    name=NAME,
    label="Semantic Scholar",
    homepage="https://www.semanticscholar.org/",
    terms="ODC-BY 1.0",
    host="https://api.semanticscholar.org",
    rungs={
        Rung.IDENTIFIER: (IDS,),
        Rung.CITING_REFERENCES: PARENTS,
        Rung.TITLE_BATCH: MAX_PHRASES,
        Rung.TITLE_SEARCH: (1,),
        Rung.SAME_TITLE_SEARCH: (1,),
        Rung.COMPARE_REFERENCES: PARENTS,
    },
    rank=10,
    api_key_env="SEMANTIC_SCHOLAR_API_KEY",
    complete_lists={Rung.TITLE_BATCH: None, Rung.SAME_TITLE_SEARCH: NAMESAKES},
    forgiving_search=True,
)


limits_from_headers = no_limits


def headers(key: str | None) -> Mapping[str, str]:
    """Return the headers, with the key if there is one."""
    common = {"Accept": "application/json"}
    return common if key is None else common | {"x-api-key": key}


def limits(key: str | None, contact: str | None) -> Limits:
    """Return one request a second over all endpoints together: a key's rate by the product page
    and release notes; without a key the rate is shared and no better. The rate counts starts, and
    an answer to a batch takes seconds: hence several at a time."""
    del key, contact
    return Limits(min_interval=1.0, at_once=4)
