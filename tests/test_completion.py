"""The completion scripts, by the shells that they are for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from house import House
from refmatter import commands
from refmatter.commands import completion

PRESS = """
source refmatter.bash
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
function=$(complete -p refmatter | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"$function" refmatter "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = House(tmp_path)
    for shell in completion.SHELLS:
        (tmp_path / f"refmatter.{shell}").write_text(made.run("completion", shell).out)
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("shell", completion.SHELLS)
def test_the_shell_reads_its_script(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    done = subprocess.run(
        [shell, "-n", f"refmatter.{shell}"], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_every_command_is_in_every_script(folder: Path, shell: str) -> None:
    text = (folder / f"refmatter.{shell}").read_text()
    for name in commands.subcommands(commands.build_parser()):
        assert name in text
    assert os.fspath(Path(sys.executable).parent) not in text


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["en"], ["enrich"]),
        (["enrich", "--d"], ["--dry-run", "--diff"]),
        (["enrich", "no"], ["notes"]),
        (["enrich", "--create", ""], ["never", "linked", "all"]),
        (["init", "--with", "git"], ["github", "gitlab"]),
        (["doctor", "--off"], ["--offline"]),
        (["completion", ""], list(completion.SHELLS)),
    ],
)
@pytest.mark.usefixtures("folder")
def test_bash_completes(typed: list[str], offered: list[str]) -> None:
    done = subprocess.run(
        ["bash", "-c", PRESS, "bash", "refmatter", *typed],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == offered
