"""The recipes: readable, safe with odd names, and nothing but commands that the program takes."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from refmatter import __version__, commands
from refmatter.errors import ConfigError
from refmatter.setup.recipes import RECIPES, command, read_template, recipe_files

ODD = """it's 50% "of" $HOME: #1"""


def text(name: str, root: Path, goal: str) -> str:
    files, _ = recipe_files(name, root, root)
    (found,) = [each.text for each in files if each.path.name == goal]
    return found


def test_the_command_takes_those_that_there_are() -> None:
    assert tuple(RECIPES) == commands.init.RECIPES


def test_every_template_is_used_and_filled(tmp_path: Path) -> None:
    folder = Path(commands.__file__).parents[1] / "data" / "recipes"
    used = {source for recipe in RECIPES.values() for source in recipe.files}
    assert used == {each.name for each in folder.iterdir()}
    for name in RECIPES:
        files, after = recipe_files(name, tmp_path, tmp_path)
        assert after
        for each in files:
            assert each.path.is_relative_to(tmp_path)
            assert not re.search(r"@[A-Z]+@", each.text)
            assert each.text.endswith("\n")


def _scripts(said: object) -> list[str]:
    """Every piece of shell in a workflow."""
    if isinstance(said, dict):
        own = [v for k, v in said.items() if k in ("run", "entry") and isinstance(v, str)]
        lists = [line for k, v in said.items() if str(k).endswith("script") for line in v]
        return own + lists + [s for v in said.values() for s in _scripts(v)]
    if isinstance(said, list):
        return [s for v in said for s in _scripts(v)]
    return []


@pytest.mark.parametrize(
    ("name", "goal"),
    [("github", "refmatter.yml"), ("gitlab", "refmatter.yml"),
     ("pre-commit", ".pre-commit-config.yaml")],
)  # fmt: skip
def test_a_workflow_runs_commands_that_are_known(name: str, goal: str, tmp_path: Path) -> None:
    scripts = _scripts(yaml.safe_load(text(name, tmp_path, goal)))
    ran = [
        found
        for script in scripts
        for found in re.findall(r"refmatter (?:enrich|check)[^>|;\n]*", script)
    ]
    assert ran
    for line in ran:
        assert commands.parse_arguments(shlex.split(line)[1:]).run in (
            commands.enrich.run,
            commands.check.run,
        )
    for script in scripts:
        done = subprocess.run(["bash", "-n"], input=script, text=True, check=False,
                              capture_output=True)  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), script


def test_github_is_pinned_has_few_rights_and_keeps_the_cache(tmp_path: Path) -> None:
    said = yaml.safe_load(text("github", tmp_path, "refmatter.yml"))
    assert said["permissions"] == {}
    assert said["env"]["REFMATTER"] == f"refmatter=={__version__}"
    check, complete = said["jobs"]["check"], said["jobs"]["complete"]
    assert check["permissions"] == {"contents": "read"}
    assert complete["permissions"] == {"contents": "write", "pull-requests": "write"}
    steps = [*check["steps"], *complete["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40}", each) for each in used)
    (restored,) = [s for s in steps if "cache/restore" in s.get("uses", "")]
    (saved,) = [s for s in steps if "cache/save" in s.get("uses", "")]
    assert saved["if"] == "always()"
    assert saved["with"]["path"] == restored["with"]["path"]
    assert saved["with"]["key"].startswith(restored["with"]["restore-keys"])
    # Nothing that others can write is put into a script but through the environment.
    assert not any("${{" in step.get("run", "") for step in steps)


def test_the_folder_is_told_from_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    root = tmp_path / ODD
    root.mkdir()
    (made_file,) = recipe_files("github", root, root)[0]
    assert made_file.path == tmp_path / ".github/workflows/refmatter.yml"
    assert yaml.safe_load(made_file.text)["env"]["NOTES"] == ODD
    (hook,) = recipe_files("pre-commit", root, root)[0]
    assert yaml.safe_load(hook.text)["repos"][0]["hooks"][0]["args"] == [ODD]


def test_cron_gets_a_line_that_a_shell_reads_as_meant(tmp_path: Path) -> None:
    root = tmp_path / ODD
    line = text("cron", root, "refmatter.cron")
    assert re.search(r"(?<!\\)%", line) is None
    ran = shlex.split(line.replace("\\%", "%").split(maxsplit=5)[5])
    assert ran == [*command(), "nightly", str(root)]
    assert commands.parse_arguments(ran[len(command()) :]).budget == 50


def test_systemd_gets_a_command_that_it_reads_as_meant(tmp_path: Path) -> None:
    root = tmp_path / ODD
    unit = configparser.RawConfigParser(strict=True)
    unit.read_string(text("systemd", root, "refmatter.service"))
    line = unit["Service"]["ExecStart"].replace("%%", "%").replace("$$", "$")
    assert shlex.split(line)[-2:] == ["nightly", str(root)]
    assert unit["Service"]["SuccessExitStatus"] == str(commands.INCOMPLETE)
    timer = configparser.RawConfigParser(strict=True)
    timer.read_string(read_template("refmatter.timer"))
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for each in recipe_files("systemd", tmp_path, tmp_path)[0]:
        (tmp_path / each.path.name).write_text(each.text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "refmatter.service", "refmatter.timer"],
        cwd=tmp_path, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_what_no_file_can_hold_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\bcron\b"):
        recipe_files("cron", tmp_path / "a\nb", tmp_path)


def test_no_link_leads_out_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    root = tmp_path / "vault"
    root.mkdir()
    (root / ".github").symlink_to(tmp_path / "out")
    with pytest.raises(ConfigError, match=r"\blink\b"):
        recipe_files("github", root, root)
