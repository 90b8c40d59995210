"""What the services' JSON has in common -> pydantic types that lose a field, never a record."""

from __future__ import annotations

from typing import Annotated, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

T = TypeVar("T")


def _none_if_wrong(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


Maybe: TypeAlias = Annotated[T | None, WrapValidator(_none_if_wrong)]
"""A value of the type, or None: one odd field must not lose the record it stands in."""

Year = Annotated[int, Field(ge=1, le=9999)]
Count = Annotated[int, Field(ge=0, le=10**9)]


class Shape(BaseModel):
    """An object of a service: no conversions, and what is not named here ignored."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)
