"""`refmatter doctor`: each thing that may be wrong, made so, and what is said of it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import scholar
from house import House, house
from refmatter import commands
from refmatter.doctor.check import CheckKind
from refmatter.files import lock_folder
from scholar.corpus import Corpus
from support import absent, snapshot

NOTE = "---\ntitle: Attention is All you Need\ntags:\n- paper\n---\n"
NAMES = {"INSPIRE-HEP": "inspire"}
"""Services whose key in config.yaml is not their name."""
KEY = "SEMANTIC_SCHOLAR_API_KEY"
GIT = pytest.mark.skipif(not shutil.which("git"), reason="there is no git here")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return scholar.small()


@pytest.fixture
def here(tmp_path: Path, corpus: Corpus) -> Iterator[House]:
    with house(tmp_path, corpus, contact="me@library.name") as made:
        made.put("a.md", NOTE)
        yield made


class Seen(NamedTuple):
    """A check as JSON has it."""

    state: str
    kind: str
    message: str
    way_out: str


def seen(made: House, *options: str) -> tuple[int, dict[str, list[Seen]]]:
    """The exit code; the checks by what was checked."""
    said = made.run("doctor", str(made.notes), "--json", *options)
    report = json.loads(said.out)
    assert said.err == ""
    assert report["well"] is (said.code == commands.DONE)
    found: dict[str, list[Seen]] = {}
    for check in report["checks"]:
        found.setdefault(check.pop("what"), []).append(Seen(**check))
    return said.code, found


def kinds(checks: list[Seen]) -> list[tuple[str, str]]:
    return [(check.state, check.kind) for check in checks]


def only(made: House, what: str) -> Seen:
    """The only check of it without the services."""
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
    for name in (
        "Semantic Scholar",
        "OpenAlex",
        "Crossref",
        "arXiv",
        "Europe PMC",
        "INSPIRE-HEP",
        "Open Library",
    ):
        assert kinds(found[name]) == [("ok", CheckKind.SERVICE_ANSWERS)]
        assert here.server.requests(NAMES.get(name) or name.lower().replace(" ", "_")) == 1
    assert "DBLP" not in found
    assert here.server.requests() == 7
    _, found = seen(here, "--offline")
    assert "OpenAlex" not in found
    assert here.server.requests() == 7


def test_services_that_are_switched_off_are_left_alone(here: House) -> None:
    here.configure(providers={"arxiv": {"enabled": False}})
    assert "arXiv" not in seen(here)[1]


def test_a_service_that_the_ladder_names_is_asked_by_title_if_it_knows_no_ids(
    here: House,
) -> None:
    here.configure(ladder=[{"rung": "title_search", "ask": ["dblp"]}])
    _, found = seen(here)
    assert kinds(found["DBLP"]) == [("ok", CheckKind.SERVICE_ANSWERS)]
    assert "OpenAlex" not in found


def test_what_is_to_be_done_about_several_is_said_once(here: House) -> None:
    assert here.server
    for name in ("semantic_scholar", "openalex", "crossref", "arxiv"):
        here.server.fault(name, "down")
    said = here.run("doctor", str(here.notes)).out
    assert said.count("problem") == 4 + 1
    assert said.count("HTTPS_PROXY") == 1
    assert said.index("problem  arXiv:") < said.index("HTTPS_PROXY")


def test_what_is_left_of_a_budget_and_what_the_question_cost(
    tmp_path: Path, corpus: Corpus
) -> None:
    with scholar.serve(corpus, budget={"openalex": 1000}) as server:
        made = House(tmp_path, server)
        made.configure()
        made.put("a.md", NOTE)
        (check,) = seen(made)[1]["OpenAlex"]
        assert check.kind == CheckKind.SERVICE_ANSWERS
        assert re.findall(r"\d+", check.message) == ["999", "1"]


def test_a_budget_that_is_used_up(tmp_path: Path, corpus: Corpus) -> None:
    with scholar.serve(corpus, budget={"openalex": 0}) as server:
        made = House(tmp_path, server)
        made.configure()
        made.put("a.md", NOTE)
        code, found = seen(made)
        assert code == commands.DONE
        assert kinds(found["OpenAlex"]) == [("warning", CheckKind.SERVICE_BUDGET_USED)]


def test_a_key_that_is_not_taken_is_a_problem_and_is_not_shown(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.server
    here.server.fault("semantic_scholar", "refuse")
    (check,) = seen(here)[1]["Semantic Scholar"]
    assert (check.state, check.kind) == ("warning", CheckKind.SERVICE_BLOCKS)
    assert "403" in check.message
    monkeypatch.setenv(KEY, "s3cr3t")
    code, found = seen(here)
    assert code == commands.WOULD_CHANGE
    (check,) = found["Semantic Scholar"]
    assert (check.state, check.kind) == ("problem", CheckKind.SERVICE_REFUSES_KEY)
    assert "403" in check.message
    assert KEY in check.way_out
    own, openalex = found["key"]
    assert (own.kind, own.message.split()[0]) == (CheckKind.KEY_SET, KEY)
    assert (openalex.kind, openalex.message.split()[0]) == (
        CheckKind.KEY_NOT_SET,
        "OPENALEX_API_KEY",
    )
    assert "s3cr3t" not in here.run("doctor", str(here.notes)).out


@pytest.mark.parametrize(
    ("fault", "state", "kind", "message"),
    [
        ("limit", "warning", CheckKind.SERVICE_RATE_LIMITS, "429"),
        ("broken", "warning", CheckKind.SERVICE_FAILS, "500"),
        ("garbage", "warning", CheckKind.SERVICE_FAILS, ""),
        ("wall", "warning", CheckKind.SERVICE_FAILS, ""),
        ("down", "problem", CheckKind.SERVICE_UNREACHABLE, ""),
    ],
)
def test_a_service_in_trouble(
    here: House, fault: str, state: str, kind: CheckKind, message: str
) -> None:
    assert here.server
    here.server.fault("semantic_scholar", fault)
    code, found = seen(here)
    (check,) = found["Semantic Scholar"]
    assert (check.state, check.kind) == (state, kind)
    assert message in check.message
    assert code == (commands.WOULD_CHANGE if state == "problem" else commands.DONE)
    assert found["OpenAlex"][0][0] == "ok"


def test_one_who_has_a_key_is_not_told_to_take_one(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.server
    monkeypatch.setenv(KEY, "s3cr3t")
    here.server.fault("semantic_scholar", "limit")
    (check,) = seen(here)[1]["Semantic Scholar"]
    assert check.kind == CheckKind.SERVICE_RATE_LIMITS
    assert "key" not in check.way_out


def test_a_key_that_cannot_be_sent(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "naïve")
    code, found = seen(here)
    assert code == commands.WOULD_CHANGE
    (check,) = found["Semantic Scholar"]
    assert (check.state, check.kind) == ("problem", CheckKind.SERVICE_MISCONFIGURED)
    assert "naïve" not in check.message


def test_a_wrong_configuration_is_told_line_by_line(here: House) -> None:
    here.config.write_text("# refmatter\ncontct: me\nladdr: 1\n")
    code, found = seen(here)
    assert code == commands.WOULD_CHANGE
    assert kinds(found["configuration"]) == [("problem", CheckKind.CONFIGURATION_INVALID)] * 2
    assert f"{here.config}:2: " in found["configuration"][0].message
    assert "--config" not in found
    here.config.write_text("# refmatter\nladder:\n- {rung: titles, ask: [crossref]}\n")
    _, found = seen(here)
    assert kinds(found["configuration"]) == [("problem", CheckKind.CONFIGURATION_INVALID)]
    assert kinds(found["all else"]) == [("problem", CheckKind.NOT_CHECKED)]


def test_without_a_configuration_the_defaults_hold(tmp_path: Path) -> None:
    made = House(tmp_path)
    made.put("a.md", NOTE)
    (made.notes / ".git").mkdir()
    assert only(made, "configuration").kind == CheckKind.CONFIGURATION_NONE
    contact = only(made, "contact")
    assert (contact.state, contact.kind) == ("warning", CheckKind.CONTACT_MISSING)
    assert "contact: YOUR-ADDRESS" in contact.way_out
    made.put("config.yaml", "theme: dark\n")
    foreign = only(made, "configuration")
    assert (foreign.state, foreign.kind) == ("warning", CheckKind.CONFIGURATION_FOREIGN)


def test_cache_ledger_and_journal_after_a_run(here: House) -> None:
    assert only(here, "ledger").kind == CheckKind.LEDGER_NONE
    assert only(here, "journal").kind == CheckKind.JOURNAL_EMPTY
    assert only(here, "cache").kind == CheckKind.CACHE_EMPTY
    here.put("b.md", NOTE.replace("Attention is All you Need", "Multitask Learning"))
    here.put("c.md", NOTE.replace("Attention is All you Need", "A Work that nobody has"))
    assert here.enrich().code == commands.DONE
    before = snapshot(here.folder)
    ledger = only(here, "ledger")
    assert (ledger.state, ledger.kind) == ("ok", CheckKind.LEDGER_DOUBTFUL)
    assert "3 titles, 1 found, 1 doubtful" in ledger.message
    journal = only(here, "journal")
    assert journal.kind == CheckKind.JOURNAL_FILLED
    assert "1 run " in journal.message
    cache = only(here, "cache")
    assert (cache.state, cache.kind) == ("ok", CheckKind.CACHE_FILLED)
    assert re.search(r"\b20\d\d-\d\d-\d\d$", cache.message)
    assert snapshot(here.folder) == before


def test_a_cache_in_use_is_read_all_the_same(here: House) -> None:
    here.enrich()
    with sqlite3.connect(here.folder / "cache" / "cache.db") as other:
        other.execute("PRAGMA journal_mode=wal")
        other.execute("UPDATE Cache SET store_time = 1e300")
        other.commit()
        assert only(here, "cache").kind == CheckKind.CACHE_FILLED
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
    cache = only(here, "cache")
    assert (cache.state, cache.kind) == ("warning", CheckKind.CACHE_DAMAGED)
    here.enrich("--refresh")
    found = kinds(seen(here, "--offline")[1]["cache"])
    assert ("warning", CheckKind.CACHE_SET_ASIDE) in found


def test_a_ledger_with_a_conflict_is_a_problem(here: House) -> None:
    here.ledger.write_text("<<<<<<< ours\n")
    ledger = only(here, "ledger")
    assert (ledger.state, ledger.kind) == ("problem", CheckKind.LEDGER_UNREADABLE)
    assert "refmatter.lock:1: " in ledger.message


def test_a_ruling_is_counted(here: House) -> None:
    here.enrich()
    text = here.ledger.read_text().replace('"decision":"accepted"', '"decision":"ruled"')
    here.ledger.write_text(text)
    assert "1 ruled" in only(here, "ledger").message


def test_a_journal_that_is_no_folder_is_a_problem(here: House) -> None:
    (here.folder / ".refmatter").write_text("")
    journal = only(here, "journal")
    assert (journal.state, journal.kind) == ("problem", CheckKind.JOURNAL_UNREADABLE)


def test_a_run_at_work_is_told_and_its_files_are_no_left_overs(here: House) -> None:
    left = here.put(f".refmatter-{'0' * 16}.tmp", "")
    with lock_folder(here.folder):
        _, found = seen(here, "--offline")
        assert kinds(found["lock"]) == [("warning", CheckKind.LOCK_HELD)]
        assert "left over" not in found
    _, found = seen(here, "--offline")
    assert kinds(found["left over"]) == [("warning", CheckKind.LEFT_OVER)]
    assert found["left over"][0].message == left.name
    assert kinds(found["lock"]) == [("ok", CheckKind.LOCK_FREE)]


def test_notes_that_are_refused_are_problems_and_many_are_counted(here: House) -> None:
    here.put("toml.md", "+++\nx = 1\n+++\n")
    for number in range(7):
        here.put(f"bad{number}.md", "---\ntitle: [\n---\n")
    code, found = seen(here, "--offline")
    assert code == commands.WOULD_CHANGE
    assert len(found["note"]) == 7
    assert absent(found["notes"][0].message, "1 paper note", "9 files") == []
    assert kinds(found["notes"][1:]) == [("ok", CheckKind.NOTES_OTHER_FORMAT)]
    assert set(kinds(found["note"])) == {("problem", CheckKind.NOTE_REFUSED)}
    said = here.run("doctor", str(here.notes), "--offline").out
    assert said.count("problem  note:") == 5
    assert absent(said, "2 more", "`note problem`") == []
    assert said.endswith("\n7 problems\n")


def test_a_folder_without_paper_notes_is_a_warning(here: House) -> None:
    here.put("a.md", "A diary\n")
    notes = only(here, "notes")
    assert (notes.state, notes.kind) == ("warning", CheckKind.NOTES_NO_PAPERS)


@pytest.fixture
def repository(here: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    subprocess.run(["git", "init", "--quiet", here.folder], check=True)
    return here


def _git(made: House) -> list[tuple[str, str]]:
    return kinds(seen(made, "--offline")[1]["git"])


@GIT
def test_a_ledger_belongs_into_the_repository_and_a_cache_does_not(repository: House) -> None:
    assert _git(repository)[0] == ("ok", CheckKind.LEDGER_TO_COMMIT)
    repository.enrich()
    assert _git(repository) == [
        ("warning", CheckKind.LEDGER_NOT_COMMITTED),
        ("warning", CheckKind.CACHE_NOT_IGNORED),
    ]
    subprocess.run(["git", "-C", repository.folder, "add", "--all", "--force"], check=True)
    assert _git(repository) == [
        ("ok", CheckKind.LEDGER_COMMITTED),
        ("warning", CheckKind.CACHE_COMMITTED),
        ("warning", CheckKind.JOURNAL_COMMITTED),
    ]


@GIT
def test_what_is_ignored_is_seen(repository: House) -> None:
    (repository.folder / ".gitignore").write_text("*.lock\n/cache/\n")
    assert _git(repository) == [("problem", CheckKind.LEDGER_IGNORED)]


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
    assert _git(here) == [("warning", CheckKind.GIT_NOT_INSTALLED)]
