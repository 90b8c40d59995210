"""What CI runs: the action's own commands, by hand, in a repository with the seeds; the hooks."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from scripts.write_examples import EXAMPLES, example

from refmatter import commands
from support import ROOT, absent

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
RUN, PULL_REQUEST = "Run", "Open or renew the pull request"
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
BRANCH = "refmatter/complete"

GH = """\
#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
case "$1 $2" in
  "pr list") cat "$GH_OPEN" ;;
  "pr create") echo 7 > "$GH_OPEN" ;;
esac
"""

pytestmark = [
    pytest.mark.skipif(not shutil.which("git"), reason="there is no git here"),
    pytest.mark.unmeasured,
]


def script(name: str) -> str:
    (found,) = [step["run"] for step in STEPS if step.get("name") == name]
    return str(found)


@dataclass(frozen=True, slots=True)
class Job:
    """A checkout with an origin, and the environment that a runner gives to a step."""

    folder: Path
    environment: dict[str, str]

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        said = {"NOTES": "notes", "MODE": "check", "ARGS": "", "GH_TOKEN": "x"} | inputs
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(name)],
            cwd=self.folder, env=self.environment | said, text=True, capture_output=True,
            check=False,
        )  # fmt: skip

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.folder, env=self.environment, text=True,
            capture_output=True, check=True,
        ).stdout  # fmt: skip

    def code(self) -> str:
        """The exit code that the last run handed on."""
        return (self.folder.parent / "output").read_text().splitlines()[-1]

    def asked(self) -> list[str]:
        """What the fake `gh` was asked for."""
        file = self.folder.parent / "gh.log"
        return [" ".join(line.split()[:2]) for line in file.read_text().splitlines()]


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    folder, temporary = tmp_path / "checkout", tmp_path / "runner"
    shutil.copytree(ROOT / "seeds", folder / "notes")
    services = "arxiv crossref dblp openalex semantic_scholar".split()
    (folder / "config.yaml").write_text(
        "# refmatter\n"
        + yaml.safe_dump({"providers": {name: {"enabled": False} for name in services}})
    )
    program(
        temporary / "refmatter/bin/refmatter",
        f'#!/bin/sh\nexec "{sys.executable}" -m refmatter "$@"\n',
    )
    program(tmp_path / "bin/gh", GH)
    for name in ("gh.log", "gh.open", "output", "summary"):
        (tmp_path / name).write_text("")
    environment = {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ} | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "HOME": str(tmp_path), "RUNNER_TEMP": str(temporary), "GITHUB_WORKSPACE": str(folder),
        "GITHUB_REF_NAME": "main", "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "GH_LOG": str(tmp_path / "gh.log"),
        "GH_OPEN": str(tmp_path / "gh.open"), "LC_ALL": "C.UTF-8",
        "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip
    made = Job(folder, environment)
    made.git("init", "--quiet", "--initial-branch", "main")
    made.git("init", "--quiet", "--bare", str(tmp_path / "origin"))
    made.git("remote", "add", "origin", str(tmp_path / "origin"))
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "Notes")
    return made


def test_red_with_annotations_and_green_after_enrich(job: Job) -> None:
    red = job.step(RUN)
    assert (red.returncode, job.code()) == (0, f"code={commands.WOULD_CHANGE}")
    (annotation,) = [line for line in red.stdout.splitlines() if line.startswith("::")]
    assert annotation.startswith(
        "::warning file=notes/exploring-the-limits-of-transfer-learning-with-a-unified-text-to-text"
        "-transformer.md,line=1,title=refmatter incomplete-note::"
    )
    assert absent(annotation, "meta_key") == []
    summary = job.folder.parent / "summary"
    (headline,) = re.findall("^# .*", summary.read_text(), re.MULTILINE)
    assert absent(headline, "1 note", "7 values") == []
    assert job.git("status", "--porcelain") == ""
    filled = job.step(RUN, MODE="enrich")
    assert (filled.returncode, job.code(), filled.stdout) == (0, "code=0", "")
    green = job.step(RUN)
    assert (green.returncode, job.code()) == (0, f"code={commands.DONE}")
    assert green.stdout == "nothing would change\n"


def test_one_pull_request_is_opened_and_then_renewed(job: Job) -> None:
    for asked in (["pr list", "pr create"], ["pr list", "pr create", "pr list", "pr edit"]):
        job.step(RUN, MODE="enrich")
        (job.folder / "mine.txt").write_text("of no concern")
        done = job.step(PULL_REQUEST)
        assert (done.returncode, done.stderr) == (0, "")
        assert job.asked() == asked
        changed = job.git("diff", "--name-only", "main", f"origin/{BRANCH}").splitlines()
        assert [Path(each).suffix for each in changed] == [".md", ".lock"]
        job.git("switch", "--quiet", "main")
    job.git("merge", "--quiet", BRANCH)
    job.step(RUN, MODE="enrich")
    assert job.step(PULL_REQUEST).returncode == 0
    assert len(job.asked()) == 4  # nothing changed, nothing asked


def test_a_note_that_cannot_be_read_does_not_keep_the_others_back(job: Job) -> None:
    (job.folder / "notes/bad.md").write_text("---\ntitle: [unclosed\n---\n")
    ran = job.step(RUN, MODE="enrich")
    assert (ran.returncode, job.code()) == (0, f"code={commands.INCOMPLETE}")
    assert "::error file=notes/bad.md,line=2,title=refmatter unreadable::" in ran.stdout
    assert job.step("Tell by the exit code", CODE="3").returncode == commands.INCOMPLETE


def test_a_wrong_mode_or_option_fails_at_once(job: Job) -> None:
    assert job.step(RUN, MODE="$(touch gone)").returncode == commands.USAGE
    assert job.step(RUN, ARGS="--zzz").returncode == commands.USAGE
    assert job.step(RUN, NOTES="; touch gone", ARGS="$(touch gone) `touch gone`").returncode
    assert not (job.folder / "gone").exists()


def test_options_are_handed_on(job: Job) -> None:
    ran = job.step(RUN, ARGS="--diff")
    assert "+year: 2020" in ran.stdout


def test_inputs_reach_scripts_through_the_environment_alone() -> None:
    assert not any("${{" in step.get("run", "") for step in STEPS)
    assert all(step["shell"] == "bash" for step in STEPS if "run" in step)
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z/-]+@[0-9a-f]{40}", each) for each in used)
    (saved,) = [step for step in STEPS if "cache/save" in step.get("uses", "")]
    assert saved["if"].startswith("always()")
    given = set(re.findall(r"inputs\.([a-z-]+)", (ROOT / "action.yml").read_text()))
    assert given == set(ACTION["inputs"])


def test_the_recipe_opens_its_pull_request_as_the_action_does() -> None:
    workflow = yaml.safe_load(example("github.yml"))
    steps = workflow["jobs"]["complete"]["steps"]
    (own,) = [step["run"] for step in steps if step.get("name") == PULL_REQUEST]
    assert own == script(PULL_REQUEST)
    used = {s["uses"] for j in workflow["jobs"].values() for s in j["steps"] if "uses" in s}
    assert {step["uses"] for step in STEPS if "uses" in step} <= used


@pytest.mark.parametrize("name", sorted(each.name for each in EXAMPLES.iterdir()))
def test_the_examples_are_the_recipes(name: str) -> None:
    assert (EXAMPLES / name).read_text() == example(name)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_takes_the_examples(tmp_path: Path) -> None:
    for name in ("refmatter.service", "refmatter.timer"):
        text = (EXAMPLES / name).read_text()
        (tmp_path / name).write_text(text.replace("%h/.local/bin/refmatter", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "refmatter.service", "refmatter.timer"],
        cwd=tmp_path, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["refmatter.cron", "refmatter.service"])
def test_the_nightly_command_of_the_examples_runs(job: Job, name: str) -> None:
    text = (EXAMPLES / name).read_text()
    (command,) = re.findall(r"\S*/refmatter nightly .*", text)
    home = job.folder.parent
    program(
        home / ".local/bin/refmatter", f'#!/bin/sh\nexec "{sys.executable}" -m refmatter "$@"\n'
    )
    (home / "notes").symlink_to(job.folder / "notes")
    line = command.removeprefix("ExecStart=").replace("%h", "$HOME")
    done = subprocess.run(
        ["sh", "-c", line], env=job.environment, text=True, capture_output=True, check=True
    )
    assert done.stdout.startswith("refmatter: ")
    assert absent(done.stdout, "2 paper notes", "1 written") == []
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_a_command_that_is_known(hook: dict[str, Any]) -> None:
    assert commands.parse_arguments(hook["entry"].split()[1:]).run in (
        commands.check.run,
        commands.lint.run,
    )
    assert re.search(hook["files"], "notes/a.md")


PRE_COMMIT = shutil.which("pre-commit", path=Path(sys.executable).parent)
"""That of the environment in which the tests run."""


@pytest.mark.deep("pip builds the package and installs it with what it needs, from the internet")
@pytest.mark.skipif(not PRE_COMMIT, reason="there is no pre-commit here")
def test_pre_commit_is_red_and_green_after_enrich(job: Job, tmp_path: Path) -> None:
    package = tmp_path / "package"
    kept = shutil.ignore_patterns(".git", ".venv*", "build", "__pycache__", "tests")
    shutil.copytree(ROOT, package, ignore=kept)
    environment = {k: v for k, v in job.environment.items() if k != "PYTHONPATH"}
    environment |= {"PRE_COMMIT_HOME": str(tmp_path / "hooks"), "PIP_NO_INPUT": "1"}
    pip = {
        k: v for k, v in os.environ.items() if k.startswith(("PIP_", "UV_", "SSL_", "REQUESTS_"))
    }
    for line in ("init --quiet", "add --all --force", "commit --quiet --message Package"):
        subprocess.run(["git", *line.split()], cwd=package, env=environment, check=True)

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PRE_COMMIT), "try-repo", str(package), "refmatter-check", "--all-files"],
            cwd=job.folder, env=pip | environment, text=True, capture_output=True, check=False,
        )  # fmt: skip

    red = run()
    if "Could not find a version" in red.stdout or "Temporary failure" in red.stdout:
        pytest.skip("pip can install nothing here")
    assert red.returncode == 1, red.stdout + red.stderr
    assert absent(red.stdout, "incomplete-note") == []
    assert job.step(RUN, MODE="enrich").returncode == 0
    job.git("add", "--all")
    green = run()
    assert (green.returncode, json.dumps(green.stdout).count("Passed")) == (0, 1)
