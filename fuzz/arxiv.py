"""Bytes as an answer of the service -> what its reader makes of arXiv's Atom feeds."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz import services
from refmatter.providers import arxiv as provider

WORDS = (
    "<entry>", "</entry>", "<title>", "<id>", "<!DOCTYPE a [", "<!ENTITY a 'b'>", "&a;", "&#0;",
    "<![CDATA[", "]]>", "<?xml version='1.0' encoding='utf-16'?>", "xmlns:a=", "<name>",
)  # fmt: skip
"""What XML and Atom give a meaning to."""

check = services.checker(provider, "application/atom+xml")


def corpus() -> Iterator[bytes]:
    """The stand-in's answers."""
    return services.corpus(provider)
