"""Services, notes, links and caches that mean harm, end to end: what comes of it is text."""

from __future__ import annotations

import json
import os
import pickle
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from house import House, house
from refmatter import commands
from scholar import Corpus, Record
from scholar.server import SERVICES
from support import absent, snapshot

pytestmark = pytest.mark.unmeasured

KEYS = {
    "SEMANTIC_SCHOLAR_API_KEY": "s3ntinel-of-scholars",
    "OPENALEX_API_KEY": "s3ntinel-of-alexandria",
}
CONTACT = "s3ntinel@example.org"

EVIL = (
    "Eve\n---\nadmin: true", "---", "a: b # c", "# x: y", "!!python/object:os.system", "&a *a",
    "\x1b[2J\x1b]0;owned\x07", "\x9b31m", "\u202eBob\u2066", "half\ud800", "\x00nul", "- x\r\n- y",
    "{{x}}", "[x](javascript:y)", "<script>alert(1)</script>", "&lt;b&gt;", "'", '"', "|", "%x",
    "a\u2028b\x85c", "\ufeffBOM", "x" * 1_000_000, "]]>", "`", "@x", "\\u001b[31m", "${x}",
)  # fmt: skip
NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd]")
RUNG = {"openalex": "title_batch", "open_library": "identifier"}
OFF: dict[str, Any] = {"providers": {"catalog": {"enabled": False}}, "fields": {"key": False}}


def titled(number: int) -> str:
    return f"A work numbered {number} among those that are known"


def isbn(number: int) -> str:
    """An ISBN of its own for each number."""
    digits = f"978{number:09}"
    return digits + str(-sum(int(d) * (1, 3)[n % 2] for n, d in enumerate(digits)) % 10)


def record(number: int, evil: str) -> Record:
    # The title is known again, or a doubtful one: both are shown to people.
    tail = evil.encode(errors="ignore").decode() if number % 2 and len(evil) < 99 else ""
    return Record(
        f"{titled(number)}{tail}",
        f"{number:040x}",
        authors=(f"{evil} Author", f"B. Other{number}"),
        full_names=(f"{evil} Author", f"Bea Other{number}"),
        year=2020,
        venue=f"{evil} Conference",
        short_venue=f"{evil} Phys.Rev.",
        citation_count=number,
        fields_of_study=(evil, "Art"),
        doi=f"10.1000/{number}",
        arxiv_id=f"2001.{number:05}",
        dblp_key=f"conf/x/{number}",
        pmid=str(1000 + number),
        isbn=isbn(number),
    )


def bare(title: str, isbn: str | None = None) -> str:
    named = f"isbn: {isbn}\n" if isbn else ""
    empty = "authors:\nyear:\nvenue:\nfieldsOfStudy:\n"
    return f"---\ntitle: {title}\n{named}{empty}tags:\n- paper\n---\n"


def isbn_for(service: str, number: int) -> str | None:
    """The ISBN of a work, for the service that can be asked for nothing else."""
    return isbn(number) if service == "open_library" else None


def is_text(said: str) -> bool:
    return all(c.isprintable() or c in "\n\t" for c in said)


@pytest.mark.parametrize("name", SERVICES)
def test_whatever_a_service_says_stays_text(tmp_path: Path, name: str) -> None:
    evil = [NO_XML.sub("", each) if name == "arxiv" else each for each in EVIL]
    corpus = Corpus([record(n, each) for n, each in enumerate(evil)])
    ladder = [{"rung": RUNG.get(name, "title_search"), "ask": [name]}]
    with house(tmp_path, corpus, **OFF, ladder=ladder) as made:
        notes = [
            made.put(f"{n}.md", bare(titled(n), isbn_for(name, n)) + "body\n")
            for n in range(len(evil))
        ]
        dry = made.enrich("--dry-run", "--diff", "-v")
        done = made.enrich("--json", "-")
        assert (dry.code, done.code) == (commands.DONE, commands.DONE)
        assert is_text(dry.out)
        assert is_text(done.out)
        # A list with such a name is left out; the other values are written.
        assert len(json.loads(done.out)["changed"]) >= len(evil) // 4
        for number, note in enumerate(notes):
            holds(note, titled(number))
        for note in notes[:2]:
            assert is_text(made.run("why", str(note), "--config", str(made.config)).out)
        assert is_text(made.ledger.read_text())
        sheet = made.run("review", str(made.notes), "--config", str(made.config), "--export", "-")
        assert is_text(sheet.out)
        assert set(yaml.safe_load(sheet.out)) == {"doubtful", "ruled"}
        assert made.enrich("--dry-run").code == commands.DONE


def holds(note: Path, title: str) -> None:
    """One mapping with the keys that were there, names in it, and the body as it was."""
    text = note.read_text(encoding="utf-8")
    assert is_text(text)
    _, block, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    assert body == "body\n"
    said = yaml.safe_load(block)
    there = {"title", "authors", "year", "venue", "fieldsOfStudy", "tags"}
    assert there <= set(said) <= there | {"numCitedBy", "ref_count", "isbn"}
    assert (said["title"], said["tags"]) == (title, ["paper"])
    names = [*(said["authors"] or ()), said["venue"] or "", *(said["fieldsOfStudy"] or ())]
    assert all(isinstance(each, str) and len(each) <= 500 and is_text(each) for each in names)


WORK = Record(
    "A work that every service knows of", f"{7:040x}", authors=("A. One",), full_names=("Ada One",),
    year=2020, venue="ICML", short_venue="Phys.Rev.D", doi="10.1000/7", arxiv_id="2001.00007",
    dblp_key="conf/x/7", pmid="1007", isbn=isbn(7),
)  # fmt: skip


HARM_DEEP = pytest.mark.deep("two services do each harm without them; test_faults has all")
HARM = [
    pytest.param(name, fault, marks=() if (number - place) % 5 in (0, 1) else HARM_DEEP)
    for number, fault in enumerate(("deep", "bomb", "entities", "redirect", "echo"))
    for place, name in enumerate(SERVICES)
]


@pytest.mark.parametrize(("name", "fault"), HARM)
def test_an_answer_made_to_do_harm_is_an_outage(tmp_path: Path, name: str, fault: str) -> None:
    ladder = [{"rung": RUNG.get(name, "title_search"), "ask": [name]}]
    with house(tmp_path, Corpus([WORK]), **OFF, ladder=ladder) as made:
        before = bare(WORK.title, isbn_for(name, 7))
        note = made.put("a.md", before)
        assert made.server
        made.server.fault(name, fault)
        said = made.enrich()
        # What it turns down or nobody can hold blames the question, and may stay open quietly.
        assert said.code == commands.INCOMPLETE or fault in ("bomb", "echo")
        assert ("could not ask " in said.out) is (said.code == commands.INCOMPLETE)
        assert note.read_text() == before
        assert made.server.strays == []
        made.server.heal(name)
        assert made.enrich().code == commands.DONE
        assert "2020" in note.read_text()


# --- secrets -------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[House]:
    corpus = Corpus([record(n, "Ann") for n in range(6)])
    with house(tmp_path, corpus, **OFF, contact=CONTACT) as made:
        for number in range(8):
            made.put(f"{number}.md", bare(titled(number)))
        yield made


def told(made: House, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with every logger as loud as it goes."""
    program = (
        "import logging, sys; logging.basicConfig(level=1);"
        "from refmatter import commands; sys.exit(commands.main())"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **KEYS, "PYTHONPATH": os.pathsep.join(map(str, sys.path))},
        cwd=made.folder,
        capture_output=True,
        check=False,
    )


def secrets_in(made: House, *said: bytes) -> list[str]:
    """Where a secret stands: in which of these texts, or in which file but config.yaml."""
    texts = {f"text {number}": each for number, each in enumerate(said)}
    files = {k: v for k, v in snapshot(made.folder).items() if k != made.config.name}
    return [name for name, text in (texts | files).items() if b"s3ntinel" in text]


@pytest.mark.parametrize(
    "fault", ["", "echo", pytest.param("garbage", marks=pytest.mark.deep("it echoes no key"))]
)
def test_keys_and_address_are_sent_and_stand_nowhere(kept: House, fault: str) -> None:
    assert kept.server
    for name in SERVICES if fault else ():
        kept.server.fault(name, fault)
    said = told(
        kept, "enrich", "notes", "--config", "config.yaml", "-v", "--diff", "--json", "report.json"
    )
    assert said.returncode == (commands.INCOMPLETE if fault else commands.DONE), said.stderr
    sent = [each.headers for each in kept.server.log]
    assert any(each.get("x-api-key") == KEYS["SEMANTIC_SCHOLAR_API_KEY"] for each in sent)
    assert any(KEYS["OPENALEX_API_KEY"] in each.get("authorization", "") for each in sent)
    assert all(CONTACT in each["user-agent"] for each in sent)
    assert b"refmatter.web" in said.stderr  # the loggers were heard
    assert secrets_in(kept, said.stdout, said.stderr) == []


def test_keys_and_address_stand_in_no_error(kept: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, key in KEYS.items():
        monkeypatch.setenv(name, key)
    bug = kept.enrich("--offline", "--json", "a\0b")
    kept.ledger.write_text("nonsense\n")
    damaged = kept.enrich()
    kept.ledger.unlink()
    kept.configure(contact=f"{CONTACT}\n")
    unsent = kept.enrich()
    kept.configure(contact=[CONTACT])
    wrong = kept.enrich()
    kept.config.write_text(f"contact: {CONTACT}: [\n")
    broken = kept.enrich()
    runs = (bug, damaged, unsent, wrong, broken)
    assert [each.code for each in runs] == [commands.BUG] + [commands.USAGE] * 4
    texts = [(each.out + each.err).encode() for each in runs]
    assert all(texts)
    assert secrets_in(kept, *texts) == []


# --- notes and links -----------------------------------------------------------------------

LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
LETTERS = 'a: &a "' + "x" * 800_000 + '"\nb: [' + ",".join(["*a"] * 49_000) + "]\n"


@pytest.mark.parametrize(
    ("block", "where", "reason"),
    [
        (LAUGHS, ":8: ", "too many values"),
        (LETTERS, ":4: ", "too many values"),
        ("a:\n  - " + "k: v\n    " * 1_200_000, ":2: ", "characters long"),
        ("a: " + "[" * 200_000, ":3: ", "nested too deep"),
        ("a: " + "{b: " * 200_000, ":3: ", "nested too deep"),
        ("a:\n  " + "- " * 200_000, ":4: ", "nested too deep"),
        ("a: 1\nb: !!python/object/apply:os.system ['touch pwned']", ":4: ", "tag"),
        ("a: !!python/name:os.system", ":3: ", "tag"),
        ("a: !!timestamp 2001-01-01", "", ""),
        ("subtitle: " + "x" * 5000, "", ""),
    ],
)
def test_front_matter_made_to_do_harm_is_refused_with_its_line(
    tmp_path: Path, block: str, where: str, reason: str
) -> None:
    with house(tmp_path) as made:
        evil = made.put("evil.md", f"---\ntags: [paper]\n{block}\n---\nbody\n")
        good = made.put("good.md", bare("Attention is All you Need"))
        before = evil.read_bytes()
        said = made.enrich("--offline")
        assert said.code == (commands.INCOMPLETE if where else commands.DONE)
        assert f" evil.md{where}" in said.out or not where
        assert reason in said.out
        assert evil.read_bytes() == before or not where
        assert "year: 2017" in good.read_text()
        assert not (made.folder / "pwned").exists()
        assert not Path("pwned").exists()


def test_a_title_that_no_work_has_is_refused(tmp_path: Path) -> None:
    with house(tmp_path) as made:
        made.put("evil.md", bare("word " * 1000))
        made.put("other.md", f"# {'word ' * 1000}\n")
        said = made.enrich("--offline")
        assert said.code == commands.INCOMPLETE
        assert absent(said.out, "evil.md: ", "title", "4000 letters") == []
        assert "other.md" not in said.out


LINKS = (
    "../../../etc/cron.d/x.md", "../outside.md", "/etc/cron.d/x.md", "/x.md", "a%00b.md",
    "a\x00b.md", "..%2f..%2foutside.md", "%2e%2e/outside.md", "%2E%2E%2Foutside.md",
    "out/x.md", "out/../x/../../y.md", "~/x.md", "C:\\x.md", "..\\outside.md", "file:///etc/x.md",
    ".git/hooks/post-commit.md", ".obsidian/x.md", "dangling.md", "x" * 300 + ".md", "a\nb.md",
    "https://example.org/x.md", "javascript:x.md", "..", ".", "./", "//etc/x.md", "%ff%fe.md/..",
)  # fmt: skip


@pytest.mark.parametrize("create", ["linked", "all"])
def test_links_that_lead_out_make_nothing(tmp_path: Path, create: str) -> None:
    with house(tmp_path / "home") as made:
        items = [f"- [A title with number {n} of them]({each})\n" for n, each in enumerate(LINKS)]
        items += [f"- [[{each}|A name with number {n}]]\n" for n, each in enumerate(LINKS)]
        items += ["- [../../A title that is a way out](<../../evil.md>)\n"]
        text = bare("A title of its own") + "\n## References\n\n" + "".join(items)
        note = made.put("a.md", text)
        (made.notes / "out").symlink_to(tmp_path)
        (made.notes / "dangling.md").symlink_to(tmp_path / "nowhere.md")
        before = snapshot(tmp_path)
        made.enrich("--offline", "--create", create)
        ours = ("home/cache/", "home/.refmatter/", "home/refmatter.lock")
        new = {k for k in snapshot(tmp_path) if k not in before and not k.startswith(ours)}
        assert all(k.startswith("home/notes/") for k in new)
        assert not any(part.startswith(".") for k in new for part in Path(k).parts)
        assert (made.notes / "dangling.md").is_symlink()
        assert not (tmp_path / "nowhere.md").exists()
        assert ("[A title with number 0 of them](../../../etc/cron.d/x.md)\n") in note.read_text()


# --- the cache -----------------------------------------------------------------------------


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.marker),)


@pytest.mark.parametrize("mode", [1, 2, 3, 4])
@pytest.mark.parametrize("place", ["value", "key", "file"])
def test_a_pickle_planted_in_the_cache_is_never_run(tmp_path: Path, mode: int, place: str) -> None:
    """CVE-2025-69872, in every mode that diskcache knows: raw, binary, text and pickle."""
    marker = tmp_path / "pickle-was-run"
    bomb = pickle.dumps(Bomb(marker))
    with house(tmp_path / "home", Corpus([WORK]), **OFF) as made:
        note = made.put("a.md", bare(WORK.title))
        assert made.enrich("--dry-run").code == commands.DONE
        cache = made.folder / "cache"
        (cache / "planted.val").write_bytes(bomb)
        column = {
            "value": ("value = ?, mode = ?", (bomb, mode)),
            "key": ("key = ? || rowid, raw = 0, mode = ?", (bomb, mode)),
            "file": ("value = NULL, filename = ?, mode = ?", ("planted.val", mode)),
        }[place]
        with closing(sqlite3.connect(cache / "cache.db")) as database, database:
            planted = database.execute(f"UPDATE Cache SET {column[0]}", column[1])  # noqa: S608 - ours
            assert planted.rowcount > 0
        assert made.enrich().code == commands.DONE
        assert "2020" in note.read_text()
    assert not marker.exists()
    pickle.loads(bomb)  # noqa: S301 - made above: it would have shown
    assert marker.exists()


def test_the_command_line_may_hold_anything(tmp_path: Path) -> None:
    with house(tmp_path) as made:
        for title in ("\udcff \x9b31m", "\x1b[2J", "x" * 100_000, "\u202e"):
            plain = made.run("resolve", title, "--config", str(made.config), "--offline")
            said = made.run("resolve", title, "--config", str(made.config), "--offline", "--json")
            assert {plain.code, said.code} <= {commands.DONE, commands.INCOMPLETE}
            assert is_text(plain.out + said.out)
            assert json.loads(said.out)["title"] == title
