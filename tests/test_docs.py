"""What the pages say is what the program does: demos, commands, tables, tree, links, recipes."""

from __future__ import annotations

import ast
import io
import json
import lzma
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pages import BLOCK, BLOCKS, PAGES, Block, blocks
from refmatter import commands
from refmatter.matching.json_lines import answers
from refmatter.model import Rung
from refmatter.providers import bundled_catalog
from refmatter.registry import FALLBACKS, LADDER, PRECEDENCE, PROVIDERS, RANKED, label
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_format import header
from refmatter.titles import title_key
from support import ROOT

README = ROOT / "README.md"
DAYS = ROOT / "docs" / "day-by-day.md"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DECIDES = ROOT / "docs" / "how-it-decides.md"
PACKAGE = ROOT / "src" / "refmatter"


def marked(mark: str) -> Block:
    (block,) = [each for each in BLOCKS if each.mark == mark]
    return block


def section(page: Path, heading: str) -> str:
    """The text below a heading, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    _, _, below = page.read_text().partition(f"\n{heading}\n")
    assert below, f"{page.name} has no {heading}"
    return re.split(rf"^#{{1,{len(level)}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip() for cell in row] for row in cells[2:]]


def code(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


# -- commands ---------------------------------------------------------------------------------


NAMED = [
    (page.name, command)
    for page in PAGES
    for command in re.findall(r"`refmatter ([^`]+)`", BLOCK.sub("", page.read_text()))
]
"""What is named in running text; test_commands.py runs what a person is shown to type."""


def test_there_are_demos_to_hold() -> None:
    assert {block.page for block in BLOCKS if block.mark == "demo"} == {DAYS.name, DECIDES.name}


def test_a_command_that_is_named_is_one_the_program_takes() -> None:
    known = commands.subcommands(commands.build_parser())
    assert len(NAMED) > 50
    for page, command in NAMED:
        name, *words = shlex.split(command)
        options = {word.partition("=")[0] for word in words if word[:1] == "-"}
        if name not in ("COMMAND", "--help", "--version"):
            taken = set(re.findall(r"--?[a-z][a-z-]*", known[name].format_help()))
            assert options <= taken, f"{page}: {command}"


def test_help_fits_a_small_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        commands.main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 0
    assert len(lines) <= 30
    assert max(map(len, lines)) <= 80


# -- demos ------------------------------------------------------------------------------------


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the seeds in `notes`, to be in."""
    shutil.copytree(ROOT / "seeds", tmp_path / "notes")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def steps(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def pattern(printed: str) -> str:
    """As printed; a line with `…` alone stands for any lines."""
    lines = printed.splitlines(keepends=True)
    return "".join(r"(?:.*\n)*" if line == "…\n" else re.escape(line) for line in lines)


@pytest.mark.parametrize("demo", [b for b in BLOCKS if b.mark == "demo"], ids=lambda b: b.page)
@pytest.mark.usefixtures("vault")
def test_a_demo_prints_what_the_page_shows(demo: Block, capsys: pytest.CaptureFixture[str]) -> None:
    for command, printed in steps(demo.text):
        assert commands.main(shlex.split(command)[1:]) == commands.DONE
        out = capsys.readouterr().out
        assert re.fullmatch(pattern(printed), out), f"{command} prints\n{out}"


def test_the_diff_in_the_readme_is_that_of_the_demo(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "config.yaml", vault)
    commands.main(["enrich", "notes", "--config", "config.yaml", "--offline", "--diff"])
    out = "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())
    (shown,) = [block.text for block in blocks(README) if block.language == "diff"]
    assert "\n".join(line.rstrip() for line in shown.splitlines()) in out
    (made,) = re.findall(r"demo makes (\d+) small notes", README.read_text())
    assert f"1 written, {made} created" in out


# -- tables -----------------------------------------------------------------------------------


def test_the_exit_codes_are_told() -> None:
    real = {
        commands.DONE,
        commands.WOULD_CHANGE,
        commands.USAGE,
        commands.INCOMPLETE,
        commands.BUG,
        commands.INTERRUPTED,
        commands.TERMINATED,
    }
    told = {int(each) for row in rows(section(DAYS, "## Exit codes")) for each in row[0].split(",")}
    assert told == real
    named = rows(section(ARCHITECTURE, "## Errors and exits"))
    assert {int(number) for number, _, _ in named} == real
    assert all(getattr(commands, code(name)[0]) == int(number) for number, name, _ in named)


def test_the_ladder_is_told_as_it_is_climbed() -> None:
    told = [code(row[0])[0] for row in rows(section(ARCHITECTURE, "## The ladder"))]
    assert told == [Rung.LEDGER, Rung.CATALOG, *(step.rung for step in LADDER)]


def test_the_precedence_is_told() -> None:
    names = {label(name): name for name in RANKED} | {"the catalogue": "catalog"}
    table = {row[0]: row[1] for row in rows(section(DECIDES, "## 6. What is written"))}
    for name, providers in PRECEDENCE.items():
        (told,) = [v for k, v in table.items() if name.value.replace("_", " ") in k.split(", ")]
        assert [names[each] for each in told.partition(":")[0].split(", ")] == list(providers)
        standing_in = told.rpartition("cannot be asked: ")[2].split(", ") if FALLBACKS[name] else []
        assert [names[each] for each in standing_in] == list(FALLBACKS[name])


def test_the_title_keys_are_as_told() -> None:
    text = section(DECIDES, "## 1. The title key")
    same = [pair for row in rows(text) for pair in re.findall(r"`([^`]+)` · `([^`]+)`", row[1])]
    other = [code(part) for line in text.splitlines() if line.startswith("- ")
             for part in line.split(";")]  # fmt: skip
    assert same
    assert all(title_key(one) == title_key(two) for one, two in same)
    named = [titles for titles in other if titles]
    assert len(named) > 3
    assert all(len({title_key(each) for each in titles}) == len(titles) for titles in named)


def test_the_catalogue_is_as_told() -> None:
    with lzma.open(PACKAGE / "data" / "catalog.jsonl.xz", "rt") as file:
        works = sum(1 for _ in file) - 1
    with lzma.open(PACKAGE / "data" / "words.txt.xz", "rt") as file:
        words = [len(part.split()) for part in file.read().split("\n\n")]
    assert all(f"{number:,}" in (ROOT / "docs" / "data.md").read_text() for number in words)
    assert f"{sum(words):,}" in (PACKAGE / "data" / "NOTICE.md").read_text()
    for page in (README, ROOT / "CHANGELOG.md", ROOT / "docs" / "data.md"):
        assert f"{works:,}" in page.read_text()
    assert bundled_catalog.DATE in section(README, "## Data and licences")


def test_the_example_of_a_ledger_line_is_one(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks(ARCHITECTURE) if block.language == "json"]
    row = json.dumps(json.loads(shown.text), ensure_ascii=False, separators=(",", ":"))
    text = f"{header()}\n{row}\n"
    (tmp_path / "refmatter.lock").write_text(text)
    assert Ledger.load(tmp_path / "refmatter.lock").text() == text


def test_the_example_of_a_question_is_answered_so() -> None:
    asked, told = [block.text for block in blocks(DECIDES) if block.language == "json"]
    line = json.dumps(json.loads(asked)).encode()
    assert [json.loads(each) for each in answers(io.BytesIO(line))] == [json.loads(told)]


# -- the house --------------------------------------------------------------------------------


def test_the_page_of_modules_is_generated() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "scripts" / "write_modules.py"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (ROOT / "docs" / "modules.md").read_text() == made.stdout


def test_adding_a_provider_names_every_member() -> None:
    page = (ROOT / "docs" / "adding-a-provider.md").read_text()
    table = rows(page.partition("\n## ")[0])
    base = ast.parse((PACKAGE / "providers" / "base.py").read_text())
    classes = {node.name: node for node in base.body if isinstance(node, ast.ClassDef)}
    info, protocol = classes["ProviderInfo"], classes["Provider"]
    members = [node.name for node in protocol.body if isinstance(node, ast.FunctionDef)]
    values = [ast.unparse(node.target) for node in info.body if isinstance(node, ast.AnnAssign)]
    named = [code(row[0]) for row in table]
    assert [names[0].partition("(")[0] for names in named[: len(members)]] == members
    assert sorted(name for names in named[len(members) :] for name in names) == sorted(values)


# -- links ------------------------------------------------------------------------------------


def _anchor(heading: str) -> str:
    """The name that a heading is linked by, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {_anchor(line) for line in re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"`[^`\n]+`", "", BLOCK.sub("", page.read_text()))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in _anchors(there), target


@pytest.mark.parametrize(
    "page", [README, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")], ids=lambda p: p.name
)
def test_a_line_of_prose_is_no_longer_than_a_screen(page: Path) -> None:
    lines = BLOCK.sub("", page.read_text()).splitlines()
    assert [line for line in lines if len(line) > 120 and line[:1] != "|"] == []


# -- recipes ----------------------------------------------------------------------------------


@pytest.fixture
def abroad(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The vault as a clone of a repository, with nobody to ask; the environment to run in."""
    services = ", ".join(f"{name}: {{enabled: false}}" for name in PROVIDERS)
    (vault / "config.yaml").write_text(f"# refmatter\nproviders: {{{services}}}\n")
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = main\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "VAULT": str(vault),
        "REFMATTER": str(Path(sys.executable).with_name("refmatter")),
    }
    for command in (
        f"git init --quiet --bare {home}/origin",
        "git init --quiet",
        f"git remote add origin {home}/origin",
        "git add -A",
        "git commit --quiet -m Notes",
        "git push --quiet --set-upstream origin main",
    ):
        subprocess.run(shlex.split(command), check=True, env=environment, cwd=vault)
    return environment


def _git(place: str, environment: dict[str, str], *arguments: str) -> list[str]:
    command = ["git", "-C", place, *arguments]
    said = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    return said.stdout.splitlines()


@pytest.mark.skipif(not shutil.which("git"), reason="the recipe commits with git")
def test_the_nightly_script_commits_once_and_ci_then_passes(
    vault: Path, abroad: dict[str, str]
) -> None:
    check = "refmatter check notes"
    assert check in README.read_text()
    options = shlex.split(check)[1:]
    assert commands.main(options) == commands.WOULD_CHANGE
    script = ["sh", "-c", marked("nightly.sh").text]
    for _ in range(2):
        done = subprocess.run(script, env=abroad, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    for place in (str(vault), f"{abroad['HOME']}/origin"):
        log = _git(place, abroad, "log", "--format=%s", "main")
        assert log == ["Complete the paper notes", "Notes"]
    assert _git(str(vault), abroad, "status", "--porcelain") == []  # the ledger is in it too
    assert commands.main(options) == commands.DONE


def test_the_workflow_is_readable_and_uses_the_inputs_that_there_are() -> None:
    page = ROOT / "docs" / "ci.md"
    workflow, hooks = (yaml.safe_load(b.text) for b in blocks(page) if b.language == "yaml")
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    used = [step for job in workflow["jobs"].values() for step in job["steps"]]
    (check, complete) = [step["with"] for step in used if step["uses"].startswith("OWNER/")]
    assert check.keys() | complete.keys() <= inputs.keys()
    told = {code(row[0])[0]: row[1] for row in rows(section(page, "## GitHub"))}
    assert told.keys() == inputs.keys()
    assert all(
        told[n] == (f"`{e['default']}`" if e["default"] else "none") for n, e in inputs.items()
    )
    there = {each["id"] for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {each["id"] for each in hooks["repos"][0]["hooks"]} == there
