"""The options that choose a catalogue's engine, and the engine that they mean."""

from __future__ import annotations

import importlib
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
    from refmatter.catalog.engine import EngineOpener

_MIN_MEMORY = 512 * 2**20
_READER_BYTES = 300 * 2**20
"""Memory of a process that reads a dump: 210 MB were measured."""
_ENGINE_SHARE = 0.65
"""The engine's share of a build's memory; Python needs some, and the engine more at times."""


def require_extra(purpose: str) -> None:
    """Raise ConfigError if the extra `catalog` is not installed, needed to `purpose`."""
    try:
        importlib.import_module("refmatter.catalog.duck")
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is not installed, but needed to {purpose}; "
            "pip install 'refmatter[catalog]'"
        ) from error


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for the engine, its memory and its cores to a parser."""
    parser.add_argument(
        "--engine", choices=("duckdb", "spark"), default="duckdb",
        help="the engine for joins and sorting (default: duckdb)",
    )  # fmt: skip
    parser.add_argument(
        "--memory", type=parse_size, metavar="SIZE",
        help="the memory limit on this machine, such as 4GB (default: six tenths of the machine's; "
        "Spark has its own)",
    )  # fmt: skip
    parser.add_argument(
        "--threads",
        type=parse_threads,
        metavar="N",
        help="the number of cores for duckdb (default: all)",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--master", metavar="URL", help="Spark's master (default: this machine)")
    where.add_argument("--remote", metavar="URL", help="a Spark Connect server, sc://...")


def engine_opener(arguments: argparse.Namespace, purpose: str) -> EngineOpener:
    """Return the function that opens the chosen engine in a folder.

    `purpose` is what the engine is needed for, in the error message. Raises ConfigError if an extra
    is not installed, or options contradict each other.
    """
    from functools import partial

    if arguments.engine != "spark":
        if arguments.master or arguments.remote:
            raise ConfigError("`--master` and `--remote` require `--engine spark`")
        require_extra(purpose)
        return partial(_open_duck, memory=arguments.memory, threads=arguments.threads)
    require_extra(purpose)
    try:
        from refmatter.catalog.spark import SparkEngine
    except ImportError as error:
        raise ConfigError(
            f"{error.name} is not installed, but needed for `--engine spark`; "
            "pip install 'refmatter[spark]'"
        ) from error
    return partial(
        SparkEngine, master=arguments.master, remote=arguments.remote, memory=arguments.memory
    )


def _open_duck(folder: Path, memory: int | None, threads: int | None) -> DuckEngine:
    """Open DuckDB in this folder, within this memory (bytes) and on this many cores."""
    from refmatter.catalog.duck import DuckEngine
    from refmatter.worker_pool import usable_cores

    memory_limit = int(memory or _machine_memory() * 0.6)
    cores_used = threads or usable_cores()
    return DuckEngine(
        folder,
        int(memory_limit * _ENGINE_SHARE),
        cores_used,
        max(1, min(cores_used, memory_limit // _READER_BYTES)),
    )


def _machine_memory() -> int:
    """Return the memory of this machine in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def build_progress() -> AbstractContextManager[BuildProgress]:
    """Return a context manager that shows a build's progress, if standard error is a terminal."""
    from contextlib import nullcontext

    from refmatter.catalog.progress_text import BuildSpinner, SilentBuild

    if not sys.stderr.isatty():
        return nullcontext(SilentBuild())
    from rich.console import Console

    return BuildSpinner(Console(stderr=True))


def parse_size(text: str) -> int:
    """Return the bytes in a size such as `4GB` or `512MB`. Raises ArgumentTypeError."""
    import argparse

    units = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
    number, unit = text.rstrip("BGIKMbgikm"), text.upper().lstrip("0123456789.")
    try:
        byte_count = float(number) * units[unit]
    except (ValueError, KeyError) as error:
        raise argparse.ArgumentTypeError(
            f"invalid size: `{text}`, expected one such as 4GB"
        ) from error
    if byte_count < _MIN_MEMORY:
        raise argparse.ArgumentTypeError(f"too small: `{text}`, the minimum is 512MiB")
    return int(byte_count)


def parse_threads(text: str) -> int:
    """Return the number of cores in an argument. Raises ArgumentTypeError."""
    import argparse

    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"invalid number of cores: `{text}`")
    return int(text)
