"""`refmatter doctor`: each thing that may be wrong, made so, and what is said of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import scholar
from house import House, house
from refmatter import commands
from refmatter.files import alone
from scholar.corpus import Corpus
from support import snapshot

NOTE = "---\ntitle: Attention is All you Need\ntags:\n- paper\n---\n"
KEY = "SEMANTIC_SCHOLAR_API_KEY"
GIT = pytest.mark.skipif(not shutil.which("git"), reason="there is no git here")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return scholar.small()


@pytest.fixture
def here(tmp_path: Path, corpus: Corpus) -> Iterator[House]:
    with house(tmp_path, corpus, contact="me@example.org") as made:
        made.put("a.md", NOTE)
        yield made


def seen(made: House, *options: str) -> tuple[int, dict[str, list[tuple[str, str, str]]]]:
    """The exit code; by what was looked at, the state, what was told and the way out."""
    said = made.run("doctor", str(made.notes), "--json", *options)
    report = json.loads(said.out)
    assert said.err == ""
    assert report["well"] is (said.code == commands.DONE)
    found: dict[str, list[tuple[str, str, str]]] = {}
    for each in report["checks"]:
        found.setdefault(each["what"], []).append((each["state"], each["told"], each["way_out"]))
    return said.code, found


def one(made: House, what: str) -> tuple[str, str, str]:
    """The only thing that is said of it without the services."""
    (check,) = seen(made, "--offline")[1][what]
    return check


def test_all_is_well_and_nothing_is_written(here: House) -> None:
    before = snapshot(here.folder)
    said = here.run("doctor", str(here.notes))
    assert (said.code, said.err) == (commands.DONE, "")
    assert said.out.endswith("\nall is well\n")
    assert max(map(len, said.out.splitlines())) <= 80 + len(str(here.folder))
    assert snapshot(here.folder) == before


def test_each_service_is_asked_one_question(here: House) -> None:
    assert here.server
    _, found = seen(here)
    for name in ("Semantic Scholar", "OpenAlex", "Crossref", "arXiv"):
        assert found[name] == [("ok", "answers", "")]
        assert here.server.requests(name.lower().replace(" ", "_")) == 1
    assert "DBLP" not in found
    assert here.server.requests() == 4
    _, found = seen(here, "--offline")
    assert "OpenAlex" not in found
    assert here.server.requests() == 4


def test_services_that_are_switched_off_are_left_alone(here: House) -> None:
    here.configure(providers={"arxiv": {"enabled": False}})
    assert "arXiv" not in seen(here)[1]


def test_a_service_that_the_ladder_names_is_asked_by_title_if_it_knows_no_ids(
    here: House,
) -> None:
    here.configure(ladder=[{"rung": "title_search", "ask": ["dblp"]}])
    _, found = seen(here)
    assert found["DBLP"] == [("ok", "answers", "")]
    assert "OpenAlex" not in found


def test_what_is_to_be_done_about_several_is_said_once(here: House) -> None:
    assert here.server
    for name in ("semantic_scholar", "openalex", "crossref", "arxiv"):
        here.server.fault(name, "down")
    said = here.run("doctor", str(here.notes)).out
    assert said.count("problem") == 4 + 1
    assert said.count("look at your connection") == 1
    assert said.index("problem  arXiv:") < said.index("look at your connection")


def test_what_is_left_of_a_budget_and_what_the_question_cost(
    tmp_path: Path, corpus: Corpus
) -> None:
    with scholar.serve(corpus, budget={"openalex": 1000}) as server:
        made = House(tmp_path, server)
        made.configure()
        made.put("a.md", NOTE)
        told = "answers; 999 credits left today (this question took 1)"
        assert seen(made)[1]["OpenAlex"] == [("ok", told, "")]


def test_a_budget_that_is_used_up(tmp_path: Path, corpus: Corpus) -> None:
    with scholar.serve(corpus, budget={"openalex": 0}) as server:
        made = House(tmp_path, server)
        made.configure()
        made.put("a.md", NOTE)
        code, found = seen(made)
        ((state, told, way_out),) = found["OpenAlex"]
        assert (code, state) == (commands.DONE, "warning")
        assert "budget for today is used up" in told
        assert "tomorrow there is more" in way_out


def test_a_key_that_is_not_taken_is_a_problem_and_is_not_shown(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.server
    here.server.fault("semantic_scholar", "refuse")
    ((state, told, way_out),) = seen(here)[1]["Semantic Scholar"]
    assert (state, told) == ("warning", "HTTP 403 Forbidden")
    assert "its wall keeps programs out at times" in way_out
    monkeypatch.setenv(KEY, "s3cr3t")
    code, found = seen(here)
    assert code == commands.WOULD_CHANGE
    assert found["Semantic Scholar"] == [
        ("problem", "HTTP 403 Forbidden: it does not take your key", f"mend or unset {KEY}")
    ]
    assert found["key"][0] == ("ok", f"{KEY} is set", "")
    assert found["key"][1][1] == "OPENALEX_API_KEY is not set; none is needed"
    assert "s3cr3t" not in here.run("doctor", str(here.notes)).out


@pytest.mark.parametrize(
    ("fault", "state", "told", "way_out"),
    [
        ("limit", "warning", "HTTP 429", "runs wait for their turn"),
        ("broken", "warning", "HTTP 500", "asked again in the next run"),
        ("garbage", "warning", "", "asked again in the next run"),
        ("wall", "warning", "", "asked again in the next run"),
        ("down", "problem", "", "look at your connection"),
    ],
)
def test_a_service_in_trouble(here: House, fault: str, state: str, told: str, way_out: str) -> None:
    assert here.server
    here.server.fault("semantic_scholar", fault)
    code, found = seen(here)
    ((is_so, said, hint),) = found["Semantic Scholar"]
    assert is_so == state
    assert told in said
    assert way_out in hint
    assert code == (commands.WOULD_CHANGE if state == "problem" else commands.DONE)
    assert found["OpenAlex"][0][0] == "ok"


def test_one_who_has_a_key_is_not_told_to_take_one(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.server
    monkeypatch.setenv(KEY, "s3cr3t")
    here.server.fault("semantic_scholar", "limit")
    assert seen(here)[1]["Semantic Scholar"][0][2] == "nothing to do: runs wait their turn"


def test_a_key_that_cannot_be_sent(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "naïve")
    code, found = seen(here)
    assert code == commands.WOULD_CHANGE
    ((state, told, _),) = found["Semantic Scholar"]
    assert state == "problem"
    assert "printable ASCII" in told
    assert "naïve" not in told


def test_a_wrong_configuration_is_told_line_by_line(here: House) -> None:
    here.config.write_text("# refmatter\ncontct: me\nladdr: 1\n")
    code, found = seen(here)
    assert code == commands.WOULD_CHANGE
    assert [state for state, _, _ in found["configuration"]] == ["problem"] * 2
    assert f"{here.config}:2: unknown key `contct`" in found["configuration"][0][1]
    assert "--config" not in found
    here.config.write_text("# refmatter\nladder:\n- {rung: title_batch, ask: [crossref]}\n")
    assert "crossref does not serve title_batch" in seen(here)[1]["configuration"][0][1]


def test_without_a_configuration_the_defaults_hold(tmp_path: Path) -> None:
    made = House(tmp_path)
    made.put("a.md", NOTE)
    (made.notes / ".git").mkdir()
    assert one(made, "configuration")[2] == "`refmatter init` writes one"
    state, told, way_out = one(made, "contact")
    assert (state, told) == ("warning", "no e-mail address")
    assert "contact: you@example.org" in way_out
    made.put("config.yaml", "theme: dark\n")
    state, told, _ = one(made, "configuration")
    assert state == "warning"
    assert "another program's" in told


def test_cache_ledger_and_journal_after_a_run(here: House) -> None:
    assert one(here, "ledger")[1] == "none yet; the first run makes it"
    assert one(here, "journal")[1] == "no run wrote anything yet"
    assert one(here, "cache")[1].endswith("cache: empty")
    here.put("b.md", NOTE.replace("Attention is All you Need", "Multitask Learning"))
    here.put("c.md", NOTE.replace("Attention is All you Need", "A Work that nobody has"))
    assert here.enrich().code == commands.DONE
    before = snapshot(here.folder)
    state, told, way_out = one(here, "ledger")
    assert state == "ok"
    assert "3 titles, 1 found, 1 doubtful" in told
    assert way_out == "settle: `refmatter review`"
    assert "1 run can be undone; the last, enrich, of 20" in one(here, "journal")[1]
    state, told, _ = one(here, "cache")
    assert state == "ok"
    assert " answers, " in told
    assert ", the oldest of 20" in told
    assert snapshot(here.folder) == before


def test_a_cache_in_use_is_read_all_the_same(here: House) -> None:
    here.enrich()
    with sqlite3.connect(here.folder / "cache" / "cache.db") as other:
        other.execute("PRAGMA journal_mode=wal")
        other.execute("UPDATE Cache SET store_time = 1e300")
        other.commit()
        assert ", the oldest of an unknown day" in one(here, "cache")[1]
    other.close()


@pytest.mark.parametrize("damage", [b"no database at all", None])
def test_a_damaged_cache_is_a_warning_as_the_next_run_mends_it(
    here: House, damage: bytes | None
) -> None:
    here.enrich()
    database = here.folder / "cache" / "cache.db"
    if damage is None:
        whole = bytearray(database.read_bytes())
        whole[4096:] = b"\x55" * (len(whole) - 4096)
        damage = bytes(whole)
    database.write_bytes(damage)
    state, _, way_out = one(here, "cache")
    assert state == "warning"
    assert "the next run begins it anew" in way_out
    here.enrich("--refresh")
    told = [told for _, told, _ in seen(here, "--offline")[1]["cache"]]
    assert any("was damaged once and set aside" in each for each in told)


def test_a_ledger_with_a_conflict_is_a_problem(here: House) -> None:
    here.ledger.write_text("<<<<<<< ours\n")
    state, told, _ = one(here, "ledger")
    assert state == "problem"
    assert "refmatter.lock:1: has a merge conflict" in told


def test_a_ruling_is_counted(here: House) -> None:
    here.enrich()
    text = here.ledger.read_text().replace('"decision":"accepted"', '"decision":"ruled"')
    here.ledger.write_text(text)
    assert "1 ruled by you" in one(here, "ledger")[1]


def test_a_journal_that_is_no_folder_is_a_problem(here: House) -> None:
    (here.folder / ".refmatter").write_text("")
    assert one(here, "journal")[0] == "problem"


def test_a_run_at_work_is_told_and_its_files_are_no_left_overs(here: House) -> None:
    left = here.put(f".refmatter-{'0' * 16}.tmp", "")
    with alone(here.folder):
        _, found = seen(here, "--offline")
        assert found["lock"][0][:2] == ("warning", "a run is at work on this vault")
        assert "left over" not in found
    _, found = seen(here, "--offline")
    assert found["left over"] == [
        ("warning", left.name, "of a run that was killed: the next run removes it")
    ]
    assert found["lock"][0][0] == "ok"


def test_notes_that_are_refused_are_problems_and_many_are_counted(here: House) -> None:
    here.put("toml.md", "+++\nx = 1\n+++\n")
    for number in range(7):
        here.put(f"bad{number}.md", "---\ntitle: [\n---\n")
    code, found = seen(here, "--offline")
    assert code == commands.WOULD_CHANGE
    assert len(found["note"]) == 8
    assert found["notes"][0][1] == "1 paper note of 9 files"
    said = here.run("doctor", str(here.notes), "--offline").out
    assert said.count("problem  note:") == 5
    assert "… and 3 more of `note problem`" in said
    assert said.endswith("\n8 problems\n")


def test_a_folder_without_paper_notes_is_a_warning(here: House) -> None:
    here.put("a.md", "A diary\n")
    assert one(here, "notes") == (
        "warning",
        "0 paper notes of 1 file",
        "`refmatter init` tells what makes a note a paper note",
    )


@pytest.fixture
def repository(here: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    subprocess.run(["git", "init", "--quiet", here.folder], check=True)
    return here


def _git(made: House) -> list[tuple[str, str]]:
    return [(state, told) for state, told, _ in seen(made, "--offline")[1]["git"]]


@GIT
def test_a_ledger_belongs_into_the_repository_and_a_cache_does_not(repository: House) -> None:
    assert _git(repository)[0] == (
        "ok", f"commit {repository.ledger} once there is one"
    )  # fmt: skip
    repository.enrich()
    assert _git(repository) == [
        ("warning", f"{repository.ledger} is not committed yet"),
        ("warning", "the cache cache would be committed"),
    ]
    subprocess.run(["git", "-C", repository.folder, "add", "--all", "--force"], check=True)
    assert _git(repository) == [
        ("ok", f"{repository.ledger} is committed with the notes"),
        ("warning", "the cache cache is committed"),
        ("warning", ".refmatter is committed, which is this machine's alone"),
    ]


@GIT
def test_what_is_ignored_is_seen(repository: House) -> None:
    (repository.folder / ".gitignore").write_text("*.lock\n/cache/\n")
    assert _git(repository) == [
        ("problem", f"{repository.ledger} is ignored, so other machines begin anew")
    ]


@GIT
def test_no_program_of_the_repository_is_run(repository: House) -> None:
    trap = repository.folder / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {repository.folder}/sprung\n")
    trap.chmod(0o755)
    config = repository.folder / ".git" / "config"
    config.write_text(config.read_text() + f"[core]\n\tfsmonitor = {trap}\n")
    (repository.folder / ".gitignore").write_text("*.lock\n/cache/\n")
    _git(repository)
    assert not (repository.folder / "sprung").exists()


def test_without_git_its_part_is_not_looked_at(
    here: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (here.folder / ".git").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert _git(here) == [("warning", "is not installed, so its part is not looked at")]
