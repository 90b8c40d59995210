"""The shared cases and dialects -> their figures with a refmatter command; 1 if a limit is missed.

    PYTHONPATH=src:tests python scripts/check_shared.py ../shared --program refmatter

SHARED holds `cases/check.py`, `dialects/check.py` and `data/catalogue/catalogue.jsonl.gz`. The
cases run offline. The dialects run twice, each on fresh copies with a ledger and a cache of its
own and with Semantic Scholar's answers from the tests' stand-in: as a first run without any
configuration made for the vault, and after `init` has written one into it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import scholar
from scholar.exchange import Request
from scholar.server import SERVICES

FIRST, INIT = "first run", "after init"
SECONDS = 300.0
"""How long one command may take."""
FINISHED = (0, 1, 3)
"""Exit codes of a command that came to its end."""
_TABLE = ("form", "meaning", "left", "wrong", "alien", "touched", "body", "others", "broken")
_SEARCH = Request("GET", "/graph/v1/paper/search/match", {"query": "x"}, {}, b"")


@dataclass(frozen=True, slots=True)
class Dialects:
    """What became of all dialects in one way of running them: counts, and the runs that failed."""

    way: str
    counts: Mapping[str, int]
    toml: Mapping[str, int]
    failed: tuple[str, ...]
    table: str

    @property
    def back(self) -> float:
        """The share of masked notes that are back byte for byte."""
        return self.counts["restored"] / max(1, self.counts["masked"])


class CommandError(Exception):
    """A command that did not come to its end; `code` is its exit code, None for none in time."""

    def __init__(self, words: Sequence[str], how: str, code: int | None = None) -> None:
        super().__init__(f"{words[0]}: {how}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Program:
    """The command that is checked, and where its services are."""

    command: tuple[str, ...]
    addresses: Mapping[str, Mapping[str, Any]]

    def __call__(self, words: Sequence[str], vault: Path, home: Path) -> int:
        """Run it in a vault with folders of its own; the exit code. Raises CommandError."""
        env = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
        env |= {
            f"XDG_{kind}_HOME": str(home / kind.lower())
            for kind in ("CACHE", "CONFIG", "DATA", "STATE")
        }
        env |= {"NO_COLOR": "1", "COLUMNS": "160", "NO_PROXY": "127.0.0.1"}
        try:
            done = subprocess.run(  # noqa: S603 - the command that the caller named
                [*self.command, *words],
                cwd=vault, env=env, stdin=subprocess.DEVNULL, timeout=SECONDS,
                capture_output=True, text=True, errors="replace", check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise CommandError(words, f"no end within {SECONDS:.0f} s") from error
        if done.returncode not in FINISHED:
            how = f"exit {done.returncode}: {' '.join(done.stderr.split())[-300:]}"
            raise CommandError(words, how, done.returncode)
        return done.returncode


def main() -> int:
    """Run what was asked for; the exit code."""
    options = _parser().parse_args()
    shared = options.shared.resolve()
    command = absolute(options.program)
    missed = []
    figures: dict[str, Any] = {}
    if "cases" not in options.skip:
        ok, all_ = _cases(shared / "cases" / "check.py", " ".join(command), options)
        figures["cases"] = {"ok": ok, "of": all_}
        if ok < options.min_cases_ok:
            missed.append(f"cases ok: {ok}, at least {options.min_cases_ok}")
    ways = [way for way in (FIRST, INIT) if way.split()[-1] not in options.skip]
    if ways:
        with _services(shared, command, with_catalogue=options.with_catalogue) as program:
            for way in ways:
                done = _dialects(shared / "dialects", program, way, options)
                figures[way] = {**done.counts, "back": round(done.back, 4), "failed": done.failed}
                print(_told(done), flush=True)
                missed += _missed(done, options)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    for each in missed:
        print(f"missed: {each}", file=sys.stderr)
    return 1 if missed else 0


def _missed(done: Dialects, options: argparse.Namespace) -> list[str]:
    """The limits that a way of running the dialects does not keep, in words."""
    toml = done.toml["neither"] + done.toml["touched"]
    limits = (
        ("wrong values", done.counts["wrong"], options.max_wrong),
        ("alien keys", done.counts["alien"], options.max_alien),
        ("untouchable notes touched", done.counts["touched"], options.max_touched),
        ("bodies changed", done.counts["body"], 0),
        ("other keys changed", done.counts["others"] + done.counts["broken"], 0),
        ("TOML notes neither left alone nor filled", toml, 0),
        ("runs that failed", len(done.failed), 0),
    )
    missed = [
        f"{done.way}: {what}: {got}, at most {most}" for what, got, most in limits if got > most
    ]
    if done.back < options.min_back:
        missed.append(f"{done.way}: back: {done.back:.1%}, at least {options.min_back:.1%}")
    return missed


def _told(done: Dialects) -> str:
    head = f"== dialects, {done.way}"
    failed = "".join(f"failed: {each}\n" for each in done.failed)
    return f"{head}\n{done.table}\n{failed}"


# Cases


def _cases(check: Path, program: str, options: argparse.Namespace) -> tuple[int, int]:
    """Run the cases; how many hold, and of how many."""
    command = [sys.executable, str(check), "--refmatter", program, "-j", str(options.jobs)]
    command += ["-v"] if options.verbose else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    print(f"== cases\n{done.stdout}{done.stderr}", flush=True)
    held = re.search(r"^(\d+) ok, .* of (\d+)$", done.stdout, re.MULTILINE)
    if held is None:
        raise SystemExit(f"{check}: no figures; exit {done.returncode}")
    return int(held[1]), int(held[2])


# Dialects


@contextlib.contextmanager
def _services(shared: Path, command: tuple[str, ...], *, with_catalogue: bool) -> Iterator[Program]:
    """The program with Semantic Scholar at the stand-in, and every other service off."""
    interval = interval_key(command)
    with scholar.serve(semantic_scholar(shared)) as server:
        places = addresses(server, interval, ["semantic_scholar"], with_catalogue=with_catalogue)
        yield Program(command, places)


def semantic_scholar(shared: Path) -> scholar.Corpus:
    """Return the works of the shared catalogue that Semantic Scholar knows: where the other
    services are off, their records would only slow down each search."""
    records = scholar.from_catalogue(shared / "data" / "catalogue" / "catalogue.jsonl.gz")
    corpus = scholar.Corpus([record for record in records if record.paper_id is not None])
    SERVICES["semantic_scholar"].answer(corpus, _SEARCH)  # makes its index, before somebody waits
    return corpus


def interval_key(command: Sequence[str]) -> str:
    """Return the command's setting for the least seconds between two requests."""
    schema = subprocess.run(  # noqa: S603 - the command that the caller named
        [*command, "config", "--schema"], capture_output=True, text=True, check=True
    ).stdout
    return "min_interval_seconds" if "min_interval_seconds" in schema else "every"


def addresses(
    server: scholar.Server, interval: str, services: Collection[str], *, with_catalogue: bool
) -> dict[str, dict[str, Any]]:
    """Return the `providers` of a configuration: these services at the stand-in, without any
    wait between two requests, the others off."""
    places: dict[str, dict[str, Any]] = {
        name: {"enabled": True, "base_url": server.url(name), interval: 0}
        if name in services
        else {"enabled": False}
        for name in SERVICES
    }
    return {**places, "catalog": {"enabled": with_catalogue}}


def _dialects(data: Path, program: Program, way: str, options: argparse.Namespace) -> Dialects:
    """Run all dialects in one way, and what their checker says of it."""
    with tempfile.TemporaryDirectory(prefix="dialects-") as temporary:
        folder = options.keep / way.replace(" ", "-") if options.keep else Path(temporary)
        after, homes = folder / "after", folder / "homes"
        shutil.rmtree(folder, ignore_errors=True)
        names = sorted(each.parent.name for each in data.glob("*/truth.json"))
        chosen = [name for name in names if not options.only or name in options.only]

        def one(name: str) -> str | None:
            vault, home = after / name, homes / name
            shutil.copytree(data / name / "masked", vault)
            home.mkdir(parents=True)
            try:
                config = configure(program, vault, home, way)
                program(["enrich", ".", "--config", str(config)], vault, home)
            except CommandError as error:
                return f"{name}: {error}"
            return None

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            failed = tuple(each for each in pool.map(one, chosen) if each)
        result = folder / "result.json"
        command = [sys.executable, str(data / "check.py"), "--data", str(data)]
        command += ["--after", str(after), "--json", str(result)]
        command += ["--details"] if options.verbose else []
        said = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        counted = json.loads(result.read_text())
    counts: Counter[str] = Counter(dict.fromkeys((*_TABLE, "masked", "restored", "untouchable"), 0))
    toml: Counter[str] = Counter(neither=0, touched=0)
    for each in counted.values():
        whole = each.pop("toml")
        (toml if whole else counts).update(each)
    return Dialects(way, counts, toml, failed, said.stdout)


def configure(program: Program, vault: Path, home: Path, way: str) -> Path:
    """Write the configuration of a vault for one way of running; its path. Raises CommandError.

    The addresses come from a file outside of the vault, so that a first run finds no
    configuration there. After `init`, they are put into the one that it wrote.
    """
    ours = {
        "contact": "dialects@example.org",
        "cache": {"dir": str(home / "answers")},
        "ledger": str(home / "refmatter.lock"),
        "providers": program.addresses,
    }
    config = home / "config.yaml"
    if way == INIT:
        program(["init"], vault, home)
    if (vault / "config.yaml").is_file():  # `init` writes none where it finds no notes
        config = vault / "config.yaml"
        made = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
        ours = {**made, **ours, "providers": {**made.get("providers", {}), **program.addresses}}
    config.write_text(yaml.safe_dump(_plain(ours), sort_keys=False, allow_unicode=True))
    return config


def _plain(value: object) -> Any:
    """The value as JSON has it: without mappings of other kinds, and without aliases in YAML."""
    return json.loads(json.dumps(value))


# The command line


def absolute(program: str) -> tuple[str, ...]:
    """The words of a command, its program by its whole path: it runs in other folders."""
    first, *rest = program.split()
    found = shutil.which(first)
    if found is None:
        raise SystemExit(f"{first}: no such program")
    return (str(Path(found).absolute()), *rest)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="check_shared.py", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("shared", type=Path, metavar="SHARED", help="the folder of shared files")
    parser.add_argument("--program", default="refmatter", help="the command to check")
    parser.add_argument(
        "--skip", action="append", default=[], choices=("cases", "run", "init"),
        help="leave out the cases, the first run, or the run after init",
    )  # fmt: skip
    parser.add_argument(
        "--only", action="append", default=[], metavar="DIALECT", help="only these dialects"
    )
    parser.add_argument(
        "--with-catalogue", action="store_true", help="leave the bundled catalogue on"
    )
    parser.add_argument("--min-cases-ok", type=int, default=0, metavar="N")
    parser.add_argument("--max-wrong", type=int, default=0, metavar="N", help="default: 0")
    parser.add_argument("--max-alien", type=int, default=0, metavar="N", help="default: 0")
    parser.add_argument("--max-touched", type=int, default=0, metavar="N", help="default: 0")
    parser.add_argument(
        "--min-back", type=float, default=0.42, metavar="SHARE",
        help="of the masked notes, those back byte for byte; default: 0.42",
    )  # fmt: skip
    parser.add_argument("-j", "--jobs", type=int, default=2, help="so many at once; default: 2")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the vaults there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("-v", "--verbose", action="store_true", help="every shortcoming")
    return parser


if __name__ == "__main__":
    sys.exit(main())
