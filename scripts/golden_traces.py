"""What a refmatter command asks, writes and decides on fixed vaults; how two such traces differ.

    export PYTHONPATH=src:tests
    python -m scripts.golden_traces record OLD --program refmatter
    python -m scripts.golden_traces compare OLD NEW

A trace is a JSON file, one for each run of the command on a vault. It holds
- `commands`: what was run, and the exit codes;
- `requests`: for each service what the stand-in received, as rounds. Requests one after the other
  to the same endpoint are one round, and a round is sorted: the order in it is free. Questions of
  two kinds may be under way at once, so that another order of rounds is only counted;
- `notes`: the SHA-256 of every file of the vault, and of the small vaults its text;
- `decisions`: the lines of the ledger as data;
- `report`: the counts of the JSON report, the changes, and the titles that are left;
- `reasons`: the sentences of the ledger. They are compared too, but a difference is only counted.

`NAMES` maps the names that the command's files may have to those of a trace, so that commands
that call the same thing by another name have the same trace. What is left out, and why:
- headers, addresses and days: they differ from run to run;
- requests to a service that is out of order, and their count: how many are under way before the
  command gives the service up is a matter of time;
- the caches, the journal and `config.yaml`, whose names may change while what they do does not;
- the digests in the ledger: how they are made is the command's own affair.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import difflib
import hashlib
import importlib.util
import json
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import yaml
from benchmarks.large import Large
from benchmarks.library import Library, stocked
from benchmarks.vaults import Dialect, vault
from scripts.check_shared import (
    FIRST,
    INIT,
    CommandError,
    Program,
    absolute,
    addresses,
    configure,
    interval_key,
    semantic_scholar,
)

import scholar
from scholar import Entry
from scholar.limits import Cause
from scholar.server import SERVICES

NAMES: Mapping[str, Mapping[str, str]] = {
    "keys": {
        "said": "values",
        "by": "method",
        "asked": "queries",
        "rivals": "candidates",
        "named": "matched_title",
        "rule": "matcher_version",
        "checked": "last_checked",
        "ids": "identifiers",
        "rung": "method",
    },
    "methods": {
        "titles": "title_batch",
        "title": "title_search",
        "citing": "citing_references",
        "namesakes": "same_title_search",
        "lists": "compare_references",
    },
}
"""Earlier names of keys, and of the ways of looking a work up, and what they are in a trace."""
DAYS = frozenset({"fetched", "last_checked"})
SENTENCES = ("reason", "remarks", "differences")
REPORTED = (
    "notes", "fields", "titles", "references", "requests", "changed", "ambiguous", "not_found",
    "not_checked",
)  # fmt: skip
"""The parts of a report that a trace has."""
LISTED = 20
"""Differences that are told with detail; of the others only where they are."""
LINES = 12
"""Lines of a difference's detail."""
NOTES, REFERENCES = 300, 10
"""The benchmark's vault: so many notes, each with so many references."""
LARGE = 500
"""Notes of the vault that earlier runs have completed."""
LEDGER = "refmatter.lock"
CHOSEN = "chosen.txt"
"""In a group's folder: which vaults alone were recorded."""
ENRICH = ("enrich", "notes")
FAULTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "all-well": (),
    "semantic-scholar-refuses": (("semantic_scholar", "refuse"),),
    "openalex-garbage": (("openalex", "garbage"),),
}
"""What is wrong with the services while a vault is completed."""

Trace: TypeAlias = dict[str, Any]
Task: TypeAlias = tuple[str, Callable[[], Sequence[Trace]]]
"""A vault's name, and what makes the traces of the runs on it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in a trace where two recordings differ, and how, line by line."""

    place: str
    detail: tuple[str, ...] = ()
    free: bool = False


# Recording


@dataclass(frozen=True, slots=True)
class Bench:
    """What a command is run on: the works that the services know, what makes the folder `notes`
    in a place, and what is wrong with the services; `whole` keeps the notes' texts."""

    corpus: scholar.Corpus
    fill: Callable[[Path], None]
    faults: Sequence[tuple[str, str]] = ()
    with_catalogue: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """Commands that were run with their exit codes, what the services received, the reports."""

    commands: Sequence[tuple[Sequence[str], int]]
    log: Sequence[Entry] = ()
    reports: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Recorder:
    """The command that is recorded, and what it is run on."""

    command: tuple[str, ...]
    shared: Path
    interval: str

    def cases(self) -> Iterator[Task]:
        """Yield the shared cases, offline, as their own checker runs them."""
        folder = self.shared / "cases"
        checker = _module(folder / "check.py")
        for case in sorted(folder.glob("*/case.json")):
            yield case.parent.name, partial(self._case, checker, case)

    def _case(self, checker: ModuleType, case: Path) -> Sequence[Trace]:
        with tempfile.TemporaryDirectory(prefix="case-") as temporary:
            place = Path(temporary)
            data = json.loads(case.read_text(encoding="utf-8"))
            run = checker.Run(data, case.parent, place, list(self.command), None)
            commands = [list(words) for words in checker.commands(data)]
            ran = Ran(list(zip(commands, run.codes, strict=True)), (), run.reports)
            return [trace(place, run.notes, ran, whole=True)]

    def dialects(self) -> Iterator[Task]:
        """Yield the shared dialects, masked, both ways of running them."""
        folder = self.shared / "dialects"
        corpus = semantic_scholar(self.shared)
        for way in (FIRST, INIT):
            for truth in sorted(folder.glob("*/truth.json")):
                name = truth.parent.name
                yield f"{name} {way}", partial(self._dialect, corpus, folder / name, way)

    def _dialect(self, corpus: scholar.Corpus, folder: Path, way: str) -> Sequence[Trace]:
        with (
            tempfile.TemporaryDirectory(prefix="dialect-") as temporary,
            scholar.serve(corpus) as server,
        ):
            place = Path(temporary)
            notes = place / "notes"
            shutil.copytree(folder / "masked", notes)
            program = self._program(server, ["semantic_scholar"])
            config = configure(program, notes, place, way)
            words = ["enrich", ".", "--config", str(config)]
            runs = Runs(program, server, place, notes, whole=True)
            return [runs.run(words, notes), runs.run(words, notes)]

    def seeds(self) -> Iterator[Task]:
        """Yield the seeds, offline and with all services."""
        corpus = self._library().corpus
        seeds = self.shared / "seeds"

        def fill(place: Path) -> None:
            shutil.copytree(seeds, place / "notes")

        services = Bench(corpus, fill, whole=True)
        both = dataclasses.replace(services, with_catalogue=True)
        offline, create = [*ENRICH, "--offline"], [*ENRICH, "--create", "all"]
        yield "offline", partial(self._runs, both, offline, offline)
        yield "services", partial(self._runs, services, ENRICH, ENRICH)
        yield "both", partial(self._runs, both, ENRICH, ENRICH)
        yield "create", partial(self._runs, services, create, create)

    def ladder(self) -> Iterator[Task]:
        """Yield the ladder's vault of bare notes, with all services well and with some not."""
        library = self._library()
        made = vault(library, NOTES, REFERENCES)
        library.corpus.references, library.corpus.elided = dict(made.references), set(made.elided)

        def fill(place: Path) -> None:
            made.write(place / "notes")

        for name, faults in FAULTS.items():
            bench = Bench(library.corpus, fill, faults)
            more = [] if faults else [[*ENRICH, "--refresh"]]
            yield name, partial(self._runs, bench, ENRICH, ENRICH, *more)

    def later(self) -> Iterator[Task]:
        """Yield the ladder's vault in the later dialect, whose notes have identifiers."""
        library = self._library()
        made = vault(library, NOTES // 2, REFERENCES, Dialect.LATER, seed=2)
        library.corpus.references, library.corpus.elided = dict(made.references), set(made.elided)

        def fill(place: Path) -> None:
            made.write(place / "notes")

        yield "later", partial(self._runs, Bench(library.corpus, fill), ENRICH, ENRICH)

    def scale(self) -> Iterator[Task]:
        """Yield the vault that earlier runs have completed, and one where they left titles."""
        corpus = self._library().corpus
        for name, settled in (("settled", True), ("unsettled", False)):
            bench = Bench(corpus, Large(LARGE, settled=settled).write)
            yield name, partial(self._runs, bench, ENRICH, ENRICH)

    def _runs(self, bench: Bench, *commands: Sequence[str]) -> Sequence[Trace]:
        """The traces of some commands, one after the other, on a vault of its own."""
        with (
            tempfile.TemporaryDirectory(prefix="vault-") as temporary,
            scholar.serve(bench.corpus) as server,
        ):
            place = Path(temporary)
            bench.fill(place)
            for service, kind in bench.faults:
                server.fault(service, kind)
            program = self._program(server, tuple(SERVICES), with_catalogue=bench.with_catalogue)
            settings = {
                "contact": "golden@example.org",
                "cache": {"dir": str(place / "answers")},
                "providers": program.addresses,
            }
            config = place / "config.yaml"
            config.write_text(yaml.safe_dump(settings, sort_keys=False))
            runs = Runs(program, server, place, place / "notes", whole=bench.whole)
            return [runs.run([*words, "--config", str(config)], place) for words in commands]

    def _program(
        self, server: scholar.Server, services: Sequence[str], *, with_catalogue: bool = False
    ) -> Program:
        places = addresses(server, self.interval, services, with_catalogue=with_catalogue)
        # A service's settings twice the same are no alias in YAML.
        return Program(self.command, json.loads(json.dumps(places)))

    def _library(self) -> Library:
        """The works that all services know, each only part of them."""
        if self.shared not in _LIBRARIES:
            catalogue = self.shared / "data" / "catalogue" / "catalogue.jsonl.gz"
            library = stocked("shared", scholar.from_catalogue(catalogue))
            library.warm()
            _LIBRARIES[self.shared] = library
        return _LIBRARIES[self.shared]


_LIBRARIES: dict[Path, Library] = {}
GROUPS: Mapping[str, Callable[[Recorder], Iterator[Task]]] = {
    "cases": Recorder.cases,
    "dialects": Recorder.dialects,
    "seeds": Recorder.seeds,
    "ladder": Recorder.ladder,
    "later": Recorder.later,
    "scale": Recorder.scale,
}


@dataclass(frozen=True, slots=True)
class Runs:
    """A vault with a stand-in of its own, on which a command is run once or more."""

    program: Program
    server: scholar.Server
    place: Path
    notes: Path
    whole: bool

    def run(self, words: Sequence[str], folder: Path) -> Trace:
        """Run the command in a folder, and return the trace of it."""
        before = len(self.server.log)
        report = self.place / "report.json"
        report.unlink(missing_ok=True)
        try:
            code = self.program([*words, "--json", str(report)], folder, self.place)
        except CommandError as error:
            if error.code is None:  # too slow a machine is no trace
                raise
            code = error.code
        reports = [json.loads(report.read_text(encoding="utf-8"))] if report.exists() else []
        shown = [word for word in words if not word.startswith("/")]
        ran = Ran([(shown, code)], self.server.log[before:], reports)
        return trace(self.place, self.notes, ran, whole=self.whole)


def trace(place: Path, notes: Path, ran: Ran, *, whole: bool) -> Trace:
    """Return the trace of what was done in a place, which holds the notes and the ledger."""
    ledgers = sorted(place.rglob(LEDGER))
    lines = [json.loads(row) for path in ledgers for row in path.read_text().splitlines() if row]
    decisions, reasons = read_ledger(lines)
    failing = {entry.service for entry in ran.log if entry.cause is Cause.FAULT}
    return {
        "commands": [{"words": list(words), "exit": code} for words, code in ran.commands],
        "requests": rounds(ran.log),
        "notes": _files(notes, whole=whole),
        "decisions": decisions,
        "report": [_report(report, failing) for report in ran.reports],
        "reasons": reasons,
    }


def _files(notes: Path, *, whole: bool) -> dict[str, dict[str, str]]:
    """What the files of a vault hold, but for the program's own."""
    found = {}
    for path in sorted(notes.rglob("*")):
        name = path.relative_to(notes)
        own = any(part.startswith(".refmatter") for part in name.parts)
        if own or not path.is_file() or name.name in (LEDGER, "config.yaml"):
            continue
        data = path.read_bytes()
        found[name.as_posix()] = {"sha256": hashlib.sha256(data).hexdigest()}
        if whole:
            found[name.as_posix()]["text"] = data.decode("utf-8", "backslashreplace")
    return found


def rounds(log: Sequence[Entry]) -> dict[str, list[dict[str, Any]]]:
    """Return the requests of each service in rounds: those one after the other to the same
    endpoint, sorted."""
    found: dict[str, list[dict[str, Any]]] = {}
    answered = (entry for entry in log if entry.cause is not Cause.FAULT)
    for entry in sorted(answered, key=lambda entry: entry.at):
        request = {
            "method": entry.method,
            "path": entry.path,
            "query": dict(sorted(entry.params.items())),
            "body": entry.body.decode("utf-8", "backslashreplace"),
        }
        endpoint = _endpoint(entry)
        of_service = found.setdefault(entry.service, [])
        if not of_service or of_service[-1]["endpoint"] != endpoint:
            of_service.append({"endpoint": endpoint, "requests": []})
        of_service[-1]["requests"].append(request)
    for of_service in found.values():
        for one_round in of_service:
            one_round["requests"].sort(key=_as_text)
    return dict(sorted(found.items()))


def _endpoint(entry: Entry) -> str:
    """What kind of question a request is: its path without identifiers, the names of its
    parameters, and of a filter which properties it is about."""
    path = "/".join(
        part if re.fullmatch(r"v\d|[a-z]*", part) else "*" for part in entry.path.split("/")
    )
    names = sorted(entry.params)
    kinds = re.findall(r"(?:^|,)([a-z_.]+):", entry.params.get("filter", ""))
    return " ".join([entry.method, path, "&".join(names), *sorted(set(kinds))]).rstrip()


# The files of the command, as data of a trace


def read_ledger(lines: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the decisions in the lines of a ledger by their keys, and the sentences."""
    decisions: dict[str, Any] = {}
    reasons: dict[str, Any] = {}
    for line in lines:
        row = _renamed(line)
        key = row.pop("key")
        reasons[key] = {name: row.pop(name) for name in SENTENCES if name in row}
        row["values"] = _values(row.get("values", []))
        row["queries"] = sorted(_query(query) for query in row.get("queries", []))
        row["hints"] = bool(row.get("hints"))
        row["written"] = {
            note: {field: _ownership(mark) for field, mark in sorted(marks.items())}
            for note, marks in sorted(row.get("written", {}).items())
        }
        row["candidates"] = sorted(row.get("candidates", []), key=_as_text)
        if sentences := [one.pop("differences", []) for one in row["candidates"]]:
            reasons[key]["candidates"] = sentences
        decisions[key] = dict(sorted(row.items()))
    return dict(sorted(decisions.items())), dict(sorted(reasons.items()))


def _renamed(value: Any) -> Any:
    """The value with the names of a trace, without days."""
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    row = {NAMES["keys"].get(name, name): _renamed(item) for name, item in value.items()}
    if isinstance(row.get("method"), str):
        row["method"] = NAMES["methods"].get(row["method"], row["method"])
    return {name: item for name, item in row.items() if name not in DAYS}


def _values(groups: Any) -> dict[str, Any]:
    """The values by field, each with where it is from; grouped by that in a ledger, or not."""
    if isinstance(groups, dict):
        return dict(sorted(groups.items()))
    found: dict[str, Any] = {}
    for group in groups:
        source = {name: item for name, item in group.items() if name != "values"}
        found |= {name: {**source, "value": value} for name, value in group["values"].items()}
    return dict(sorted(found.items()))


def _query(query: Any) -> str:
    """A query as one text: who was asked, how, and about what."""
    parts = (
        query.split("/", 2) if isinstance(query, str) else [str(part) for part in query.values()]
    )
    return "/".join(
        [parts[0], *(NAMES["methods"].get(part, part) for part in parts[1:2]), *parts[2:]]
    )


def _ownership(mark: Any) -> str:
    """Whose a value in a note is: ours, ours with its key, or a person's by now."""
    text = mark if isinstance(mark, str) else _as_text(mark)
    if text.startswith("~"):
        return "theirs"
    return "added" if "+" in text else "ours"


def _report(report: Mapping[str, Any], failing: Collection[str]) -> dict[str, Any]:
    row = _without_sentences(_renamed({name: report[name] for name in REPORTED if name in report}))
    counts = row.get("requests", {}).items()
    row["requests"] = {name: count for name, count in counts if name not in failing}
    row["outages"] = sorted(report.get("outages", ()))
    return dict(sorted(row.items()))


def _without_sentences(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_sentences(item) for item in value]
    if isinstance(value, dict):
        items = value.items()
        return {name: _without_sentences(v) for name, v in items if name not in SENTENCES}
    return value


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


# Comparing


def compare(old: Path, new: Path) -> tuple[list[Difference], list[str]]:
    """Return the differences between two recordings, and what only one was to have. Raises
    SystemExit where they have no group in common."""
    groups = [{path.name for path in folder.iterdir() if path.is_dir()} for folder in (old, new)]
    if not groups[0] & groups[1]:
        raise SystemExit(f"{old}, {new}: no group that both have")
    found, skipped = [], sorted(groups[0] ^ groups[1])
    for group in sorted(groups[0] & groups[1]):
        chosen = any((folder / group / CHOSEN).exists() for folder in (old, new))
        names = {path.name for folder in (old, new) for path in (folder / group).glob("*.json")}
        for name in sorted(names):
            files = [folder / group / name for folder in (old, new)]
            place = f"{group}/{name.removesuffix('.json')}"
            missing = [path for path in files if not path.exists()]
            if missing and chosen:
                skipped.append(place)
            elif missing:
                found.append(Difference(f"{place}: not in {missing[0].parents[1]}"))
            else:
                before, after = (json.loads(path.read_text(encoding="utf-8")) for path in files)
                found += [
                    dataclasses.replace(one, place=f"{place}: {one.place}")
                    for one in differences(before, after)
                ]
    return found, skipped


def differences(old: Trace, new: Trace) -> Iterator[Difference]:
    """Yield where two traces of a run differ."""
    for part in sorted(old.keys() | new.keys()):
        before, after = old.get(part), new.get(part)
        if before == after:
            continue
        if part == "requests":
            yield from _other_requests(before or {}, after or {})
        elif isinstance(before, dict) and isinstance(after, dict):
            for key in sorted(before.keys() | after.keys()):
                if before.get(key) != after.get(key):
                    lines = _lines(before.get(key), after.get(key))
                    yield Difference(f"{part}: {key}", lines, free=part == "reasons")
        else:
            yield Difference(part, _lines(before, after))


def _other_requests(
    old: Mapping[str, Sequence[Mapping[str, Any]]], new: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Iterator[Difference]:
    for service in sorted(old.keys() | new.keys()):
        before, after = old.get(service, []), new.get(service, [])
        if before == after:
            continue
        gone, come = _requests(before) - _requests(after), _requests(after) - _requests(before)
        lines = [f"- {text}" for text in gone.elements()] + [
            f"+ {text}" for text in come.elements()
        ]
        free = not lines
        if free:
            lines = ["the same requests in other rounds", *_lines(_sizes(before), _sizes(after))]
        yield Difference(f"requests: {service}", tuple(lines), free)


def _requests(found: Sequence[Mapping[str, Any]]) -> Counter[str]:
    return Counter(_as_text(request) for one_round in found for request in one_round["requests"])


def _sizes(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{len(one_round['requests'])} x {one_round['endpoint']}" for one_round in found]


def _lines(old: Any, new: Any) -> tuple[str, ...]:
    """How two values differ, line by line."""
    if isinstance(old, dict) and isinstance(new, dict) and "text" in old and "text" in new:
        old, new = old["text"], new["text"]
    return tuple(difflib.unified_diff(_shown(old), _shown(new), n=0, lineterm=""))[2:]


def _shown(value: Any) -> list[str]:
    if value is None or isinstance(value, str):
        return (value or "").splitlines()
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).splitlines()


# The command line


def main(arguments: Sequence[str] | None = None) -> int:
    """Record or compare; the exit code, 1 where recordings differ."""
    options = _parser().parse_args(arguments)
    if options.action == "record":
        return _record(options)
    found, skipped = compare(options.old, options.new)
    if skipped:
        print(f"not compared, since only one recording has them: {', '.join(skipped)}")
    failing = [one for one in found if not one.free]
    for number, one in enumerate(failing):
        print(one.place)
        for line in one.detail[:LINES] if number < LISTED else ():
            print(f"    {line}")
    print(f"{len(failing)} differences; {len(found) - len(failing)} reasons or rounds that differ")
    return 1 if failing else 0


def _record(options: argparse.Namespace) -> int:
    command = absolute(options.program)
    recorder = Recorder(command, options.shared.resolve(), interval_key(command))
    for choice in options.only or GROUPS:
        begun = time.monotonic()
        group, _, beginning = choice.partition("/")
        folder = options.folder / group
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if beginning:
            (folder / CHOSEN).write_text(f"{beginning}\n")
        count = 0
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            tasks = [task for task in GROUPS[group](recorder) if task[0].startswith(beginning)]
            traced = pool.map(lambda task: task[1](), tasks)
            for (name, _), traces in zip(tasks, traced, strict=True):
                for number, one in enumerate(traces, 1):
                    path = folder / f"{name.replace(' ', '-')}.{number}.json"
                    path.write_text(json.dumps(one, ensure_ascii=False, indent=1) + "\n")
                    count += 1
        print(f"{choice}: {count} runs, {time.monotonic() - begun:.0f} s", flush=True)
    return 0


def _choice(text: str) -> str:
    """A group, or the beginning of its vaults' names behind it, as the command line has it."""
    if text.partition("/")[0] not in GROUPS:
        raise argparse.ArgumentTypeError(f"{text!r}: the groups are {', '.join(GROUPS)}")
    return text


def _module(path: Path) -> ModuleType:
    """The module of a file that is in no package."""
    spec = importlib.util.spec_from_file_location("shared_cases", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path}: is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="golden_traces", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True)
    record = actions.add_parser("record", help="run the command, and write its traces")
    record.add_argument("folder", type=Path, metavar="FOLDER", help="where the traces go")
    record.add_argument("--program", default="refmatter", help="the command to record")
    record.add_argument("--shared", type=Path, default=Path("../shared"), metavar="FOLDER")
    record.add_argument(
        "--only",
        nargs="+",
        default=[],
        type=_choice,
        metavar="GROUP[/VAULT]",
        help=f"only these groups ({', '.join(GROUPS)}), or of one the vaults that begin so",
    )
    record.add_argument("-j", "--jobs", type=int, default=2, help="so many at once; default: 2")
    comparing = actions.add_parser("compare", help="say how two recordings differ")
    comparing.add_argument("old", type=Path, metavar="OLD")
    comparing.add_argument("new", type=Path, metavar="NEW")
    return parser


if __name__ == "__main__":
    sys.exit(main())
