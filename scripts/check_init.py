"""`init --json` on the shared cases and dialects -> what disagrees with them; 1 if anything does.

    python scripts/check_init.py ../shared --program refmatter

SHARED holds `cases/NN-name/notes` and `dialects/NAME` with `masked` and `truth.json`. In each of
these vaults `init` must count the files, and name no key that no note has. In a dialect the number
of paper notes, the key of each field, how many notes have a value there, the order of keys and the
proposed sign must be those of `truth.json` and of its notes. Of a dialect in TOML, which is left
alone, only the number of files left alone is compared.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

SUFFIXES = (".md", ".markdown")
FIELDS = {
    "authors": "authors", "year": "year", "venue": "venue", "citations": "citation_count",
    "references": "reference_count", "fields": "fields_of_study", "title": "title",
}  # fmt: skip
"""The field that each role of `truth.json` is."""
PAPERS = ("masked", "complete")
EMPTY: tuple[object, ...] = (None, "", "null", "~", [])


def main() -> int:
    """Check all vaults; the exit code."""
    parser = argparse.ArgumentParser(prog="check_init.py")
    parser.add_argument("shared", type=Path, metavar="SHARED", help="the folder of shared files")
    parser.add_argument("--program", default="refmatter", help="the command to check")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only these")
    options = parser.parse_args()
    first, *rest = options.program.split()
    command = (str(Path(shutil.which(first) or first).absolute()), *rest)
    cases = sorted((options.shared / "cases").glob("*/notes"))
    dialects = sorted((options.shared / "dialects").glob("*/truth.json"))
    checked = failed = 0
    for path in (*cases, *dialects):
        if options.only and path.parent.name not in options.only:
            continue
        vault = path.parent / "masked" if path.name == "truth.json" else path
        problems = list(_of_vault(profile := _profile(command, vault), vault))
        if path.name == "truth.json":
            problems += _of_dialect(profile, json.loads(path.read_text("utf-8")), vault)
        checked, failed = checked + 1, failed + bool(problems)
        for problem in problems:
            print(f"{path.parent.name}: {problem}")
    print(f"{checked - failed} of {checked} vaults agree")
    return 1 if failed else 0


def _profile(command: tuple[str, ...], vault: Path) -> Mapping[str, Any]:
    """What `init --json` says of a copy of a vault."""
    with tempfile.TemporaryDirectory(prefix="init-") as folder:
        copy = shutil.copytree(vault, Path(folder) / "v")
        done = subprocess.run(  # noqa: S603 - the command that the caller named
            [*command, "init", str(copy), "--json"], capture_output=True, text=True, check=True
        )
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def _entries(path: Path) -> Mapping[str, Any]:
    """The front matter of a note, with maps in it spread out (`paper.year`); {} if it has none."""
    lines = path.read_text("utf-8-sig", "replace").splitlines()
    ends = [n for n, line in enumerate(lines) if n and line.rstrip() in ("---", "...", "+++")]
    if not ends or lines[0].rstrip() not in ("---", "+++"):
        return {}
    text = "\n".join(lines[1 : ends[0]])
    if lines[0].startswith("+"):
        return dict.fromkeys(line.partition("=")[0].strip() for line in text.splitlines())
    try:
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts only
    except yaml.YAMLError:
        return {line.partition(":")[0]: line.partition(":")[2] for line in text.splitlines()}
    spread: dict[str, Any] = {}
    for key, value in found.items() if isinstance(found, dict) else ():
        inner = value if isinstance(value, dict) else {}
        spread |= {str(key): value, **{f"{key}.{name}": item for name, item in inner.items()}}
    return spread


def _notes(vault: Path) -> dict[str, Mapping[str, Any]]:
    """The front matter of each note, by its path."""
    files = (path for path in sorted(vault.rglob("*")) if path.suffix in SUFFIXES)
    return {path.relative_to(vault).as_posix(): _entries(path) for path in files}


def _keys(profile: Mapping[str, Any]) -> set[str]:
    """The keys that a profile names as the vault's."""
    fields = profile["fields"].values()
    own = profile["schema"]["basis"] == "notes"
    named = {key for each in fields if own for key in each["keys"]}
    return named | {*profile["other_keys"], *(profile["schema"]["order"] if own else ())}


def _of_vault(profile: Mapping[str, Any], vault: Path) -> Iterator[str]:
    """What a profile says that no vault can be like."""
    notes = _notes(vault)
    seen = sum(profile["other_suffixes"].values())
    if profile["files"] - seen != len(notes):
        yield f"{profile['files']} files, not {len(notes)}"
    known = {key for entries in notes.values() for key in entries}
    yield from (f"no note has the key {key}" for key in sorted(_keys(profile) - known))
    sign = profile["proposed_sign"]
    if sign and sign["kind"] == "key":
        times = sum(entries.get(sign["name"]) == sign["value"] for entries in notes.values())
        if times != sign["of_described"] + sign["of_others"]:
            yield f"{sign['name']}: {sign['value']} in {times} notes"


def _of_dialect(profile: Mapping[str, Any], truth: Mapping[str, Any], vault: Path) -> Iterator[str]:
    """What a profile says otherwise than the truth."""
    notes = _notes(vault)
    if truth["toml"]:
        toml = sum(path.read_bytes().startswith(b"+++") for path in vault.rglob("*.md"))
        if profile["other_formats"] != {"TOML": toml}:
            yield f"{profile['other_formats']}, not {toml} files in TOML"
        return
    status = Counter(note["status"] for note in truth["notes"].values())
    least = status["masked"] + status["complete"]
    if not least <= profile["papers"] <= least + status["absent"]:
        yield f"{profile['papers']} paper notes, not {least} (or {status['absent']} more)"
    papers = [notes[path] for path, note in truth["notes"].items() if note["status"] in PAPERS]
    unknown = [notes[path] for path, note in truth["notes"].items() if note["status"] == "absent"]
    yield from _of_fields(profile, truth, papers, unknown)
    yield from _of_order(profile["schema"]["order"], papers)


def _of_fields(
    profile: Mapping[str, Any],
    truth: Mapping[str, Any],
    papers: Iterable[Mapping[str, Any]],
    unknown: Iterable[Mapping[str, Any]],
) -> Iterator[str]:
    """What a profile says of fields otherwise than the truth."""
    own = {
        (FIELDS[field["role"]], ".".join(map(str, field["path"])))
        for note in truth["notes"].values()
        for field in note["fields"]
        if field["role"] in FIELDS and not field["extra"]
    }
    for name, key in sorted(own):
        found = profile["fields"][name]
        if found["keys"][:1] != [key]:
            yield f"{name}: {found['keys']}, not {key}"
            continue
        least = sum(entries.get(key) not in EMPTY for entries in papers)
        most = least + sum(entries.get(key) not in EMPTY for entries in unknown)
        if not least <= found["filled"] <= most:
            yield f"{name}: {found['filled']} filled, not {least} to {most}"
    kept = {*truth["keys"], *(key for _, key in own)}
    for name, found in profile["fields"].items():
        if found["added"] and not kept & set(found["keys"]):
            yield f"{name}: {found['keys']} would be added"


def _of_order(order: Iterable[str], papers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The neighbours in an order that stand the other way round in most notes with both."""
    for first, second in pairwise(order):
        places = [(list(entries).index(first), list(entries).index(second))
                  for entries in papers if first in entries and second in entries]  # fmt: skip
        if 2 * sum(a > b for a, b in places) > len(places):
            yield f"order: {first} before {second}"


if __name__ == "__main__":
    sys.exit(main())
