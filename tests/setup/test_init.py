"""`refmatter init` as a person types it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from house import House
from refmatter import commands
from support import SEEDS, absent, snapshot, vault


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A repository with the seeds in `notes`, to be in."""
    (tmp_path / ".git").mkdir()
    made = House(tmp_path)
    made.take(SEEDS.glob("*.md"))
    monkeypatch.chdir(tmp_path)
    return made


def manners(said: str) -> dict[str, str]:
    """What was learned, by the name that stands two blanks before it."""
    rows = (re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in said.splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 2}


def test_it_tells_what_it_learned_and_writes_a_file_that_is_found(here: House) -> None:
    before = snapshot(here.notes)
    said = here.run("init", "notes")
    assert (said.code, said.err) == (commands.DONE, "")
    told = manners(said.out)
    assert told["citation count"].split() == ["numCitedBy", "1", "1"]
    assert told["order of keys"].startswith("title, authors, ")
    assert absent(told["lists"], "one item a line") == []
    assert absent(told["references"], 190, "2 notes", "`References`") == []
    known = ("2 Markdown files", "2 paper notes", "2 by their tag", "1 by bibliographic keys")
    assert absent(said.out, *known, here.notes / "config.yaml") == []
    assert absent(said.out, "refmatter enrich notes --dry-run --diff") == []
    after = snapshot(here.notes)
    assert after.keys() - before.keys() == {"config.yaml"}
    assert {name: after[name] for name in before} == before
    assert here.run("config").out.startswith("# no config.yaml")
    os.chdir("notes")
    assert here.run("config").out.startswith(f"# from {here.notes / 'config.yaml'}")


def test_three_commands_lead_to_a_first_diff(here: House) -> None:
    """The first is `pip install`; the second may be left out."""
    here.run("init", "notes")
    said = here.run("enrich", "notes", "--dry-run", "--diff", "--offline")
    assert said.code == commands.DONE
    assert "\n+authors:\n" in said.out
    (here.notes / "config.yaml").unlink()
    assert here.run("enrich", "notes", "--dry-run", "--diff", "--offline") == said


def test_what_is_there_stays(here: House) -> None:
    here.run("init", "notes", "--contact", "me@example.org")
    before = snapshot(here.folder)
    assert b"\ncontact: me@example.org\n" in before["notes/config.yaml"]
    said = here.run("init", "notes", "--contact", "you@example.org")
    assert said.code == commands.DONE
    assert absent(said.out, "notes/config.yaml", "in force", "stays") == []
    assert "--print" in said.out
    assert snapshot(here.folder) == before


def test_another_programs_file_stays(here: House) -> None:
    vault(here.notes, {"config.yaml": "theme: dark\n"})
    said = here.run("init", "notes")
    assert absent(said.out, "notes/config.yaml", "another program", "stays") == []
    assert (here.notes / "config.yaml").read_text() == "theme: dark\n"


def test_print_prints_the_file_alone_and_writes_nothing(here: House) -> None:
    before = snapshot(here.folder)
    printed = here.run("init", "notes", "--print")
    assert snapshot(here.folder) == before
    here.run("init", "notes")
    assert (here.notes / "config.yaml").read_text() == printed.out


def test_the_wrong_folder_gets_no_file(here: House) -> None:
    (here.folder / "empty").mkdir()
    said = here.run("init", "empty")
    assert said.code == commands.INCOMPLETE
    assert absent(said.out, "no notes") == []
    assert list((here.folder / "empty").iterdir()) == []
    vault(here.folder, {"empty/a.md": "# A diary\n"})
    said = here.run("init", "empty")
    assert absent(said.out, "paper note", "the tag `paper`", "--papers") == []
    assert "next:" not in said.out


def test_a_vault_with_nothing_filled_is_told_so(here: House) -> None:
    vault(
        here.folder,
        {"bare/a.md": "---\ntitle: A\ntags: paper\n---\n", "bare/b.md": "---\na: [\n---\n"},
    )
    said = here.run("init", "bare").out
    assert absent(said, "No note is filled") == []
    assert absent(manners(said)["references"], "no note", "heading") == []
    assert "cannot be read: b.md:" in said


def test_what_a_run_leaves_out_or_takes_in_is_counted(here: House) -> None:
    paper = "---\ntitle: A {0}\nauthors: [A B]\nyear: 2001\ntags: [paper]\n---\n"
    files = {f"vault/p{n}.md": paper.format(n) for n in range(4)}
    files |= {f"vault/q{n}.markdown": paper.format(n) for n in range(2)}
    files |= {f"vault/r{n}.qmd": paper.format(n) for n in range(3)}
    files["vault/Templates/paper.md"] = "---\ntitle: '{{title}}'\nyear:\n---\n"
    vault(here.folder, files)
    said = here.run("init", "vault").out
    assert absent(said, "`.markdown`", "`.qmd`", "1 template") == []


def test_what_config_yaml_leaves_out_is_named_and_stays_out(here: House) -> None:
    paper = "---\ntitle: A {0}\nauthors: [A B]\nyear: 2001\ntags: [paper]\n---\n"
    files = {f"papers/p{n}.md": paper.format(n) for n in range(3)} | {"diary.md": "A day.\n"}
    vault(here.folder / "vault", files | {"config.yaml": "notes:\n  include: ['papers/**']\n"})
    said = here.run("init", "vault", "--papers", "papers/**").out
    assert absent(said, "1 Markdown file", "`notes.include`", "diary.md") == []
    assert "papers/**" in said.split("Add to it", 1)[1]
    assert (here.folder / "vault/config.yaml").read_text().count("papers") == 1


def test_many_that_cannot_be_read_are_counted(here: House) -> None:
    vault(here.notes, {f"bad{n}.md": "---\na: [\n---\n" for n in range(8)})
    said = here.run("init", "notes").out
    assert said.count("cannot be read:") == 5
    assert "… and 3 more" in said


def test_other_manners_in_plain_words(here: House) -> None:
    note = (
        "---\nauthors: 'Last, First; Other, One'\ntitle: \"A {0}\"\nYear: 2001\njournal: ICML\n"
        "status: x\ntags: [paper]\n---\n\nhttps://doi.org/10.1000/x{0}\n"
    )
    vault(here.folder, {f"flat/{n}.md": note.format(n) for n in range(6)})
    said = manners(here.run("init", "flat").out)
    assert said["order of keys"].startswith("authors, title, Year, journal")
    assert absent(said["lists"], "one text", "`;`") == []
    assert said["quotes"].startswith("double")
    assert absent(said["venues"], "short", "ICML", "no key") == []
    assert absent(said["citation count"], "do not keep", "`fields.citation_count`") == []
    assert said["identifiers"].startswith("6 DOI")


def test_wikilinked_authors_turned_round(here: House) -> None:
    note = "---\nauthors:\n  - '[[Song, Kaitao]]'\nyear: 2001\n---\n"
    vault(here.folder, {"wiki/masked.md": note})
    said = manners(here.run("init", "wiki").out)
    assert absent(said["lists"], "one item a line", "indented", "[[wikilinks]]") == []
    assert absent(said["authors"], "last name first", "Song, Kaitao") == []


def test_recipes_are_written_once_and_stay(here: House) -> None:
    wished = [f"--with={name}" for name in commands.init.RECIPES]
    said = here.run("init", "notes", *wished)
    assert said.code == commands.DONE
    assert said.out.count("written: ") == 7
    assert "then: pre-commit install" in said.out
    assert f"systemctl --user link {here.notes / '.refmatter/refmatter.service'}" in said.out
    before = snapshot(here.folder)
    assert {name for name in before if not name.startswith("notes/")} == {
        ".github/workflows/refmatter.yml", ".gitlab/refmatter.yml", ".pre-commit-config.yaml",
    }  # fmt: skip
    again = here.run("init", "notes", *wished)
    assert again.code == commands.DONE
    assert again.out.count("there already: ") == 6
    assert snapshot(here.folder) == before
    hook = here.folder / ".pre-commit-config.yaml"
    hook.write_text("repos: []\n")
    said = here.run("init", "notes", "--with", "pre-commit")
    assert said.code == commands.INCOMPLETE
    assert absent(said.out, ".pre-commit-config.yaml", "stays") == []
    assert "  repos:\n" in said.out
    assert hook.read_text() == "repos: []\n"


def test_a_run_takes_the_folder_that_the_timer_is_in(here: House) -> None:
    here.run("init", "notes", "--with", "cron")
    assert here.run("enrich", "notes", "--offline").code == commands.DONE
    assert (here.notes / ".refmatter" / ".gitignore").read_text().endswith("*\n")
    assert here.run("undo", "--vault", "notes").code == commands.DONE


def test_a_file_that_cannot_be_written_is_told(here: House) -> None:
    (here.notes / ".refmatter").write_text("in the way")
    said = here.run("init", "notes", "--with", "cron")
    assert said.code == commands.USAGE
    assert "cannot be written" in said.err


def test_a_folder_is_wanted(here: House) -> None:
    (note, *_) = here.notes.iterdir()
    said = here.run("init", str(note))
    assert said.code == commands.USAGE
    assert absent(said.err, note.name, "is a file", "folder") == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_told(here: House) -> None:
    here.notes.chmod(0)
    said = here.run("init", "notes")
    here.notes.chmod(0o755)
    assert said.code == commands.USAGE
    assert "cannot be listed" in said.err


@pytest.mark.parametrize(("typed", "contact"), [("me@example.org\n", True), ("\n", False)])
def test_on_a_terminal_an_address_is_asked_for(here: House, typed: str, contact: bool) -> None:
    ours, theirs = os.openpty()
    os.write(ours, typed.encode())
    done = subprocess.run(
        [sys.executable, "-m", "refmatter", "init", "notes"],
        stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True, check=False,
        env={**os.environ, "TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert (done.returncode, done.stderr) == (commands.DONE, "")
    assert "contact (" in shown
    assert ("\ncontact: me@example.org\n" in (here.notes / "config.yaml").read_text()) is contact


def test_the_counts_are_there_as_json_and_nothing_is_written(here: House) -> None:
    lines = "category: research\n---\n"
    files = {f"v/{n}.md": f"---\ntitle: T{n}\nauthors: [A]\nyear: 2001\n{lines}" for n in range(4)}
    files |= {f"v/d{n}.md": "---\ncategory: daily\n---\n" for n in range(3)} | {"v/x.mdx": "x\n"}
    vault(here.folder, files)
    said = here.run("init", "v", "--json")
    assert (said.code, said.err) == (commands.DONE, "")
    told = json.loads(said.out)
    assert (told["files"], told["papers"], told["other_suffixes"]) == (8, 4, {".mdx": 1})
    assert told["proposed_sign"] == {
        "kind": "key", "name": "category", "value": "research",
        "described": 4, "of_described": 4, "others": 4, "of_others": 0,
    }  # fmt: skip
    assert told["schema"]["order"] == ["title", "authors", "year", "category"]
    assert told["fields"]["year"] == {"keys": ["year"], "added": True, "filled": 4, "open": 0}
    assert told["fields"]["key"] == {"keys": [], "added": False, "filled": 0, "open": 4}
    assert told["other_keys"] == {"category": 4}
    assert not (here.folder / "v" / "config.yaml").exists()
    text = here.run("init", "v").out
    for part in ("`category: research`", "4 of 4 notes", "0 of 4 other notes", "`.mdx`"):
        assert part in text


def test_it_names_no_key_that_the_notes_do_not_have(here: House) -> None:
    note = "---\ntitle: T\nauthors:\n- A B\nrating: 3\ntags:\n- paper\nvenue: X\nyear: 1\n---\n"
    vault(here.folder, {f"v/{n}.md": note for n in range(3)})
    said = here.run("init", "v").out
    assert "`rating` (3)" in said
    assert not {"Alias", "meta_key", "numCitedBy", "fieldsOfStudy"} & set(re.findall(r"\w+", said))
