"""Every command line in the pages is run on a copy of the seeds, or is listed with its reason."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pages import BLOCKS, Block
from refmatter import commands
from refmatter.config.loading import load
from refmatter.config.sections import Settings
from refmatter.registry import PROVIDERS
from support import ROOT, vault

SHELL = [block for block in BLOCKS if block.language in ("sh", "bash", "console")]

NOT_RUN = {
    r"python3 -m venv|\. \.venv/|pip install": "changes the machine",
    r"crontab|systemctl|git|gh|pre-commit": "is another program's, and changes the machine",
    r"make": "a target of the Makefile, which CI or a release runs",
    r"PYTHONPATH=\S+ \S*python -m (benchmarks|fuzz)": "needs the large data, or what fuzzing found",
    r"python (-m scripts\.|scripts/)": "needs the large data; tests/scripts runs it on small data",
    r"xz -dc src/": "is another program's, on a file that is there",
    r"export PYSPARK_PYTHON=|refmatter .* --engine spark": "needs a cluster; tests/catalog/"
    "test_spark.py runs it on this machine",
}
"""How lines begin that are not run, and why."""

EXITS = {
    "refmatter check": commands.WOULD_CHANGE,  # it is shown where notes lack something
    "refmatter lint notes": commands.WOULD_CHANGE,  # the seeds link to notes that are not there
}
"""What ends otherwise than with 0, by how the line begins."""

NEED_A_RUN = ("refmatter why", "refmatter undo", "refmatter review")
"""They speak of an earlier run, so that there is one."""

NEED_A_CATALOGUE = re.compile("refmatter catalog (?!build)")
"""They speak of a catalogue that is there."""

DBLP = """<?xml version="1.0"?>
<dblp>
<article key="journals/x/Other99" mdate="2026-11-01"><author>Eve Other</author>
<title>A thing that nobody saw.</title><year>1999</year><journal>X</journal></article>
</dblp>
"""
ACL = """<?xml version="1.0" encoding="UTF-8"?>
<collection id="2026.x"><volume id="1"><meta><booktitle>Proceedings of X</booktitle>
<year>2026</year></meta><paper id="1"><title>Another thing that nobody saw</title>
<author><first>Ann</first><last>Author</last></author><url>2026.x-1.1</url></paper></volume>
</collection>
"""
TITLES = "A thing that nobody saw\nA thing that is in no catalogue\n"
BIB = "@article{other, title = {A thing that nobody saw}, author = {Other, Eve}, year = 1999}\n"

BERT = """\
---
title: 'BERT - Pre-training of Deep Bidirectional Transformers for Language Understanding'
authors: []
---
"""


def lines(block: Block) -> list[str]:
    """The command lines of a block; a whole script has a test of its own and is none."""
    if block.text.startswith("#!"):
        assert block.mark, f"{block.page}:{block.line}: this script needs a name and a test"
        return []
    text = block.text.replace("\\\n", " ")
    if block.language == "console":
        return re.findall(r"^\$ (.*)$", text, re.MULTILINE)
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def is_ours(line: str) -> bool:
    """Whether refmatter is run by it, and can be run here."""
    shown = line.startswith("refmatter ") or "$(refmatter " in line or "| refmatter " in line
    return shown and not is_left(line)


def is_left(line: str) -> bool:
    return any(re.match(f"(?:{start})", line) for start in NOT_RUN)


OURS = [block for block in SHELL if block.mark != "demo" and any(map(is_ours, lines(block)))]


def test_a_block_that_shows_what_is_printed_is_a_demo() -> None:
    assert [b for b in BLOCKS if b.language == "console" and b.mark != "demo"] == []
    assert len(OURS) > 15


@pytest.mark.parametrize("block", SHELL, ids=lambda b: f"{b.page}:{b.line}")
def test_a_line_is_run_or_there_is_a_reason(block: Block) -> None:
    for line in lines(block):
        assert is_ours(line) or is_left(line), line


def test_what_is_not_run_is_there() -> None:
    said = "\n".join(line for block in SHELL for line in lines(block))
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert set(re.findall(r"^make ([\w-]+)", said, re.MULTILINE)) <= set(phony[1].split())
    for name in re.findall(r"python -m (benchmarks[\w.]*|fuzz|scripts\.\w+)", said):
        path = ROOT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file()
    for name in re.findall(r"(?<![\w/])(?:scripts|src)/[\w/.]+", said):
        assert (ROOT / name).exists()
    for line in re.findall(r"^refmatter .*--engine spark.*$", said, re.MULTILINE):
        assert commands.build_parser().parse_args(shlex.split(line)[1:]).engine == "spark"


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with a copy of the seeds and of one more note in `notes`."""
    shutil.copytree(ROOT / "seeds", tmp_path / "notes")
    vault(tmp_path / "notes", {"bert.md": BERT})
    vault(tmp_path, {"dblp.xml.gz": DBLP, "dblp-2026-11-01.xml.gz": DBLP, "acl/2026.xml": ACL})
    vault(tmp_path, {"titles.txt": TITLES, "references.bib": BIB, "refs.bib": BIB})
    vault(tmp_path, {"library.bib": BIB})
    (tmp_path / "notes" / "questions.jsonl").write_text('{"title": "A", "candidates": []}\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path / "notes"


@contextlib.contextmanager
def redirected(words: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The words without `< file` and `> file`, which hold meanwhile as in a shell."""
    words = list(words)
    reads, writes = io.BytesIO(), io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    where = None
    for sign in ("<", ">"):
        if sign in words:
            at = words.index(sign)
            _, name = words[at : at + 2]
            del words[at : at + 2]
            if sign == "<":
                reads = io.BytesIO(Path(name).read_bytes())
            else:
                where = Path(name)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(reads, "utf-8"))
    with contextlib.redirect_stdout(writes):
        yield words
    if where:
        where.write_bytes(writes.buffer.getvalue())


def run(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a line of ours as a shell would, with nobody to ask; the exit code."""
    if not line.startswith("refmatter "):
        python = f'refmatter() {{ {shlex.quote(sys.executable)} -m refmatter "$@"; }}; '
        return subprocess.run(["bash", "-c", python + line], check=False).returncode
    with redirected(shlex.split(line, comments=True)[1:], monkeypatch) as words:
        takes = commands.subcommands(commands.build_parser())[words[0]].format_help()
        return commands.main([*words, "--offline"] if "--offline" in takes else words)


@pytest.mark.unmeasured
@pytest.mark.parametrize("block", OURS, ids=lambda b: f"{b.page}:{b.line}")
def test_the_commands_of_a_page_do_what_they_are_shown_for(
    block: Block, notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [line for line in lines(block) if is_ours(line)]
    if not any("init" in line for line in typed):  # which writes its own
        services = ", ".join(f"{name}: {{enabled: false}}" for name in PROVIDERS)
        (notes.parent / "config.yaml").write_text(f"# refmatter\nproviders: {{{services}}}\n")
    here = re.compile(r"[^#]*\bnotes\b|refmatter catalog")
    if not any(here.match(line) for line in typed):
        monkeypatch.chdir("notes")
    if any(line.startswith(NEED_A_RUN) for line in typed):
        assert run(f"refmatter enrich {notes}", monkeypatch) == commands.DONE
        (journal,) = notes.parent.glob(".refmatter/undo-*.jsonl")
        journal.rename(journal.with_name("undo-000012.jsonl"))  # a number that pages name
    if any(map(NEED_A_CATALOGUE.match, typed)):
        assert run("refmatter catalog build CATALOG dblp.xml.gz", monkeypatch) == commands.DONE
    for line in typed:
        code = run(line, monkeypatch)
        expected = [each for start, each in EXITS.items() if line.startswith(start)] or [
            commands.DONE
        ]
        assert code == expected[0], f"{line}\n{capsys.readouterr().err}"


def test_a_config_yaml_that_is_shown_is_one(tmp_path: Path) -> None:
    shown = [block for block in BLOCKS if block.language == "yaml"]
    keys = set(Settings.model_fields)
    held = [block for block in shown if set(yaml.safe_load(block.text)) <= keys]
    assert {block.page for block in held} >= {"README.md", "configuration.md", "lint.md"}
    for number, block in enumerate(held):
        file = tmp_path / f"{number}.yaml"
        file.write_text(block.text)
        assert load(file).file == file.resolve()
