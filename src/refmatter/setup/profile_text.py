"""Describe a vault's profile in lines for people, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from refmatter.fields import Field, field_of
from refmatter.model import Quotes, Sequences
from refmatter.report.labels import counted
from refmatter.report.sentences import no_papers, other_format_texts
from refmatter.schema.conventions import Conventions
from refmatter.schemes import SCHEMES
from refmatter.setup.vault_profile import Sign, VaultProfile

_LISTS = {
    Sequences.BLOCK: "one item a line, below their key",
    Sequences.INDENTED: "one item a line, indented",
    Sequences.FLOW: "in one line, [a, b]",
}
_UNKNOWN = {"blank": "an empty ''", "none": "null", "omit": "no key at all"}
_VENUES = {
    "given": "as the service gives it",
    "short": "short, as ICML",
    "long": "in full, no acronyms",
}
_BASES = {
    "notes": "under the keys above, in the layout of your other values",
    "seeds": "as the notes that refmatter was made for have them, under the keys above",
    "defaults": "under the keys above, since your notes have none for them",
}
_MAX_LISTED = 5
"""The files that are named where many could not be read."""


def profile_lines(profile: VaultProfile) -> Iterator[tuple[str, str]]:
    """Yield the lines that describe a vault, each with its colour on a terminal ("" for none)."""
    files = counted(profile.files, "Markdown file")
    yield f"{files}, {counted(profile.papers, 'paper note')} among them", "bold"
    for suffix, count in profile.suffixes.items():
        yield f"  {counted(count, 'file')} end in `{suffix}`: `notes.include` takes them in", ""
    for suffix, count in profile.endings.items():
        yield f"  {counted(count, 'file')} of them end in `{suffix}`", ""
    if profile.left_out:
        found = counted(len(profile.left_out), "Markdown file")
        yield f"  {found} left out by `notes.include`: {_shortened(profile.left_out)}", ""
    if profile.templates:
        found = counted(profile.templates, "template")
        yield f"  {found}: left alone, but they show which keys notes get", ""
    yield from ((f"  {line}", "") for line in other_format_texts(profile.other_formats))
    if profile.sign:
        yield from _sign(profile.sign)
    if profile.papers:
        yield from _papers(profile)
    else:
        yield from ((line, "") for line in no_papers(profile.files))
    for outcome in profile.refused[:_MAX_LISTED]:
        where = f"{outcome.path}:{outcome.line}" if outcome.line else f"{outcome.path}"
        yield f"cannot be read: {where}: {outcome.reason}", "warn"
    if len(profile.refused) > _MAX_LISTED:
        yield f"… and {len(profile.refused) - _MAX_LISTED} more", "warn"


def profile_json(vault_profile: VaultProfile) -> str:
    """Return what was counted, as JSON text."""
    conventions = vault_profile.conventions
    profile = {
        "files": vault_profile.files,
        "papers": vault_profile.papers,
        "templates": vault_profile.templates,
        "other_suffixes": dict(vault_profile.suffixes),
        "left_out": list(vault_profile.left_out),
        "other_formats": dict(sorted(vault_profile.other_formats.items())),
        "signs": asdict(vault_profile.signs),
        "proposed_sign": asdict(vault_profile.sign) if vault_profile.sign else None,
        "schema": {
            "basis": conventions.basis,
            "filled_notes": conventions.learned_from,
            "order": _used_order(conventions),
        },
        "fields": {
            name.value: {
                "keys": [form.key for form in conventions.keys.get(name, ())],
                "added": name in conventions.forms,
                "filled": vault_profile.is_filled[name],
                "open": vault_profile.papers - vault_profile.is_filled[name],
            }
            for name in Field
        },
        "other_keys": dict(vault_profile.unknown),
        "proposed_keys": {name.value: key for name, key in vault_profile.guessed.items()},
        "reference_headings": dict(vault_profile.headings),
        "other_headings": dict(vault_profile.others),
        "linked_references": vault_profile.linked,
        "plain_references": vault_profile.plain,
        "identifiers": dict(vault_profile.carried),
        "refused": [
            {"path": str(outcome.path), "line": outcome.line, "reason": outcome.reason}
            for outcome in vault_profile.refused
        ],
    }
    return json.dumps(profile, indent=2, ensure_ascii=False) + "\n"


def _sign(sign: Sign) -> Iterator[tuple[str, str]]:
    """Yield the sign that is proposed, and the counts behind it."""
    name = {
        "tag": f"the tag `{sign.name}`",
        "folder": f"the folder `{sign.name}`",
        "key": f"`{sign.name}: {sign.value}`",
    }[sign.kind]
    yield f"Sign of a paper note: {name}", "bold"
    notes = counted(sign.described, "note")
    others = f", and {sign.of_others:,} of {counted(sign.others, 'other note')}"
    yield f"  {sign.of_described:,} of {notes} with bibliographic values have it{others}", ""


def _papers(profile: VaultProfile) -> Iterator[tuple[str, str]]:
    signs = profile.signs
    found_by = (
        (signs.tag, "by their tag"),
        (signs.heading, "by a heading of references"),
        (signs.key, "by bibliographic keys"),
    )
    if found := ", ".join(f"{count:,} {how}" for count, how in found_by if count):
        yield f"  {found}", ""
    if profile.paper_files:
        yield f"  `notes.paper.files` names them: {', '.join(profile.paper_files)}", ""
    yield "", ""
    yield from _fields(profile)
    yield "", ""
    yield from _manners(profile)
    yield from _references(profile)
    carried = [
        f"{n:,} {scheme.label}" for name, scheme in SCHEMES.items() if (n := profile.carried[name])
    ]
    yield _row("identifiers", ", ".join(carried) or "none in the notes: titles are looked up")


def _row(name: str, text: str) -> tuple[str, str]:
    return f"{name:<17}{text}", ""


def _fields(profile: VaultProfile) -> Iterator[tuple[str, str]]:
    conventions = profile.conventions
    rare = {
        name: forms[0] for name, forms in conventions.keys.items() if name not in conventions.forms
    }
    yield f"{'field':<17}{'your key':<20}{'filled':>8}{'open':>8}", "dim"
    for name in Field:
        form = conventions.forms.get(name)
        filled = profile.is_filled[name]
        if form is None and name in rare:
            text = f"`{rare[name].key}`, in few notes: it is filled where it stands empty"
            yield _row(name.spec.label, text)
        elif form is None:
            text = "your notes do not keep it"
            hint = f"; `fields.{name.value}` would"
            yield _row(name.spec.label, text + hint)
        else:
            row = f"{form.key:<20}{filled:>8,}{profile.papers - filled:>8,}"
            yield _row(name.spec.label, row)
    for name, key in profile.guessed.items():
        text = f"seems to keep the {name.spec.label}: set `fields.{name.value}: {key}` if it does"
        yield _row(f"`{key}`", text)
    if profile.unknown:
        names = [f"`{key}` ({n:,})" for key, n in profile.unknown.items()]
        more = f" and {len(names) - _MAX_LISTED} more" if len(names) > _MAX_LISTED else ""
        yield _row("other keys", f"{', '.join(names[:_MAX_LISTED])}{more}: they stay as they are")


def _manners(profile: VaultProfile) -> Iterator[tuple[str, str]]:
    conventions = profile.conventions
    if not conventions.learned_from:
        yield "No note is filled yet. New values are written", ""
        yield f"{_BASES[conventions.basis]}.", ""
        yield "Fill one note your way, and all others follow it.", ""
        return
    yield f"Learned from {counted(conventions.learned_from, 'filled note')}:", "bold"
    yield _row("order of keys", _order(conventions))
    yield _row("lists", _lists(conventions))
    yield _row("quotes", _quotes(conventions))
    yield _row("authors", conventions.authors.spec.label)
    if Field.VENUE in conventions.forms:
        unknown = _UNKNOWN[conventions.unknown_venue]
        yield _row("venues", f"{_VENUES[conventions.venues]}; where there is none, {unknown}")


def _order(conventions: Conventions) -> str:
    if not conventions.sorted_rest:
        return _shortened([key for key in conventions.order if field_of(key)] or conventions.order)
    return f"{', '.join(_used_order(conventions))}, the others by the alphabet"


def _used_order(conventions: Conventions) -> list[str]:
    """Return the vault's own keys, in their order."""
    used = {form.key for form in conventions.forms.values()} | conventions.styles.keys()
    return [key for key in conventions.order if key in used]


def _shortened(keys: Sequence[str], most: int = 6) -> str:
    return ", ".join(keys[:most]) + (", …" if len(keys) > most else "")


def _lists(conventions: Conventions) -> str:
    authors = conventions.forms.get(Field.AUTHORS)
    if authors is not None and authors.joined:
        return f"in one text, parted by `{authors.joined.strip()}`"
    form = authors or next(iter(conventions.forms.values()))
    return _LISTS[form.style.sequences] + (", as [[wikilinks]]" if form.wiki else "")


def _quotes(conventions: Conventions) -> str:
    form = conventions.forms.get(Field.TITLE)
    quotes = form.style.quotes if form else Quotes.PLAIN
    return "where YAML needs them" if quotes is Quotes.PLAIN else quotes.value


def _references(profile: VaultProfile) -> Iterator[tuple[str, str]]:
    total = profile.linked + profile.plain
    names = ", ".join(f"`{name}`" for name, n in profile.headings.items() if n)
    if not names:
        yield _row("references", "no note has a heading of them")
        return
    notes = sum(profile.headings.values())
    yield _row("references", f"{total:,} in {notes:,} notes, under {names}")
    yield _row("", f"{profile.linked:,} linked to a note, {profile.plain:,} plain")
