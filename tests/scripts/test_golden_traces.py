"""Traces of made-up runs: what `compare` finds, what is free, and a recording of two dialects."""

from __future__ import annotations

import copy
import dataclasses
import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripts.golden_traces import differences, main, read_ledger, rounds

from scholar import Entry
from scholar.limits import Cause

LINE = {
    "key": "moss@a.md",
    "title": "Moss",
    "decision": "accepted",
    "reason": "equal titles",
    "named": "Moss.",
    "said": [
        {"provider": "dblp", "by": "title", "fetched": "2026-01-02", "values": {"year": 1999}}
    ],
    "asked": ["dblp/title", "openalex/titles", "openalex/citing/W1"],
    "written": {"a.md": {"year": "0a1b", "venue": "+0a1b", "authors": "~0a1b"}},
}
RENAMED = {
    "key": "moss@a.md",
    "title": "Moss",
    "decision": "accepted",
    "reason": "The titles are equal.",
    "matched_title": "Moss.",
    "values": [
        {
            "provider": "dblp",
            "method": "title_search",
            "fetched": "2026-03-04",
            "values": {"year": 1999},
        }
    ],
    "queries": [
        "openalex/title_batch",
        {"provider": "openalex", "rung": "citing_references", "subject": "W1"},
        "dblp/title_search",
    ],
    "written": {"a.md": {"year": "ffff", "venue": "+ffff", "authors": "~ffff"}},
}


def asked(path: str, at: float, **params: str) -> Entry:
    return Entry("dblp", "GET", path, params, {"host": "any"}, 0, 200, at)


def trace() -> dict[str, Any]:
    log = [asked("/search/publ/api", 1, q="a"), asked("/search/publ/api", 2, q="b")]
    decisions, reasons = read_ledger([LINE])
    return {
        "commands": [{"words": ["enrich"], "exit": 0}],
        "requests": rounds(log),
        "notes": {"a.md": {"sha256": "1", "text": "year:\n"}},
        "decisions": decisions,
        "reasons": reasons,
    }


def save(folder: Path, said: dict[str, Any]) -> Path:
    path = folder / "seeds" / "one.1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(said))
    return folder


def change_note(said: dict[str, Any]) -> None:
    said["notes"]["a.md"] = {"sha256": "2", "text": "year: 1999\n"}


def change_request(said: dict[str, Any]) -> None:
    said["requests"]["dblp"][0]["requests"][0]["query"]["q"] = "c"


def change_decision(said: dict[str, Any]) -> None:
    said["decisions"]["moss@a.md"]["values"]["year"]["value"] = 2001


@pytest.mark.parametrize(
    ("change", "place", "line"),
    [
        (change_note, "seeds/one.1: notes: a.md", "+year: 1999"),
        (change_request, "seeds/one.1: requests: dblp", '"q": "c"'),
        (change_decision, "seeds/one.1: decisions: moss@a.md", "2001"),
    ],
)
def test_compare_fails_for_a_change_and_shows_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, Any]], None],
    place: str,
    line: str,
) -> None:
    changed = copy.deepcopy(trace())
    change(changed)
    old, new = save(tmp_path / "old", trace()), save(tmp_path / "new", changed)
    assert main(["compare", str(old), str(new)]) == 1
    out = capsys.readouterr().out
    assert place in out
    assert line in out


def test_compare_fails_where_a_run_is_missing_or_nothing_is_common(tmp_path: Path) -> None:
    old, new = save(tmp_path / "old", trace()), save(tmp_path / "new", trace())
    assert main(["compare", str(old), str(new)]) == 0
    (new / "seeds" / "one.1.json").unlink()
    (new / "seeds" / "chosen.txt").touch()
    assert main(["compare", str(old), str(new)]) == 0
    (new / "seeds" / "chosen.txt").unlink()
    assert main(["compare", str(old), str(new)]) == 1
    (new / "seeds").rmdir()
    with pytest.raises(SystemExit, match="no group"):
        main(["compare", str(old), str(new)])


def test_names_days_digests_and_sentences_are_free() -> None:
    old, new = read_ledger([LINE]), read_ledger([RENAMED])
    assert old[0] == new[0]
    assert old[0]["moss@a.md"]["written"] == {
        "a.md": {"authors": "theirs", "venue": "added", "year": "ours"}
    }
    found = list(differences({"reasons": old[1]}, {"reasons": new[1]}))
    assert [one.free for one in found] == [True]


def test_the_order_of_requests_is_free() -> None:
    first, second = asked("/search/publ/api", 1, q="a"), asked("/search/publ/api", 2, q="b")
    other = asked("/rec/x.xml", 3)
    swapped = [asked("/search/publ/api", 2, q="a"), asked("/search/publ/api", 1, q="b"), other]
    later = [first, asked("/search/publ/api", 4, q="b"), other]
    assert rounds([first, second, other]) == rounds(swapped)
    found = list(
        differences({"requests": rounds([first, second, other])}, {"requests": rounds(later)})
    )
    assert [(one.place, one.free) for one in found] == [("requests: dblp", True)]


def test_a_request_to_a_service_that_is_out_of_order_is_left_out() -> None:
    failed = dataclasses.replace(asked("/search/publ/api", 1, q="a"), cause=Cause.FAULT)
    assert rounds([failed]) == {}


def test_it_records_the_runs_on_a_shared_folder(tmp_path: Path) -> None:
    notes = tmp_path / "shared" / "dialects" / "one" / "masked"
    catalogue = tmp_path / "shared" / "data" / "catalogue"
    notes.mkdir(parents=True)
    catalogue.mkdir(parents=True)
    (notes.parent / "truth.json").write_text("{}")
    (notes / "a.md").write_text(
        "---\ntitle: Mosses of one town\nauthors: [Ann Be]\nyear: 2002\ntags: [paper]\n---\n"
    )
    (notes / "b.md").write_text("---\ntitle: Moss on walls\nauthors:\nyear:\ntags: [paper]\n---\n")
    record = {
        "title": "Moss on walls",
        "s2": {
            "paper_id": "a" * 40,
            "title": "Moss on walls",
            "authors": ["Ina Krug"],
            "year": 1999,
        },
    }
    with gzip.open(catalogue / "catalogue.jsonl.gz", "wt") as out:
        out.write(json.dumps(record) + "\n")
    recording = tmp_path / "recording"
    program = f"{sys.executable} -m refmatter"
    options = [
        "--program",
        program,
        "--shared",
        str(tmp_path / "shared"),
        "--only",
        "dialects/one first",
    ]
    assert main(["record", str(recording), *options]) == 0
    first, second = (
        json.loads((recording / "dialects" / f"one-first-run.{number}.json").read_text())
        for number in (1, 2)
    )
    assert "year: 1999" in first["notes"]["b.md"]["text"]
    assert [one["exit"] for one in first["commands"]] == [0]
    assert list(first["requests"]) == ["semantic_scholar"]
    assert [line["decision"] for line in first["decisions"].values()] == ["accepted"]
    assert second["requests"] == {}
    assert second["notes"] == first["notes"]
