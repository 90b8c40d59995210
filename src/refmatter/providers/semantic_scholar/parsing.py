"""Read works from the answers of the Semantic Scholar API, or why there are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from refmatter.model import Answer, Failure, Lookup, Query, Rung, Trouble
from refmatter.providers.base import PartialAnswer, Reading
from refmatter.providers.json_answer import Unreadable, by_title, json_of, trouble_of
from refmatter.providers.semantic_scholar.identifiers import id_to_request, ids_to_request
from refmatter.providers.semantic_scholar.records import CamelShape, S2Record, works
from refmatter.providers.semantic_scholar.requests import (
    BATCH,
    BULK,
    LISTING,
    NAME,
    NESTED_REFERENCES,
    REFERENCES,
    queries,
    reference_list_query,
)
from refmatter.providers.shapes import Count, Maybe
from refmatter.titles import readable

_T = TypeVar("_T")
_LAST_OFFSET = 2 * REFERENCES
"""Empty pages of a reference list are followed as far as this entry."""


class _Citing(CamelShape):
    reference_count: Maybe[Count] = None
    references: list[S2Record | None] | None = None


class _Match(CamelShape):
    data: list[S2Record]


class _Search(CamelShape):
    total: int
    token: object = None
    next: object = None
    data: list[S2Record] | None = None


class _Reference(CamelShape):
    cited_paper: S2Record | None = None


class _ReferenceList(CamelShape):
    data: list[_Reference] | None  # null where the publisher had the list elided
    next: object = None


class _S2Message(CamelShape):
    error: Maybe[str] = None
    message: Maybe[str] = None


_RECORDS = TypeAdapter(list[S2Record | None])
_CITINGS = TypeAdapter(list[_Citing | None])


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of an answer, or what each work cites on the rungs that ask for that.

    Null and elided reference lists are lists without works, and so are empty ones, unless the
    service counts references, or has a further page: then the list is asked for again.
    References that the service linked to no record have nothing but a title, often mangled: good
    enough to hold against what a note lists (`compare_references`), else left out.
    """
    try:
        return _reading(query, answer.status, _parsed(answer))
    except ValidationError:
        return Failure(NAME, query.rung, Trouble.GARBLED, "answered with JSON of another shape")
    except Unreadable as unreadable:
        return unreadable.failure(query)


def _reading(query: Query, status: int, parsed: object) -> Reading | PartialAnswer:
    """Return the works of an answer's JSON. Raises Unreadable and ValidationError."""
    if status != HTTPStatus.OK:
        return _read_refusal(query, status, parsed)
    if query.rung in LISTING:
        return _nested_lists(query, parsed) if query.path == BATCH else _lone_list(query, parsed)
    if query.path == BATCH:
        return _batch(query, parsed)
    if query.path == BULK:
        return by_title(query.about, works(_bulk(parsed)))
    return {query.about[0].key: works(_records(query, parsed))}


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer can be read and is complete, or is the service's own "not found"."""
    return not isinstance(read(query, answer), Failure)


def _parsed(answer: Answer) -> object:
    """Return the JSON of the body; None for that of an error that is not JSON."""
    try:
        return json_of(answer)
    except Unreadable:
        if answer.status != HTTPStatus.OK:
            return None
        raise


def _read_refusal(query: Query, status: int, parsed: object) -> Reading:
    """No works for what the service calls unknown; else raises what the status means."""
    complaint = _S2Message.model_validate(parsed) if isinstance(parsed, dict) else _S2Message()
    text = readable(complaint.error or complaint.message or "")
    if _is_unknown(query, status, text):
        return {lookup.key: () for lookup in query.about}
    detail = f"answered {status}: {text[:100]}" if text else f"answered {status}"
    raise Unreadable(trouble_of(status), detail)


def _is_unknown(query: Query, status: int, text: str) -> bool:
    """The service's words for "no such work". A batch of which it knows no id at all gets a
    400 that says so, as clients of the live service report."""
    if query.path == BATCH and status == HTTPStatus.BAD_REQUEST:
        return text == "No valid paper ids given"
    if status != HTTPStatus.NOT_FOUND:
        return False
    if query.rung in LISTING and query.path != BATCH:
        return text.startswith("Paper with id ") and text.endswith(" not found")
    return query.rung is Rung.TITLE_SEARCH and text == "Title match not found"


def _batch(query: Query, parsed: object) -> Reading:
    """Return the work of each identifier."""
    records = _by_lookup(query, _RECORDS.validate_python(parsed))
    return {
        lookup.key: works([record] if record else (), id_to_request(lookup) or "")
        for lookup, record in records
    }


def _nested_lists(query: Query, parsed: object) -> Reading | PartialAnswer:
    """Return what each work cites. Lists that the answer had no room for are asked for again:
    together if others had room, else each by itself."""
    citing = _by_lookup(query, _CITINGS.validate_python(parsed))
    room = sum(len(work.references or ()) for _, work in citing if work) < NESTED_REFERENCES
    left = [lookup for lookup, work in citing if work and _may_be_cut(work, room=room)]
    unanswered = {lookup.key for lookup in left}
    reading = {
        lookup.key: works(_usable_references(query, work.references or () if work else ()))
        for lookup, work in citing
        if lookup.key not in unanswered
    }
    if not left:
        return reading
    if reading:
        return _partial(query, reading, tuple(queries(query.rung, left)))
    return _partial(query, {}, tuple(reference_list_query(query.rung, lookup) for lookup in left))


def _partial(query: Query, reading: Reading, rest: Sequence[Query]) -> PartialAnswer:
    detail = "answered without some of the lists"
    return PartialAnswer(NAME, query.rung, Trouble.TOO_LARGE, detail, reading=reading, rest=rest)


def _may_be_cut(work: _Citing, *, room: bool) -> bool:
    """Whether a work has more references than its list has, and the list is empty or the answer
    had no room left. Counts are now and then too high: a list with entries is taken otherwise."""
    if work.references is None:
        return False
    listed = len(work.references)
    return listed < (work.reference_count or 0) and (not listed or not room)


def _by_lookup(query: Query, answers: Sequence[_T]) -> list[tuple[Lookup, _T]]:
    """Return each lookup with its element of a batch's answer: there is one for each id, by
    position, null for an unknown one."""
    ids = ids_to_request(query.about)
    if len(answers) != len(ids):
        detail = f"answered {len(answers)} records for {len(ids)} ids"
        raise Unreadable(Trouble.GARBLED, detail)
    by_id = dict(zip(ids, answers, strict=True))
    return [(lookup, by_id[id_to_request(lookup) or ""]) for lookup in query.about]


def _lone_list(query: Query, parsed: object) -> Reading | PartialAnswer:
    """Return what one work cites. An empty page may have a further one (seen on the live service
    in August 2026, for citations)."""
    (lookup,) = query.about
    page = _ReferenceList.model_validate(parsed)
    if page.data == [] and page.next:
        offset = int(dict(query.params).get("offset", "0"))
        if not (isinstance(page.next, int) and offset < page.next <= _LAST_OFFSET):
            raise Unreadable(Trouble.GARBLED, "answered an empty page of a list that goes on")
        return _partial(query, {}, (reference_list_query(query.rung, lookup, page.next),))
    cited = (reference.cited_paper for reference in page.data or ())
    return {lookup.key: works(_usable_references(query, cited))}


def _bulk(parsed: object) -> list[S2Record]:
    """Return all that answers to the phrases. A list that goes on blames the question: nobody knows
    whose works are missing. It goes on where it has a token; its total is approximate."""
    found = _Search.model_validate(parsed)
    records = found.data or []
    if found.token or (found.total and not records):
        raise Unreadable(Trouble.REJECTED, f"answered only {len(records)} of {found.total} works")
    return records


def _records(query: Query, parsed: object) -> Iterable[S2Record]:
    if query.rung is Rung.TITLE_SEARCH:
        return _Match.model_validate(parsed).data
    found = _Search.model_validate(parsed)
    if not found.data and (found.next or (found.data is None and found.total)):
        raise Unreadable(Trouble.GARBLED, f"answered {found.total} works and none of them")
    return found.data or ()


def _usable_references(query: Query, records: Iterable[S2Record | None]) -> list[S2Record]:
    """Return what stands in a reference list, as far as the rung has a use for it."""
    return [
        record
        for record in records
        if record and (record.paper_id or query.rung is Rung.COMPARE_REFERENCES)
    ]
