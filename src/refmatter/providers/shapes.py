"""Pydantic types for the services' JSON: an invalid value loses its field, never the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias, TypeVar

import pydantic
from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from refmatter.fields import Field, Value, read_value

T = TypeVar("T")


def _none_if_wrong(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


Maybe: TypeAlias = Annotated[T | None, WrapValidator(_none_if_wrong)]
"""A value of the type, or None: one odd field must not lose the record it stands in."""

Year = Annotated[int, pydantic.Field(ge=1, le=9999)]
Count = Annotated[int, pydantic.Field(ge=0, le=10**9)]


class Shape(BaseModel):
    """An object of a service: no conversions, and what is not named here ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


def further_values(
    names: Mapping[Field, str], record: Mapping[str, object]
) -> tuple[tuple[Field, Value], ...]:
    """Return the values that a service's record has under these names, as `Work.others`."""
    found = ((field, read_value(field, record.get(name))) for field, name in names.items())
    return tuple((field, value) for field, value in found if value is not None)
