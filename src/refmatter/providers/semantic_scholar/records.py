"""The service's records -> works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from refmatter import titles
from refmatter.model import Identifiers, Work
from refmatter.providers.semantic_scholar.identifiers import sound

T = TypeVar("T")


def _none_if_wrong(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


Maybe: TypeAlias = Annotated[T | None, WrapValidator(_none_if_wrong)]
"""A value of the type, or None: one odd field must not lose the record it stands in."""


class Shape(BaseModel):
    """An object of the service: camel case, no conversions, what is not named here ignored."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", strict=True, frozen=True)


class _Named(Shape):
    name: Maybe[str] = None
    alternate_names: Maybe[list[str]] = Field(default=None, alias="alternate_names")


class _Category(Shape):
    category: Maybe[str] = None
    source: Maybe[str] = None


class _ExternalIds(Shape):
    doi: Maybe[str] = Field(default=None, alias="DOI")
    arxiv: Maybe[str] = Field(default=None, alias="ArXiv")
    acl: Maybe[str] = Field(default=None, alias="ACL")
    dblp: Maybe[str] = Field(default=None, alias="DBLP")


# Bounds keep a number that only JSON can hold out of notes: a year has four digits.
_Year = Annotated[int, Field(ge=1, le=9999)]
_Count = Annotated[int, Field(ge=0, le=10**9)]


class Record(Shape):
    """What it says of a work, as far as it was asked."""

    paper_id: Maybe[str] = None
    title: Maybe[str] = None
    authors: Maybe[list[_Named]] = None
    year: Maybe[_Year] = None
    # Null is how the service writes "no venue"; only a wrong type says nothing.
    venue: Annotated[Maybe[str], BeforeValidator(lambda said: "" if said is None else said)] = ""
    publication_venue: Maybe[_Named] = None
    journal: Maybe[_Named] = None
    external_ids: Maybe[_ExternalIds] = None
    citation_count: Maybe[_Count] = None
    reference_count: Maybe[_Count] = None
    fields_of_study: Maybe[list[str]] = None
    s2_fields_of_study: Maybe[list[_Category]] = Field(default=None, alias="s2FieldsOfStudy")


def works(records: Iterable[Record]) -> tuple[Work, ...]:
    """The works of those records that have a title."""
    return tuple(work for each in records if (work := _work(each)) is not None)


def _work(record: Record) -> Work | None:
    title = readable(record.title or "")
    if not title:
        return None
    venue = None if record.venue is None else readable(record.venue)
    return Work(
        title=title,
        authors=_clean(each.name for each in record.authors or ()) or None,
        year=record.year,
        venue=venue,
        other_venues=tuple(name for name in _venues(record) if name != venue),
        citation_count=record.citation_count,
        reference_count=record.reference_count,
        fields_of_study=_fields_of_study(record),
        identifiers=_identifiers(record),
    )


def _clean(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(name for said in names if (name := readable(said or "")))


def readable(text: str) -> str:
    """As `titles.readable`; half a surrogate pair, which JSON can escape, becomes `?`."""
    return titles.readable(text.encode("utf-8", "replace").decode())


def _venues(record: Record) -> tuple[str, ...]:
    series = record.publication_venue or _Named()
    journal = record.journal or _Named()
    said = (series.name, *(series.alternate_names or ()), journal.name)
    return tuple(dict.fromkeys(_clean(said)))


def _fields_of_study(record: Record) -> tuple[str, ...] | None:
    """The list that people curated, else the categories, curated ones before the model's."""
    curated = _clean(record.fields_of_study or ())
    ranked = sorted(record.s2_fields_of_study or (), key=lambda each: each.source != "external")
    return tuple(dict.fromkeys(curated or _clean(each.category for each in ranked))) or None


def _identifiers(record: Record) -> Identifiers:
    said = record.external_ids or _ExternalIds()
    return sound(Identifiers(record.paper_id, said.doi, said.arxiv, said.acl, dblp=said.dblp))
