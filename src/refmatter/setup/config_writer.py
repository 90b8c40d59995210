"""Write the text of a config.yaml that fits a vault's profile.

Every key is there with its meaning, written from the schema, so that none is forgotten. What
fits this vault better than the default is active; the rest is behind a `#` without a blank,
and shows what holds without it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from refmatter.config.schema import schema
from refmatter.config.sections import NotesSettings, PaperSettings
from refmatter.fields import DEFAULT_KEYS, LISTS, NUMERIC
from refmatter.schema.conventions import Conventions
from refmatter.setup.vault_profile import Sign, VaultProfile

_HEAD = """\
# refmatter's configuration, written by `refmatter init`. Every key may be left out.
# A line that begins with `#` and no blank is off and shows what holds: take the `#` away (and
# that of the key above it) to change it. `refmatter config` shows what is in force.
"""
_MEANING = 90
"""The most characters of a line that tells what a key means."""
_KNOWN_BY = 0.05
"""A heading that fewer of the files have is an accident."""


def config_yaml(profile: VaultProfile, contact: str | None = None) -> str:
    """Return the text of a config.yaml for a vault; `contact` is the address that the services may
    write to."""
    whole = schema()
    lines = _section(whole, whole["$defs"], _active(profile, contact), _learned(profile), "")
    return _HEAD + "".join(f"{line}\n" for line in lines)


def _active(profile: VaultProfile, contact: str | None) -> dict[str, Any]:
    """Return what differs from the defaults, nested as in the file."""
    active: dict[str, Any] = {"contact": contact} if contact else {}
    notes: dict[str, Any] = {}
    if profile.suffixes:
        notes["include"] = [
            *NotesSettings().include,
            *(f"**/*{suffix}" for suffix in profile.suffixes),
        ]
    paper = {"files": list(profile.paper_files)} if profile.paper_files else {}
    paper |= _paper(profile.sign) if profile.sign else {}
    if paper:
        notes["paper"] = paper
    if profile.papers and profile.conventions.basis == "defaults":
        forms = profile.conventions.forms
        active["fields"] = {
            name.value: forms[name].key
            for name in DEFAULT_KEYS
            if name in forms and name not in profile.guessed
        }
    headings = [
        name
        for name, times in sorted(profile.others.items())
        if times >= max(2, _KNOWN_BY * profile.files)
    ]
    if headings:
        active["references"] = {"headings": headings}
    return active | ({"notes": notes} if notes else {})


def _paper(sign: Sign) -> dict[str, Any]:
    """Return what makes a note a paper note, by its sign."""
    if sign.kind == "key":
        return {"keys": {sign.name: sign.value}}
    if sign.kind == "folder":
        return {"folders": [sign.name]}
    return {"tags": [*PaperSettings().tags, sign.name]}


def _learned(profile: VaultProfile) -> dict[str, Any]:
    """Return what is learned from the notes in every run, where that is more than the default."""
    conventions = profile.conventions
    guessed = {name.value: _Guess(key) for name, key in profile.guessed.items()}
    if conventions.basis != "notes":
        return {"fields": guessed}
    fields = {name.value: form.key for name, form in conventions.forms.items()} | guessed
    if not conventions.learned_from:
        return {"fields": fields}
    texts = [form for name, form in conventions.forms.items() if name.spec.shape not in NUMERIC]
    lists = [form for form in texts if form.key in _lists(conventions) and not form.joined]
    return {
        "fields": fields,
        "style": {
            "order": None if conventions.sorted_rest else list(conventions.order),
            "lists": _same(form.style.sequences.value for form in lists),
            "quotes": _same(form.style.quotes.value for form in texts),
            "names": conventions.authors.value,
            "unknown_venue": conventions.unknown_venue,
            "venues": conventions.venues,
        },
    }


class _Guess(str):
    """A key that keeps a field by its values, which is not sure."""

    __slots__ = ()


def _lists(conventions: Conventions) -> set[str]:
    return {form.key for name, form in conventions.forms.items() if name.spec.shape in LISTS}


def _same(values: Iterable[str]) -> str | None:
    """Return the one value that all are; None if they differ, as the setting is for all of them."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def _section(
    node: Mapping[str, Any],
    kinds: Mapping[str, Any],
    active: Mapping[str, Any],
    learned: Mapping[str, Any],
    indent: str,
) -> Iterator[str]:
    for key, value in node["properties"].items():
        kind = kinds.get(value.get("$ref", "").rpartition("/")[2], {})
        off = "" if key in active else "#"
        meaning = value.get("description") or kind.get("description")
        if not indent:
            yield ""
        if meaning and kind.get("title") not in ("ServiceSettings", "CatalogSettings"):
            yield f"{indent}# {_first_sentence(meaning)}"
        if kind.get("title") in ("ServiceSettings", "CatalogSettings"):
            yield f"{off}{indent}{key}: {_yaml(_configured(value['default']))}"
        elif "properties" in kind:
            yield f"{off}{indent}{key}:"
            below = (active.get(key) or {}, learned.get(key) or {})
            yield from _section(kind, kinds, *below, f"{indent}  ")
        elif key in active:
            yield f"{indent}{key}: {_yaml(active[key])}"
        elif isinstance(guess := learned.get(key), _Guess):
            yield f"#{indent}{key}: {_yaml(str(guess))}  # by the values of this key: is it so?"
        elif learned.get(key) is not None:
            yield f"#{indent}{key}: {_yaml(learned[key])}  # learned from your notes"
        else:
            yield f"#{indent}{key}: {_yaml(value.get('default'))}"


def _configured(service: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in service.items() if value is not None}


def _first_sentence(text: str) -> str:
    sentence = " ".join(text.split()).partition(". ")[0].removesuffix(".")
    return textwrap.shorten(sentence, _MEANING, placeholder=" …")


def _yaml(value: object) -> str:
    """Return a value on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("...\n").strip()
