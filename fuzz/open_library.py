"""Bytes as an answer of the service -> what its reader makes of Open Library's books."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz import services
from refmatter.providers import open_library as provider

WORDS = services.JSON_WORDS
check = services.checker(provider, "application/json")


def corpus() -> Iterator[bytes]:
    """The stand-in's answers."""
    return services.corpus(provider)
