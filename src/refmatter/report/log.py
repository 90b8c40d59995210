"""Write a run as lines of a structured log, one JSON object each.

`docs/nightly.md` tells what each event holds. No key, header or address of a question is in it:
what services are asked is counted, not told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self, TypeAlias

from refmatter.errors import ConfigError
from refmatter.model import Status
from refmatter.report.sentences import failure_text
from refmatter.report.summary import RunSummary
from refmatter.run_model import Run

Event: TypeAlias = tuple[str, Mapping[str, Any]]


class Log:
    """A file that lines are added to, each in one piece; what is there is never changed.

    A context manager. Raises ConfigError for a file that cannot be written, or that is there
    and holds something else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        began = datetime.now(UTC)
        self._run = f"{began:%Y%m%dT%H%M%SZ}-{os.getpid()}"
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._file = os.open(path, flags, 0o644)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
        if os.pread(self._file, 1, 0) not in (b"", b"{"):
            os.close(self._file)
            raise ConfigError(f"{path}: is there already and is no log; name another file")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def add(self, event: str, **values: Any) -> None:
        """Add a line. Raises ConfigError where the disk does not take it."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        whole = {"at": at, "run": self._run, "event": event, **values}
        try:
            os.write(self._file, json.dumps(whole).encode() + b"\n")
        except OSError as error:
            raise ConfigError(f"{self._path}: cannot be written: {error.strerror}") from error


def events(run: Run, summary: RunSummary) -> Iterator[Event]:
    """Yield all that a run did, but for its end."""
    for name, traffic in run.traffic.items():
        for rung, requests in traffic.by_rung.items():
            yield "requests", {"service": name, "rung": rung, "requests": requests}
        if traffic.waited:
            yield "waited", {"service": name, "seconds": round(traffic.waited, 3)}
    for line in summary.retracted:
        work = {"title": line.matched_title or line.title, "services": list(line.retracted)}
        yield "retracted", work | ({"path": line.key.note} if line.key.note else {})
    for outcome in run.outcomes:
        if outcome.status in (Status.WRITTEN, Status.CREATED):
            fields = {
                change.field.value: _provider(change.provenance)
                for change in outcome.changes
                if not change.removed
            }
            note = {"path": str(outcome.path), "status": outcome.status.value, "fields": fields}
            if removed := [change.field.value for change in outcome.changes if change.removed]:
                note["removed"] = removed
            yield "note", note
    for refused in summary.refused:
        yield "failure", _refused(refused.path, refused.line, refused.reason)
    for name, failure in summary.outages.items():
        yield "failure", {"service": name, "reason": failure_text(failure)}


def _provider(provenance: Any) -> str | None:
    return provenance.provider if provenance else None


def _refused(path: PurePosixPath, line: int | None, reason: str) -> dict[str, Any]:
    return {"path": str(path), "line": line, "reason": reason}


def counts(summary: RunSummary) -> Mapping[str, Any]:
    """Return how a run ended, in numbers."""
    return {
        "notes": summary.papers,
        "written": summary.statuses.get(Status.WRITTEN, 0),
        "created": summary.statuses.get(Status.CREATED, 0),
        "refused": len(summary.refused),
        "requests": sum(summary.requests.values()),
        "titles": dict(summary.titles),
    }
