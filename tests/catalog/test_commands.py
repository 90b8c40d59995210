"""`refmatter catalog` as a person types it, and runs that look in what it built."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from dumping import FORMATS
from house import House, Said, house
from refmatter import commands
from refmatter.model import Work
from refmatter.providers import bundled_catalog as bundled
from scholar import Corpus, Record
from support import ROOT, absent

BIB = """@inproceedings{a, title={A study of the things that are}, author={Lovelace, Ada and Bob
 Helper}, year={2019}, booktitle={NIPS}, doi={10.1000/a}}
@article{b, title={Quite another thing than that}, author={Eve Other}, year=2018}
"""
NOTE = "---\ntitle: {}\nauthors: []\nyear: null\nnumCitedBy: null\ntags: [paper]\n---\n"


def run(*arguments: object) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = commands.main(["catalog", *map(str, arguments)])
    return Said(code, out.getvalue(), err.getvalue())


def bib(path: Path, text: str = BIB) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    result = run("build", tmp_path / "catalog", bib(tmp_path / "mine-2026-05-01.bib"))
    assert result.code == commands.DONE
    assert absent(result.out, "2 works", "2 records") == []
    return tmp_path / "catalog"


def test_a_catalogue_is_told_of(folder: Path) -> None:
    result = run("info", folder, "--verify")
    assert result.code == commands.DONE
    assert absent(result.out, "bibtex, 2026-05-01: 2 records", "1 file") == []
    output = json.loads(run("info", folder, "--json").out)
    assert (output["works"], output["origins"][0]["name"]) == (2, "bibtex")


def test_how_much_of_a_vault_it_knows(folder: Path, tmp_path: Path) -> None:
    vault = tmp_path / "notes"
    vault.mkdir()
    listed = "## References\n\n- Quite another thing than that\n- Nobody knows this one at all\n"
    text = f"{NOTE.format('A study of the things that are')}\n{listed}"
    (vault / "a.md").write_text(text)
    assert "own titles: 1 of 1" in run("info", folder, vault).out
    output = json.loads(run("info", folder, vault, "--json").out)["coverage"]
    assert output["references"] == {"titles": 2, "known": 1, "found": 1}
    (vault / "a.md").unlink()
    assert "own titles: none" in run("info", folder, vault).out


def test_a_title_is_looked_up(folder: Path) -> None:
    result = run("search", folder, "A study of the thing that are")
    assert (result.code, result.out.splitlines()[0][:5]) == (commands.DONE, "found")
    output = json.loads(run("search", folder, "Quite another thing than that", "--json").out)
    assert output["decision"] == "found"


def test_what_cannot_be_read_is_told_and_the_rest_is_in_it(tmp_path: Path) -> None:
    broken = bib(tmp_path / "in" / "a.bib", BIB + "@article{c, title={No end\n")
    (tmp_path / "in" / "README").write_text("words")
    result = run("build", tmp_path / "catalog", broken.parent, "--json")
    output = json.loads(result.out)
    assert result.code == commands.INCOMPLETE
    assert output["works"] == 2
    assert "a.bib:" in result.err
    assert absent(result.err, "skipped", "not a dump") == []
    assert output["bad"][0]["file"].endswith("a.bib")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("build", "{}/catalog", "-"), "files"),
        (("build", "{}/catalog", "{}/none"), "no such file"),
        (("build", "{}/catalog", "{}/odd"), "no supported kind"),
        (("info", "{}/none"), "not a catalogue"),
        (("search", "{}/none", "A title"), "not a catalogue"),
        (("update", "{}/none"), "not a catalogue"),
        (("info", "{}", "--jsn"), "did you mean `--json`"),
        (("--jsn",), "`--jsn`"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd").write_text("no dump")
    try:
        result = run(*(argument.format(tmp_path) for argument in arguments))
    except SystemExit as end:  # argparse's own way
        result = Said(int(end.code or 0), "", capsys.readouterr().err)
    assert result.code == commands.USAGE
    if arguments != ("--jsn",):
        assert told in result.err


@pytest.mark.parametrize(
    "option",
    [("--released", "soon"), ("--memory", "much"), ("--memory", "1MB"), ("--threads", "0")],
)
def test_an_option_that_means_nothing_is_refused(option: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as end:
        run("build", tmp_path / "catalog", "x", *option)
    assert end.value.code == commands.USAGE


def test_a_build_keeps_to_what_it_is_told(tmp_path: Path) -> None:
    result = run("build", tmp_path / "catalog", bib(tmp_path / "a.bib"), "--memory", "1GiB",
               "--threads", "1", "--released", "2026-02-03", "--no-lookup")  # fmt: skip
    assert "bibtex, 2026-02-03" in result.out
    assert absent(result.out, "no file") == []


def test_the_day_is_in_a_folders_name(tmp_path: Path) -> None:
    file = bib(tmp_path / "dump" / "updated_date=2026-04-31" / "release-20260402" / "a.bib")
    result = run("build", tmp_path / "catalog", tmp_path / "dump")
    assert "bibtex, 2026-04-02" in result.out
    os.utime(file, (1_000_000_000, 1_000_000_000))
    assert "bibtex, 2026-04-02" in run("build", tmp_path / "catalog", file).out


# -- newer dumps ------------------------------------------------------------------------------

WORKS = [Work("A work of the catalogue", ("Ann Author",), 2001)]
MORE = "@article{c, title={A third thing that nobody saw}, author={Ann Author}, year=2020}\n"


def test_a_newer_dump_takes_the_place_of_the_older(folder: Path, tmp_path: Path) -> None:
    with (tmp_path / "works.jsonl").open("wb") as file:
        FORMATS["catalog"].write(WORKS, file)
    assert run("build", folder, tmp_path / "mine-2026-05-01.bib",
               tmp_path / "works.jsonl").code == commands.DONE  # fmt: skip
    (tmp_path / "mine-2026-05-01.bib").unlink()
    result = run("update", folder, bib(tmp_path / "mine-2026-06-01.bib", MORE))
    assert "bibtex: 2026-05-01 -> 2026-06-01" in result.err
    assert f"catalog, {bundled.DATE}" in result.out
    assert "bibtex, 2026-06-01: 1 records" in result.out
    older = run("update", folder, bib(tmp_path / "mine-2026-04-01.bib"))
    assert (older.code, older.out) == (commands.DONE, "")
    assert absent(older.err, "bibtex: 2026-04-01", "not newer", "2026-06-01") == []


def test_a_dump_may_be_added_beside_the_older(folder: Path, tmp_path: Path) -> None:
    result = run("update", folder, bib(tmp_path / "mine-2026-06-01.bib", MORE), "--add")
    assert absent(result.out, "3 works", "3 records") == []


def test_files_that_changed_are_read_again(folder: Path, tmp_path: Path) -> None:
    result = run("update", folder)
    assert (result.code, result.out) == (commands.DONE, "")
    assert absent(result.err, "no file", "changed") == []
    bib(tmp_path / "mine-2026-05-01.bib", BIB + MORE)
    result = run("update", folder)
    assert "mine-2026-05-01.bib has changed" in result.err
    assert "3 works" in result.out


def test_parts_that_were_deleted_are_read_again_or_missed(folder: Path, tmp_path: Path) -> None:
    for part in (folder / "parts").glob("*/done.json"):
        part.unlink()
    added = bib(tmp_path / "more-2026-06-01.bib", MORE)
    assert "3 works" in run("update", folder, added, "--add").out
    for part in (folder / "parts").glob("*/done.json"):
        part.unlink()
    (tmp_path / "mine-2026-05-01.bib").unlink()
    result = run("update", folder, bib(tmp_path / "x-2026-07-01.bib", MORE + BIB), "--add")
    assert result.code == commands.USAGE
    assert "rebuild the catalogue" in result.err


def test_a_catalogue_is_a_dump_too(folder: Path, tmp_path: Path) -> None:
    result = run("build", tmp_path / "other", folder)
    assert absent(result.out, "2 works", "2 records") == []
    assert "catalog, 2026-05-01" in result.out
    output = json.loads(run("search", tmp_path / "other", "A study of the things that are",
                          "--json").out)  # fmt: skip
    assert output["values"]["authors"] == ["Ada Lovelace", "Bob Helper"]


# -- runs ---------------------------------------------------------------------------------------


def asked(made: House, *options: str) -> set[str]:
    """The rungs on which services were asked."""
    log = made.folder / "log.jsonl"
    made.enrich("--log-json", str(log), *options)
    events = map(json.loads, log.read_text().splitlines())
    return {event["rung"] for event in events if event["event"] == "requests"}


@pytest.mark.unmeasured
def test_an_interrupted_build_says_what_became_of_it(folder: Path, tmp_path: Path) -> None:
    many = "".join(f"@article{{k{n}, title={{A study of thing {n}}}}}\n" for n in range(30_000))
    before = (folder / "manifest.json").read_bytes()
    parts = set(folder.rglob("*.parquet"))
    process = subprocess.Popen(
        [sys.executable, "-m", "refmatter", "catalog", "build", folder, bib(tmp_path / "b", many)],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    while set(folder.rglob("*.parquet")) == parts:  # until it reads
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, error_text = process.communicate(timeout=60)
    # Python itself ends by the signal if it was importing: a shell shows the same number
    assert process.returncode in (commands.INTERRUPTED, -signal.SIGINT)
    assert error_text.startswith("refmatter: interrupted")
    assert absent(error_text, "unchanged") == []
    assert (folder / "manifest.json").read_bytes() == before


def test_bare_notes_need_no_search(tmp_path: Path) -> None:
    """Identifiers from the catalogue, and then hundreds of them in one question."""
    titles = [f"A study of the {word} things that are" for word in
              ("first", "second", "third", "fourth", "fifth", "sixth")]  # fmt: skip
    text = "".join(
        f"@article{{k{n}, title={{{title}}}, author={{Ada Lovelace}}, year=2019, "
        f"doi={{10.1000/{n}}}}}\n"
        for n, title in enumerate(titles)
    )
    assert run("build", tmp_path / "catalog", bib(tmp_path / "a.bib", text)).code == commands.DONE
    records = [
        Record(title, f"{n:040x}", authors=("Ada Lovelace",), full_names=("Ada Lovelace",),
               year=2019, doi=f"10.1000/{n}", citation_count=7)
        for n, title in enumerate(titles)
    ]  # fmt: skip
    own = {"catalog": {"enabled": False, "path": "../catalog"}}
    with house(tmp_path / "house", Corpus(records, {}), providers=own) as made:
        for n, title in enumerate(titles):
            made.put(f"{n}.md", NOTE.format(title))
        assert asked(made) == {"identifier"}
        assert all("numCitedBy: 7" in (made.notes / f"{n}.md").read_text() for n in range(6))
        result = made.run("why", str(made.notes / "0.md"), "--config", str(made.config))
        assert "accepted" in result.out


@pytest.mark.parametrize("full", [False, True])
def test_what_a_full_catalogue_has_is_searched_for_nowhere(tmp_path: Path, *, full: bool) -> None:
    """Neither a title that many works may have, nor one that two works have."""
    papers = [
        ("Deep learning", "Ada Lovelace", 2015),
        ("A study of the twins", "Ada Lovelace", 1980),
        ("A study of the twins", "Eve Other", 2010),
    ]
    text = "".join(
        f"@article{{k{n}, title={{{title}}}, author={{{author}}}, year={year}, "
        f"doi={{10.1000/{n}}}}}\n"
        for n, (title, author, year) in enumerate(papers)
    )
    assert run("build", tmp_path / "catalog", bib(tmp_path / "a.bib", text)).code == commands.DONE
    own = {"catalog": {"enabled": False, "path": "../catalog", "authoritative": full}}
    with house(tmp_path / "house", Corpus([], {}), providers=own) as made:
        notes = [made.put(f"{n}.md", NOTE.format(papers[n][0])) for n in range(2)]
        searched = {"title_batch", "title_search", "same_title_search"} & asked(made)
        assert bool(searched) is not full
        assert not any("Lovelace" in note.read_text() for note in notes)
        listed = made.run(
            "review", "--export", "-", "--config", str(made.config), str(made.notes)
        ).out
        assert "Deep learning" in listed
        assert "A study of the twins" in listed
        made.put("new.md", NOTE.format("A study that is in no catalogue of anybody"))
        assert {"title_batch", "title_search"} & asked(made)


def test_offline_a_run_fills_from_ones_own_catalogue(folder: Path, tmp_path: Path) -> None:
    with house(tmp_path / "house", providers={"catalog": {"path": str(folder)}}) as made:
        note = made.put("a.md", NOTE.format("A study of the things that are"))
        report = tmp_path / "report.md"
        assert made.enrich("--offline", "--report", str(report)).code == commands.DONE
        assert "Ada Lovelace" in note.read_text()
        # The bundled catalogue is asked as well: those that it is from are named.
        assert "[DBLP](https://dblp.org/) (CC0 1.0)" in report.read_text()
        why = made.run("why", str(note), "authors", "--config", str(made.config)).out
        assert absent(why, "built from dumps", "2026-05-01", "bibtex") == []
        known = note.read_bytes()
        assert made.enrich("--offline").code == commands.DONE
        assert note.read_bytes() == known
        # Another catalogue is another question: what was not known may be known now.
        made.put("b.md", NOTE.format("A third thing that nobody saw"))
        made.enrich("--offline")
        run("update", folder, bib(tmp_path / "mine-2026-06-01.bib", BIB + MORE))
        made.enrich("--offline")
        assert "Ann Author" in (made.notes / "b.md").read_text()
        result = made.run("resolve", "Quite another thing than that", "--offline",
                        "--config", str(made.config))  # fmt: skip
        assert result.out.startswith("found")


def test_a_catalogue_that_is_not_there_is_told_before_anything_is_done(tmp_path: Path) -> None:
    with house(tmp_path / "house", providers={"catalog": {"path": "nowhere"}}) as made:
        made.put("a.md", NOTE.format("A title"))
        result = made.enrich("--offline")
        assert result.code == commands.USAGE
        assert "not a catalogue" in result.err


WITHOUT = """
import sys
import time
sys.modules["duckdb"] = sys.modules["pyarrow"] = None
from refmatter import commands
sys.exit(commands.main(sys.argv[1:]))
"""


def test_looking_up_needs_no_engine_and_building_says_which(folder: Path, tmp_path: Path) -> None:
    def alone(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WITHOUT, "catalog", *map(str, arguments)],
            check=False, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip

    assert alone("search", folder, "Quite another thing than that").stdout.startswith("found")
    result = alone("build", tmp_path / "other", tmp_path / "mine-2026-05-01.bib")
    assert result.returncode == commands.USAGE
    assert "pip install 'refmatter[catalog]'" in result.stderr
