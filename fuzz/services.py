"""Bytes as a service's answer -> works or a failure, and what must hold of either.

The first byte of an input chooses the question, the second the status; the rest is the body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.matching.plausibility import plausible
from refmatter.model import (
    Answer,
    Candidate,
    Failure,
    Hints,
    Identifiers,
    Lookup,
    Provenance,
    Query,
    Work,
)
from refmatter.providers.base import Provider
from refmatter.reasons import Reason, ReasonKind
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.match_json import candidate_row
from refmatter.titles import title_key
from scholar import small
from scholar.exchange import Request
from scholar.server import SERVICES
from support import key_of

JSON_WORDS = (
    '\\"', "{", "}", "[", "]", ",", ":", "null", "true", "1e999", "-1", "NaN", "\\\\ud800",
    "\\\\u0000", "\\\\u202e", "\\\\u001b[2J", "<i>", "&amp;", "\\\\n---\\\\n",
)  # fmt: skip
"""What JSON gives a meaning to, and what titles should not have."""

_RECORDINGS = Path(__file__).parents[1] / "tests" / "providers" / "recordings"
_DANGEROUS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_STATUSES = (200, 200, 200, 404, 400, 500)
_DAY = "2026-01-02"


def questions(provider: Provider) -> list[Query]:
    """Questions of every kind, about works that the tests' stand-in knows."""
    records = [each for each in small().records if each.paper_id][:4]
    lookups = [
        Lookup(
            key=key_of(title_key(each.title)),
            title=each.title,
            hints=Hints(
                identifiers=Identifiers(
                    s2=each.paper_id,
                    doi=each.doi or "10.1000/x",
                    arxiv=each.arxiv_id,
                    acl=each.acl_id,
                    openalex=f"W{each.work_number}",
                    pmid=str(n),
                    isbn="9780262035613",
                )
            ),
        )
        for n, each in enumerate(records, 1000)
    ]
    return [
        query
        for rung in provider.INFO.rungs
        for about in (lookups, lookups[:1])
        for query in list(provider.queries(rung, about))[:2]
    ]


def corpus(provider: Provider) -> Iterator[bytes]:
    """What the stand-in answers to each of the questions, and what the service itself did."""
    known = small()
    for number, query in enumerate(questions(provider)):
        method = "GET" if query.body is None else "POST"
        path = query.path
        request = Request(method, path, dict(query.params), {}, query.body or b"")
        reply = SERVICES[provider.INFO.name].answer(known, request)
        yield bytes([number, 0 if reply.status == 200 else 3]) + reply.body
        for place, status in ((3, 403), (5, 500)):
            yield bytes([number, place]) + SERVICES[provider.INFO.name].trouble(status).body
    for recording in sorted((_RECORDINGS / provider.INFO.name).glob("*.json")):
        body = json.loads(recording.read_text("utf-8"))["response"]["body"]
        text = body if isinstance(body, str) else json.dumps(body)
        for number in range(len(questions(provider))):
            yield bytes([number, 0]) + text.encode()


def checker(provider: Provider, content_type: str) -> Callable[[bytes], None]:
    """The check of a provider's reader."""
    asked = questions(provider)

    def check(data: bytes) -> None:
        """Raises AssertionError where a reader promises more than it has."""
        head = data[:2].ljust(2, b"\0")
        query = asked[head[0] % len(asked)]
        status = _STATUSES[head[1] % len(_STATUSES)]
        _check(provider, query, Answer(status, content_type, data[2:], _DAY))

    return check


def _check(provider: Provider, query: Query, answer: Answer) -> None:
    reading = provider.read(query, answer)
    kept = provider.is_cacheable(query, answer)
    assert provider.read(query, answer) == reading, "the same answer was read otherwise"
    if isinstance(reading, Failure):
        assert not kept, "a failure was kept"
        return
    assert set(reading) <= {each.key for each in query.about}, "an answer nobody asked for"
    for works in reading.values():
        for work in works[:20]:
            _hold(work, provider, query)


def _hold(work: Work, provider: Provider, query: Query) -> None:
    """What any later stage may take for granted of a work."""
    clean, remarks = plausible(work, 2027)
    assert plausible(clean, 2027)[0] == clean, "cleaned text is not clean"
    texts = (clean.title, clean.venue or "", *(clean.authors or ()))
    assert not any(_DANGEROUS.search(each) for each in texts), "a character that does something"
    assert all(remark.value.isprintable() for remark in remarks)
    assert all(value.isascii() and value.isprintable() for _, value in work.identifiers)
    kept = replace(work, retracted=work.retracted or None)  # a row leaves out that it was not
    found = Candidate(kept, provider.INFO.name, query.rung, _DAY)
    assert candidate_row(found).candidate() == found, "a row is another work"
    line = _line(clean, provider, query)
    text = Ledger([line]).text()
    assert text.count("\n") == 2  # the header, and the title
    text.encode()


def _line(work: Work, provider: Provider, query: Query) -> LedgerLine:
    where = Provenance(provider.INFO.name, query.rung, _DAY)
    named: Sequence[Field] = (Field.AUTHORS, Field.YEAR, Field.VENUE)
    return LedgerLine(
        key=key_of(title_key(work.title)),
        title=work.title,
        verdict="accepted",
        reason=Reason(ReasonKind.EQUAL_TITLE),
        identifiers=work.identifiers,
        values={name: (work.value(name), where) for name in named},
    )
