"""Read works from the answers of the Semantic Scholar API, or why there are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from refmatter.model import Answer, Failure, Query, Rung, Trouble, Work
from refmatter.providers.base import Reading
from refmatter.providers.json_answer import Unreadable, by_title, json_of, trouble_of
from refmatter.providers.semantic_scholar.identifiers import id_to_request, ids_to_request
from refmatter.providers.semantic_scholar.records import CamelShape, S2Record, works
from refmatter.providers.semantic_scholar.requests import BATCH, BULK, LISTING, NAME
from refmatter.providers.shapes import Maybe
from refmatter.titles import readable

T = TypeVar("T")


class _Citing(CamelShape):
    references: list[S2Record | None] | None = None


class _Match(CamelShape):
    data: list[S2Record]


class _Search(CamelShape):
    total: int
    token: object = None
    data: list[S2Record] | None = None


class _Reference(CamelShape):
    cited_paper: S2Record | None = None


class _ReferenceList(CamelShape):
    data: list[_Reference] | None  # null where the publisher had the list elided


class _S2Message(CamelShape):
    error: Maybe[str] = None
    message: Maybe[str] = None


_RECORDS = TypeAdapter(list[S2Record | None])
_CITINGS = TypeAdapter(list[_Citing | None])


def read(query: Query, answer: Answer) -> Reading | Failure:
    """Return the works of an answer, or what each work cites on the rungs that ask for that.

    Empty, null and elided reference lists are lists without works. References that the
    service linked to no record have nothing but a title, often mangled: good enough to hold
    against what a note lists (`compare_references`), else left out.
    """
    try:
        parsed = _parsed(answer)
        if answer.status != HTTPStatus.OK:
            return _read_refusal(query, answer.status, parsed)
        if query.path == BATCH:
            return _read_batch(query, parsed)
        if query.path == BULK:
            return by_title(query.about, works(_bulk(parsed)))
        return {query.about[0].key: works(_records(query, parsed))}
    except ValidationError:
        return Failure(NAME, query.rung, Trouble.GARBLED, "answered with JSON of another shape")
    except Unreadable as unreadable:
        return unreadable.failure(query)


def is_cacheable(query: Query, answer: Answer) -> bool:
    """Whether an answer can be read, or is the service's own "not found"."""
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


def _read_batch(query: Query, parsed: object) -> Reading:
    """By position: the answer has one element for each id, null for an unknown one."""
    ids = ids_to_request(query.about)
    by_id: dict[str, tuple[Work, ...]]
    if query.rung in LISTING:
        parents = zip(ids, _one_each(ids, _CITINGS.validate_python(parsed)), strict=True)
        by_id = {
            name: works(_usable_references(query, parent.references or () if parent else ()))
            for name, parent in parents
        }
    else:
        records = zip(ids, _one_each(ids, _RECORDS.validate_python(parsed)), strict=True)
        by_id = {name: works([record] if record else (), name) for name, record in records}
    return {lookup.key: by_id[id_to_request(lookup) or ""] for lookup in query.about}


def _one_each(ids: Sequence[str], records: Sequence[T]) -> Sequence[T]:
    """Return the records; raises Unreadable if they are not as many as the ids."""
    if len(records) != len(ids):
        detail = f"answered {len(records)} records for {len(ids)} ids"
        raise Unreadable(Trouble.GARBLED, detail)
    return records


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
    if query.rung is Rung.SAME_TITLE_SEARCH:
        found = _Search.model_validate(parsed)
        if found.data is None and found.total:
            raise Unreadable(Trouble.GARBLED, f"answered {found.total} works and none of them")
        return found.data or ()
    references = _ReferenceList.model_validate(parsed).data or ()
    return _usable_references(query, (reference.cited_paper for reference in references))


def _usable_references(query: Query, records: Iterable[S2Record | None]) -> list[S2Record]:
    """Return what stands in a reference list, as far as the rung has a use for it."""
    return [
        record
        for record in records
        if record and (record.paper_id or query.rung is Rung.COMPARE_REFERENCES)
    ]
