"""The pages that are written from the program tell of all of it, and stand as they are written."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml

from refmatter.config.loading import load
from refmatter.config.sections import ProviderSettings, ServiceSettings, Settings, StepSettings
from refmatter.registry import LADDER, PRECEDENCE, PROVIDERS
from support import ROOT

pytestmark = pytest.mark.unmeasured

CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()


@pytest.mark.parametrize("name", ["configuration", "commands"])
def test_a_page_stands_as_it_is_written(name: str) -> None:
    command = [sys.executable, str(ROOT / "scripts" / f"write_{name}.py")]
    written = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert written == (ROOT / "docs" / f"{name}.md").read_text(), "run `make schema`"


# -- configuration ----------------------------------------------------------------------------


def leaves(said: object, name: str = "") -> dict[str, object]:
    """The keys of config.yaml, dotted, with their defaults."""
    if not isinstance(said, dict) or not said:
        return {name: said}
    below = (leaves(value, f"{name}.{key}".lstrip(".")) for key, value in said.items())
    return {key: value for each in below for key, value in each.items()}


def table(start: str) -> list[list[str]]:
    """The rows whose first cell begins so, cell by cell."""
    lines = [line for line in CONFIGURATION.splitlines() if line.startswith(f"| `{start}")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


DEFAULTS = leaves(Settings().model_dump(mode="json"))
STEP = frozenset(StepSettings.model_fields)
TOLD = {row[0].strip("`"): row for row in table("") if row[0].strip("`") not in {*STEP, *PROVIDERS}}


def test_every_key_is_told_once() -> None:
    services = [name for name, each in ProviderSettings() if isinstance(each, ServiceSettings)]
    spelt_out = [
        name.replace("SERVICE", each)
        for name in TOLD
        for each in (services if "SERVICE" in name else [""])
    ]
    assert sorted(spelt_out) == sorted(DEFAULTS)
    assert {row[0].strip("`") for row in table("")} >= STEP


@pytest.mark.parametrize("name", [name for name in TOLD if "SERVICE" not in name])
def test_a_default_is_told_as_it_is(name: str) -> None:
    said, real = TOLD[name][2], DEFAULTS[name]
    section, _, key = name.rpartition(".")
    if section == "precedence":
        (order,) = [order for field, order in PRECEDENCE.items() if field.value == key]
        assert yaml.safe_load(said.strip("`")) == list(order)
    elif real is None:
        assert said in ("none", "learned", "see below")
    else:
        assert yaml.safe_load(said.strip("`")) == real


def test_each_service_is_told_with_its_own_pace_and_key() -> None:
    for name, provider in PROVIDERS.items():
        (row,) = table(f"{name}`")
        assert row[2] == f"`{provider.INFO.host}`"
        assert row[3].startswith(f"{provider.limits(None, None).min_interval:g} s")
        key = load(None).service(name).api_key_env
        assert row[4] == (f"`{key}`" if key else "takes none")


def test_the_ladder_that_is_told_is_a_config_yaml_of_the_one_that_is_climbed() -> None:
    shown = re.findall(r"```yaml\n(ladder:.*?)```", CONFIGURATION, re.DOTALL)[0]
    said = Settings.model_validate(yaml.safe_load(shown)).ladder
    assert said
    told = [
        (
            each.rung,
            each.ask,
            each.notes_only,
            each.max_misses,
            each.with_previous,
            each.only_fitting,
        )
        for each in said
    ]
    assert told == [(step.rung.value, *step[1:]) for step in LADDER]
