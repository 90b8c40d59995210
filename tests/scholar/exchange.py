"""What passes between the server and a service: a request, and the reply to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from scholar.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a service sees it: `path` without the service's prefix, still escaped."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    answer_limit: int = 10_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Service(Protocol):
    """A module that answers as one service does.

    To add one: write the module, and name it in `server.SERVICES`.
    """

    def answer(self, corpus: Corpus, request: Request) -> Reply:
        """The reply of the service when it is well."""

    def ids(self, request: Request) -> int:
        """How many works the request asks for by identifier."""

    def trouble(self, status: int) -> Reply:
        """How the service words 403, 429 and 500."""


def json_reply(status: int, said: object) -> Reply:
    return Reply(status, json.dumps(said).encode())
