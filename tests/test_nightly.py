"""`refmatter nightly` and the structured log: quiet, one line, and every event."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from house import House, Said, house
from refmatter import commands
from refmatter.errors import ConfigError
from refmatter.files import lock_folder
from refmatter.report.log import Log
from scholar import Corpus, Record
from support import absent

KEY = "sekrit-key-of-some-length"
NOTE = "---\ntitle: Neural Notes Of Great Length\ntags:\n- paper\n---\n"
RECORD = Record(
    "Neural Notes Of Great Length", "a" * 40, authors=("Q. Body",), year=2020, venue="ACL",
    fields_of_study=("Computer Science",), citation_count=3, reference_count=5, doi="10.1000/1",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_KEY", KEY)
    with house(tmp_path, Corpus([RECORD])) as made:
        made.put("a.md", NOTE)
        yield made


def nightly(made: House, *options: str) -> Said:
    return made.run("nightly", str(made.notes), "--config", str(made.config), *options)


def log(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_it_says_a_line_where_something_was_written_and_else_nothing(home: House) -> None:
    said = nightly(home)
    assert (said.code, said.err) == (commands.DONE, "")
    assert said.out.startswith("refmatter: ")
    assert absent(said.out, "1 paper note", "1 written", "authors 1", "year 1") == []
    assert said.out.count("\n") == 1
    assert nightly(home) == Said(commands.DONE, "", "")


@pytest.mark.unmeasured
def test_what_could_not_be_done_is_one_line_and_no_success(home: House) -> None:
    nightly(home)
    home.put("b.md", "---\ntitle: [unclosed\n---\n")
    home.put("c.md", NOTE.replace("Neural", "Other"))
    home.server = None
    home.configure()
    for _ in range(2):
        said = nightly(home)
        assert (said.code, said.out) == (commands.INCOMPLETE, "")
        assert said.err.startswith("refmatter: ")
        assert " b.md:2: " in said.err
        assert "could not ask" in said.err
        assert said.err.count("\n") == 1


def test_a_second_run_says_that_one_is_at_work(home: House, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    with lock_folder(home.folder):
        said = nightly(home, "--log-json", str(file))
    assert (said.code, said.out, said.err.count("\n")) == (commands.USAGE, "", 1)
    assert [each["event"] for each in log(file)] == ["started", "finished"]
    assert log(file)[-1]["exit"] == commands.USAGE
    assert log(file)[-1]["reason"] in said.err


def test_the_log_has_every_event_and_no_secret(home: House, tmp_path: Path) -> None:
    home.put("b.md", "---\ntitle: [unclosed\n---\n")
    file = tmp_path / "log.jsonl"
    assert nightly(home, "--log-json", str(file)).code == commands.INCOMPLETE
    said = log(file)
    assert KEY not in file.read_text()
    assert len({each["run"] for each in said}) == 1
    kinds = [each["event"] for each in said]
    assert kinds[0] == "started"
    assert kinds[-3:] == ["note", "failure", "finished"]
    asked = [each for each in said if each["event"] == "requests"]
    assert home.server
    assert sum(each["requests"] for each in asked) == home.server.requests()
    assert {"semantic_scholar"} <= {each["service"] for each in asked}
    assert all(each["rung"] for each in asked)
    (note,) = [each for each in said if each["event"] == "note"]
    assert (note["path"], note["status"]) == ("a.md", "written")
    assert note["fields"]["year"] == "semantic_scholar"
    assert "key" not in note["fields"]
    assert said[-2]["path"] == "b.md"
    assert said[-1]["exit"] == commands.INCOMPLETE
    assert (said[-1]["written"], said[-1]["refused"]) == (1, 1)


def test_the_log_is_only_added_to(home: House, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    nightly(home, "--log-json", str(file))
    first = file.read_bytes()
    assert home.enrich("--log-json", str(file)).code == commands.DONE
    assert file.read_bytes().startswith(first)
    other = tmp_path / "mine.md"
    other.write_text("mine")
    refused = nightly(home, "--log-json", str(other))
    assert refused.code == commands.USAGE
    assert absent(refused.err, other, "no log") == []
    assert other.read_text() == "mine"
    (tmp_path / "link").symlink_to(file)
    assert nightly(home, "--log-json", str(tmp_path / "link")).code == commands.USAGE


def test_a_run_that_is_said_again_is_in_the_log(home: House, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    home.configure(refresh_after_days={"citation_count": None, "reference_count": None})
    home.enrich()
    for path in home.folder.rglob("*"):
        os.utime(path)
    for _ in range(3):
        home.enrich("--log-json", str(file))
    assert {each["event"] for each in log(file)} == {"started", "finished"}


def test_waiting_is_in_the_log(home: House, tmp_path: Path) -> None:
    home.settings["providers"] = {"semantic_scholar": {"min_interval_seconds": 0.2}}
    home.configure()
    file = tmp_path / "log.jsonl"
    for number in range(3):
        home.put(f"{number}.md", NOTE.replace("Neural", f"Number {number}"))
    nightly(home, "--log-json", str(file))
    waited = {each["service"]: each["seconds"] for each in log(file) if each["event"] == "waited"}
    assert waited["semantic_scholar"] > 0


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with Log(tmp_path / "log.jsonl") as log_:
        pass
    with pytest.raises(ConfigError, match="cannot be written"):  # its file is closed
        log_.add("started")
    with pytest.raises(ConfigError, match="cannot be written"):
        Log(Path("/nowhere/at/all"))
