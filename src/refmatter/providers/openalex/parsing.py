"""Read works from the answers of the OpenAlex API, or why there are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from http import HTTPStatus

from pydantic import ValidationError

from refmatter.model import Answer, Failure, Hints, Lookup, LookupKey, Query, Rung, Trouble, Work
from refmatter.providers.base import Reading
from refmatter.providers.json_answer import Unreadable, by_title, json_of, trouble_of
from refmatter.providers.openalex.identifiers import FILTERS, filter_and_value
from refmatter.providers.openalex.records import OpenAlexRecord, works
from refmatter.providers.openalex.requests import NAME, REFERENCES
from refmatter.providers.shapes import Maybe, Shape
from refmatter.titles import readable


class _Meta(Shape):
    count: int
    timed_out: Maybe[bool] = None


class _ResultPage(Shape):
    meta: _Meta
    results: list[OpenAlexRecord]


class _OpenAlexMessage(Shape):
    error: Maybe[str] = None
    message: Maybe[str] = None


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of an answer; on the rungs for reference lists, what the work cites.

    Works come in no order and unknown ones are missing, so they are told apart by their
    identifiers. A phrase is found in longer titles too: a lookup gets every work whose title
    has its own in it. A page that could not hold all works says nothing of those that are not
    on it: that blames the question, unless it cannot be made smaller. What a search found before
    its time was up is no answer.
    """
    try:
        found = _found(query, answer)
    except ValidationError:
        return Failure(NAME, query.rung, Trouble.GARBLED, "answered with JSON of another shape")
    except Unreadable as unreadable:
        return unreadable.failure(query)
    if query.rung in REFERENCES:
        return {query.about[0].key: found}
    if query.rung is Rung.TITLE_BATCH:
        return by_title(query.about, found)
    return _by_identifier(query.about, found)


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer can be read and is complete."""
    return not isinstance(read(query, answer), Failure)


def _found(query: Query, answer: Answer) -> tuple[Work, ...]:
    if answer.status != HTTPStatus.OK:
        raise _refusal(answer)
    page = _ResultPage.model_validate(json_of(answer))
    if page.meta.timed_out:
        # The search ended after its 5 seconds with the works found so far, and says 200: OpenAlex's
        # own code (`core/shared_view.py`, July 2026) marks such an answer so.
        raise Unreadable(Trouble.TOO_LARGE, "answered what it found before its time was up")
    count, returned = page.meta.count, len(page.results)
    if count and not returned:
        raise Unreadable(Trouble.GARBLED, f"answered {count} works and none of them")
    if count > returned and query.rung is Rung.COMPARE_REFERENCES:
        raise Unreadable(Trouble.TOO_LARGE, f"answered only {returned} of {count} works")
    if count > returned and len(query.about) > 1:
        raise Unreadable(Trouble.REJECTED, f"answered only {returned} of {count} works")
    return works(page.results)


def _refusal(answer: Answer) -> Unreadable:
    """Return what a status means, with what the service says of it."""
    text = ""
    try:
        complaint = _OpenAlexMessage.model_validate(json_of(answer))
        text = readable(complaint.message or complaint.error or "")
    except (Unreadable, ValidationError):
        pass
    detail = f"answered {answer.status}: {text[:100]}" if text else f"answered {answer.status}"
    return Unreadable(trouble_of(answer.status), detail)


def _by_identifier(lookups: Sequence[Lookup], found: Sequence[Work]) -> Reading:
    named: defaultdict[tuple[str, str], list[Work]] = defaultdict(list)
    for work in found:
        described = Lookup(LookupKey(""), work.title, Hints(identifiers=work.identifiers))
        for name, value in FILTERS.items():
            named[name, value(described) or ""].append(work)
    return {lookup.key: tuple(named.get(filter_and_value(lookup), ())) for lookup in lookups}
