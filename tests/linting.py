"""A vault written down as files, and what `refmatter lint` says of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from house import House


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding as the JSON tells it, by the file's name in the vault."""

    where: str
    rule: str
    message: str
    fixable: bool


def listed_findings(house: House, *options: str) -> list[ListedFinding]:
    """The findings of the vault, places as `file:line:column`."""
    return [
        ListedFinding(place(finding), finding["rule"], finding["message"], finding["fixable"])
        for finding in findings(house, *options)
    ]


def findings(house: House, *options: str) -> list[dict[str, Any]]:
    result = house.run("lint", str(house.notes), "--config", str(house.config), "--format", "json",
                     *options)  # fmt: skip
    found: list[dict[str, Any]] = json.loads(result.out)["findings"]
    return found


def place(finding: dict[str, Any]) -> str:
    path = str(finding["path"]).rpartition("notes/")[2]
    return ":".join(
        str(finding) for finding in (path, finding["line"], finding["column"]) if finding
    )


def rules(house: House, *options: str) -> dict[str, list[str]]:
    """The places of the findings, by rule."""
    result: dict[str, list[str]] = {}
    for finding in listed_findings(house, *options):
        result.setdefault(finding.rule, []).append(finding.where)
    return result


def paper(title: str, *references: str, **fields: object) -> str:
    """A paper note whose references begin on a line of their own."""
    lines = [f"{name}: {value}" for name, value in fields.items()]
    head = ["---", f"title: {title}", "tags: [paper]", *lines, "---"]
    return "\n".join([*head, "## References", *references, ""])
