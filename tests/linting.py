"""A vault written down as files, and what `refmatter lint` says of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from house import House


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as the JSON tells it, by the file's name in the vault."""

    where: str
    rule: str
    message: str
    fixable: bool


def told(house: House, *options: str) -> list[Told]:
    """The findings of the vault, places as `file:line:column`."""
    return [
        Told(place(each), each["rule"], each["message"], each["fixable"])
        for each in findings(house, *options)
    ]


def findings(house: House, *options: str) -> list[dict[str, Any]]:
    said = house.run("lint", str(house.notes), "--config", str(house.config), "--format", "json",
                     *options)  # fmt: skip
    found: list[dict[str, Any]] = json.loads(said.out)["findings"]
    return found


def place(finding: dict[str, Any]) -> str:
    path = str(finding["path"]).rpartition("notes/")[2]
    return ":".join(str(each) for each in (path, finding["line"], finding["column"]) if each)


def rules(house: House, *options: str) -> dict[str, list[str]]:
    """The places of the findings, by rule."""
    result: dict[str, list[str]] = {}
    for each in told(house, *options):
        result.setdefault(each.rule, []).append(each.where)
    return result


def paper(title: str, *references: str, **fields: object) -> str:
    """A paper note whose references begin on a line of their own."""
    lines = [f"{name}: {value}" for name, value in fields.items()]
    head = ["---", f"title: {title}", "tags: [paper]", *lines, "---"]
    return "\n".join([*head, "## References", *references, ""])
