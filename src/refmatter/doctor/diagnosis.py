"""Place -> `refmatter doctor`: everything that is looked at, told to people and machines."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from refmatter.doctor import configuration, services, stores, vault
from refmatter.doctor.check import Check, State, problem
from refmatter.location import VaultLocation
from refmatter.report.labels import counted
from refmatter.report.screen import Screen

_COLOURS = {State.OK: "", State.WARNING: "warn", State.PROBLEM: "-"}
_SHOWN = 5
"""How many of a kind are told one by one."""
_WIDTH = 80


def examine(place: VaultLocation, *, offline: bool = False) -> list[Check]:
    """Look at everything; with `offline` no service is asked. Nothing is written."""
    config, checks = configuration.configuration(place)
    checks = [configuration.program(), *checks]
    if config is None:
        told = "not looked at while the configuration is wrong"
        return [*checks, problem("all else", told, "mend config.yaml, then run this again")]
    root = place.root
    path = config.ledger_path(root)
    checks += [] if offline else services.services(config)
    checks += stores.cache(config.cache_path(root))
    lock = stores.at_work(path.parent)
    checks += [stores.ledger(path, root), stores.past(path), lock]
    checks += vault.git(root, config)
    checks += vault.notes(root, config)
    if lock.state is State.OK:  # else they may be in use
        checks += vault.left_over(root)
    return checks


def well(checks: Sequence[Check]) -> bool:
    """Whether there is no problem among them."""
    return all(each.state is not State.PROBLEM for each in checks)


def show(checks: Sequence[Check], screen: Screen) -> None:
    """A line for each, with the way out below it."""
    told: Counter[str] = Counter()
    for each, after in zip_longest(checks, checks[1:]):
        kind = f"{each.what} {each.state}"
        told[kind] += 1
        if told[kind] <= _SHOWN:
            # What is to be done about several in a row is said below the last of them.
            again = after is not None and after.way_out == each.way_out and told[kind] < _SHOWN
            _tell(replace(each, way_out="") if again else each, screen)
    for kind, times in told.items():
        if times > _SHOWN:
            screen.line(f"{'':<9}… and {times - _SHOWN} more of `{kind}`", "warn")
    states = Counter(each.state for each in checks)
    counts = [counted(n, name) for name in (State.PROBLEM, State.WARNING) if (n := states[name])]
    screen.line()
    screen.line(", ".join(counts) or "all is well", "bold")


def _tell(each: Check, screen: Screen) -> None:
    first = f"{each.state:<9}{each.what + ':':<18}"
    lines = textwrap.wrap(
        each.told, _WIDTH, initial_indent=first, subsequent_indent=" " * 27,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
    for line in lines or [first]:
        screen.line(line, _COLOURS[each.state])
    for line in textwrap.wrap(
        each.way_out, _WIDTH, initial_indent=f"{'':<24}-> ", subsequent_indent=" " * 27,
        break_on_hyphens=False, break_long_words=False,
    ):  # fmt: skip
        screen.line(line, "" if each.state is not State.OK else "dim")


def as_json(checks: Sequence[Check]) -> str:
    """The same for machines: an object with `well`, and `checks` as a list of objects."""
    rows = [
        {"what": each.what, "state": each.state, "told": each.told, "way_out": each.way_out}
        for each in checks
    ]
    return json.dumps({"well": well(checks), "checks": rows}, indent=2, ensure_ascii=False) + "\n"
