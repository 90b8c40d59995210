"""What was typed -> the engine of a catalogue, and who watches it at work."""

from __future__ import annotations

import os
import sys

from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager
    from pathlib import Path

    from refmatter.catalog.build import BuildProgress
    from refmatter.catalog.duck import DuckEngine
    from refmatter.catalog.engine import Opening

_LEAST = 512 * 2**20
_READER = 300 * 2**20
"""What a process takes that reads a dump: 210 MB were seen."""
_ENGINE = 0.65
"""The engine's share of a build's memory: Python has its own, and for moments the engine more."""


def needs(what: str) -> None:
    """Raises ConfigError where the extra is not installed."""
    try:
        from refmatter.catalog import duck  # noqa: F401 - whether it can be imported
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is not installed, and {what}; pip install 'refmatter[catalog]'"
        ) from error


def add(parser: argparse.ArgumentParser) -> None:
    """Tell a parser of the options that say which engine works, and where."""
    parser.add_argument(
        "--engine", choices=("duckdb", "spark"), default="duckdb",
        help="the engine for joins and sorting (default: duckdb)",
    )  # fmt: skip
    parser.add_argument(
        "--memory", type=size, metavar="SIZE",
        help="the memory limit on this machine, such as 4GB (default: six tenths of the machine's; "
        "Spark has its own)",
    )  # fmt: skip
    parser.add_argument(
        "--threads", type=number, metavar="N", help="the number of cores for duckdb (default: all)"
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--master", metavar="URL", help="Spark's master (default: this machine)")
    where.add_argument("--remote", metavar="URL", help="a Spark Connect server, sc://...")


def chosen(said: argparse.Namespace, what: str) -> Opening:
    """What opens the engine that was asked for in a folder; `what` is done with it.

    Raises ConfigError where an extra is not installed, or options do not go together.
    """
    from functools import partial

    if said.engine != "spark":
        if said.master or said.remote:
            raise ConfigError("`--master` and `--remote` go with `--engine spark`")
        needs(what)
        return partial(_duck, memory=said.memory, threads=said.threads)
    needs(what)
    try:
        from refmatter.catalog.spark import SparkEngine
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is not installed, and `--engine spark` runs on it; "
            "pip install 'refmatter[spark]'"
        ) from error
    return partial(SparkEngine, master=said.master, remote=said.remote, memory=said.memory)


def _duck(folder: Path, memory: int | None, threads: int | None) -> DuckEngine:
    """DuckDB at work in this folder, within these bytes of memory and on so many cores."""
    from refmatter.catalog.duck import DuckEngine
    from refmatter.worker_pool import usable_cores

    within = int(memory or _machine() * 0.6)
    many = threads or usable_cores()
    return DuckEngine(folder, int(within * _ENGINE), many, max(1, min(many, within // _READER)))


def _machine() -> int:
    """Bytes of memory that the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def watching() -> AbstractContextManager[BuildProgress]:
    """Somebody who shows on a terminal how far it is, and says nothing elsewhere."""
    from contextlib import nullcontext

    from refmatter.catalog.progress_text import SilentBuild, Spinner

    if not sys.stderr.isatty():
        return nullcontext(SilentBuild())
    from rich.console import Console

    return Spinner(Console(stderr=True))


def size(text: str) -> int:
    """A size in bytes, as typed: `4GB`, `512MB`."""
    import argparse

    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
    number, unit = text.rstrip("BGIKMbgikm"), text.upper().lstrip("0123456789.")
    try:
        given = float(number) * units[unit]
    except (ValueError, KeyError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no size, such as 4GB") from error
    if given < _LEAST:
        raise argparse.ArgumentTypeError(f"{text!r} is too little: a build takes 512MiB or more")
    return int(given)


def number(text: str) -> int:
    """How many cores, as typed."""
    import argparse

    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of cores")
    return int(text)
