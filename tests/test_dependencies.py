"""pyproject.toml, its lock files, CI and the audit say the same of the dependencies."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
LOCKS = {
    "requirements.lock": ("test", "dev"),
    "requirements-base.lock": (),
    "requirements-lowest.lock": ("test",),
    "requirements-docs.lock": ("docs",),
}
"""Lock file -> the extras it holds, beside what refmatter itself needs."""
ENTRY = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; .+)? \\")

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
RUNTIME = [Requirement(each) for each in PROJECT["dependencies"]]


def named(lock: str) -> dict[str, Requirement]:
    """What pyproject.toml asks for and this lock has to hold, by name."""
    asked = [*RUNTIME, *itertools.chain.from_iterable(map(_extra, LOCKS[lock]))]
    return {canonicalize_name(each.name): each for each in asked}


def _extra(name: str) -> Iterator[Requirement]:
    """What an extra asks for, and the extras that it names."""
    for each in map(Requirement, PROJECT["optional-dependencies"][name]):
        if each.name != "refmatter":
            yield each
        for inner in each.extras if each.name == "refmatter" else ():
            yield from _extra(inner)


def locked(lock: str) -> dict[str, Version]:
    entries = (ENTRY.fullmatch(line) for line in (ROOT / lock).read_text().splitlines())
    return {each["name"]: Version(each["version"]) for each in entries if each}


def entries(lock: str) -> dict[str, str]:
    """The entries of a lock by their first line, without the comments on who needs them."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if line.lstrip()[:1] != "#"]
    blocks = re.split(r"\n(?=[a-z])", "\n".join(lines))
    return {block.partition(" \\")[0]: block for block in blocks}


def bound(requirement: Requirement, operator: str) -> Version:
    (version,) = (each.version for each in requirement.specifier if each.operator == operator)
    return Version(version)


def breaking(version: Version) -> Version:
    """The next version that may break what uses it: the next major, below 1.0 the next minor."""
    return Version(f"{version.major + 1}" if version.major else f"0.{version.minor + 1}")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_what_is_asked_for_and_nothing_that_no_longer_is(lock: str) -> None:
    has, asked = locked(lock), named(lock)
    assert {
        name: has[name] for name, each in asked.items() if has[name] not in each.specifier
    } == {}
    blocks = re.split(r"\n(?=[a-z])", (ROOT / lock).read_text())
    direct = {each.partition("==")[0] for each in blocks if "refmatter (pyproject.toml)" in each}
    assert direct == set(asked)


def test_the_base_lock_is_a_part_of_the_other() -> None:
    """Entry by entry: the same version for the same systems, and the same hashes."""
    base, whole = map(entries, ("requirements-base.lock", "requirements.lock"))
    assert base.items() <= whole.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_nothing_but_versions_and_their_hashes(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    odd = [line for line in lines if not re.match(r" +#|# |    --hash=sha256:[0-9a-f]{64}", line)]
    assert [line for line in odd if not ENTRY.fullmatch(line)] == []
    assert not any("://" in line or "index" in line for line in lines)
    followers = [after for line, after in itertools.pairwise(lines) if "==" in line]
    assert all(after.startswith("    --hash=") for after in followers)


@pytest.mark.parametrize("requirement", RUNTIME, ids=str)
def test_the_bounds_are_the_oldest_and_newest_versions_that_are_tested(
    requirement: Requirement,
) -> None:
    name = canonicalize_name(requirement.name)
    assert locked("requirements-lowest.lock")[name] == bound(requirement, ">=")
    assert breaking(locked("requirements.lock")[name]) == bound(requirement, "<")


def test_ci_tests_both_ends_and_asks_for_advisories() -> None:
    coverage, check = re.findall(r"^check: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert coverage == "COVERAGE := 1"
    assert {"audit", "test", "test-lowest"} <= set(check.split())
    assert "make check" in (ROOT / ".ci/run").read_text()
