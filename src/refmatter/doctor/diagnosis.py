"""Run all checks of `refmatter doctor`, and print them for people and programs."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from refmatter.doctor import configuration, services, stores, vault
from refmatter.doctor.check import Check, CheckKind, State, problem
from refmatter.location import VaultLocation
from refmatter.report.labels import counted
from refmatter.report.screen import Screen
from refmatter.sources import Sources

_COLOURS = {State.OK: "", State.WARNING: "warn", State.PROBLEM: "-"}
_MAX_OF_A_KIND = 5
"""How many of a kind are shown one by one."""
_WIDTH = 80


def examine(location: VaultLocation, *, offline: bool = False) -> list[Check]:
    """Look at everything; with `offline` no service is asked. Nothing is written."""
    config, checks = configuration.configuration(location)
    checks = [configuration.program(), *checks]
    if config is None:
        message = "not checked while the configuration is wrong"
        way_out = "correct config.yaml, then run this again"
        return [*checks, problem("all else", CheckKind.NOT_CHECKED, message, way_out)]
    root = location.root
    path = config.ledger_path(root)
    cache = config.cache_path(root)
    sources = Sources(config, root)
    checks += [] if offline else services.services(sources, config.settings.contact)
    checks += stores.cache(cache)
    lock = stores.at_work(path.parent)
    checks += [stores.ledger(path, root), stores.check_journal(path), lock]
    checks += vault.git(root, path, cache)
    checks += vault.notes(root, config.vault)
    if lock.state is State.OK:  # else they may be in use
        checks += vault.left_over(root)
    return checks


def well(checks: Sequence[Check]) -> bool:
    """Whether there is no problem among them."""
    return all(check.state is not State.PROBLEM for check in checks)


def print_checks(checks: Sequence[Check], screen: Screen) -> None:
    """Print a line for each check, with what to do below it."""
    seen: Counter[str] = Counter()
    for check, after in zip_longest(checks, checks[1:]):
        kind = f"{check.what} {check.state}"
        seen[kind] += 1
        if seen[kind] <= _MAX_OF_A_KIND:
            # What to do about several in a row stands below the last of them.
            is_repeated = (
                after is not None and after.way_out == check.way_out and seen[kind] < _MAX_OF_A_KIND
            )
            _print_check(replace(check, way_out="") if is_repeated else check, screen)
    for kind, times in seen.items():
        if times > _MAX_OF_A_KIND:
            screen.line(f"{'':<9}… and {times - _MAX_OF_A_KIND} more of `{kind}`", "warn")
    states = Counter(check.state for check in checks)
    counts = [counted(n, name) for name in (State.PROBLEM, State.WARNING) if (n := states[name])]
    screen.line()
    screen.line(", ".join(counts) or "all is well", "bold")


def _print_check(check: Check, screen: Screen) -> None:
    first = f"{check.state:<9}{check.what + ':':<18}"
    lines = textwrap.wrap(
        check.message, _WIDTH, initial_indent=first, subsequent_indent=" " * 27,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
    for line in lines or [first]:
        screen.line(line, _COLOURS[check.state])
    for line in textwrap.wrap(
        check.way_out, _WIDTH, initial_indent=f"{'':<24}-> ", subsequent_indent=" " * 27,
        break_on_hyphens=False, break_long_words=False,
    ):  # fmt: skip
        screen.line(line, "" if check.state is not State.OK else "dim")


def as_json(checks: Sequence[Check]) -> str:
    """Return the same for machines: an object with `well`, and `checks` as a list of objects."""
    rows = [
        {
            "what": check.what,
            "state": check.state,
            "kind": check.kind,
            "message": check.message,
            "way_out": check.way_out,
        }
        for check in checks
    ]
    return json.dumps({"well": well(checks), "checks": rows}, indent=2, ensure_ascii=False) + "\n"
