"""Reasons, differences and remarks <-> the JSON that the ledger and the cache keep of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from refmatter.model import Remark
from refmatter.reasons import Difference, Reason, ReasonKind

_SIMPLE = {kind: Reason(kind) for kind in ReasonKind}
"""Reasons without details, one object for all lines that have them."""


def reason_row(reason: Reason) -> dict[str, Any]:
    """Return a reason as JSON, what is empty left out."""
    row: dict[str, Any] = msgspec.to_builtins(reason)
    return row


def read_reason(row: dict[str, Any]) -> Reason:
    """Return the reason of a row. Raises ValueError for a row that holds none."""
    reason = msgspec.convert(row, Reason)
    return _SIMPLE[reason.kind] if reason == _SIMPLE[reason.kind] else reason


def difference_rows(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return the differences of two titles as JSON."""
    return [msgspec.to_builtins(difference) for difference in differences]


def read_differences(rows: list[dict[str, Any]]) -> tuple[Difference, ...]:
    """Return the differences of rows. Raises ValueError for rows that hold none."""
    return msgspec.convert(rows, tuple[Difference, ...])


def remark_rows(remarks: Iterable[Remark]) -> list[dict[str, Any]]:
    """Return remarks as JSON."""
    return [msgspec.to_builtins(remark) for remark in remarks]


def read_remarks(rows: list[dict[str, Any]]) -> tuple[Remark, ...]:
    """Return the remarks of rows. Raises ValueError for rows that hold none."""
    return msgspec.convert(rows, tuple[Remark, ...])
