"""The command as a person types it: help, errors, exit codes, reports."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import scholar
from house import House, Said, house
from refmatter import __version__, commands
from refmatter.files import lock_folder
from support import ROOT, absent, snapshot, vault

BARE = "---\ntitle: Attention is All you Need\ntags:\n- paper\n---\n"
HEAVY = ("pydantic", "httpx", "diskcache", "yaml", "rich", "tenacity")


@pytest.fixture
def made(tmp_path: Path) -> House:
    each = House(tmp_path)
    each.configure()
    each.put("a.md", BARE)
    return each


def program(*arguments: str) -> Said:
    """What the program does with these arguments, also where the parser ends it."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = commands.main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_what_is_asked_for_often_loads_nothing_heavy(option: str) -> None:
    code = (
        "import sys\nfrom refmatter.commands import main\n"
        f"try: main(['{option}'])\nexcept SystemExit: pass\n"
        f"print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    )
    said = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert said.stderr == "[]\n"


def test_the_command_and_the_module_are_one() -> None:
    script = Path(sys.executable).parent / "refmatter"
    for command in ([script], [sys.executable, "-m", "refmatter"]):
        said = subprocess.run([*command, "--version"], text=True, capture_output=True, check=True)
        assert said.stdout == f"refmatter {__version__}\n"


@pytest.mark.parametrize("command", ["", *commands.subcommands(commands.build_parser())])
def test_help_fits_a_terminal_and_shows_examples_that_work(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        commands.main([*filter(None, [command]), "--help"])
    text = capsys.readouterr().out
    lines = text.splitlines()
    assert ended.value.code == 0
    assert text.startswith("usage: refmatter")
    assert len(lines) <= (30 if not command else 40)
    assert max(map(len, lines)) <= 80
    examples = text.partition("examples:\n")[2].splitlines()
    assert examples
    for line in examples:
        said = re.search(r"refmatter (.*?)(?:  |[<>)]|$)", line)
        assert said
        if "COMMAND" not in line:
            assert commands.parse_arguments(shlex.split(said[1])).run


def test_every_command_is_in_the_help_once() -> None:
    text = program("--help").out
    for name in commands.subcommands(commands.build_parser()):
        assert len(re.findall(rf"^  {name} ", text, re.MULTILINE)) == 1


def test_without_a_command_the_help_is_shown() -> None:
    said = program()
    assert (said.code, said.out) == (commands.USAGE, "")
    assert said.err == program("--help").out


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        (["enrich", "nowhere"], ("nowhere: ", "no such file")),
        (["enrich", "--config", "none.yaml"], ("none.yaml: ", "no such file")),
        (["why", "."], (".: ", "folder", "one note")),
        (["why", "missing.md"], ("missing.md: ", "no such file")),
        (["enrcih"], ("`enrcih`", "`enrich`?")),
        (["zzz"], ("`zzz`", "`refmatter --help`")),
        (["vault"], ("`vault`", "`refmatter enrich vault`?")),
        (["enrich", "valt"], ("valt: ", "no such file", "`vault`?")),
        (["enrich", "--dryrun"], ("`refmatter enrich`", "`--dryrun`", "`--dry-run`?")),
        (["why", "a.md", "-z"], ("`refmatter why`", "`-z`", "`refmatter why --help`")),
        (["why", "vault/pic.png"], ("vault/pic.png: ", "`notes.include`", "**/*.md")),
    ],
)
def test_a_mistake_is_told_in_a_line(
    arguments: list[str],
    facts: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "pic.png").touch()
    said = House(tmp_path).run(*arguments)
    assert (said.code, said.out, said.err.count("\n")) == (commands.USAGE, "", 1)
    assert said.err.startswith("refmatter: ")
    assert absent(said.err, *facts) == []


def test_words_too_many_are_a_usage_error() -> None:
    said = program("config", "this", "and", "that")
    assert said.code == commands.USAGE
    assert "this and that" in said.err


@pytest.mark.parametrize(
    ("files", "hint"),
    [({}, "no notes"), ({"a.md": "# Diary\n"}, "paper note")],
)
def test_a_folder_with_nothing_to_do_is_told_why(
    tmp_path: Path, files: dict[str, str], hint: str
) -> None:
    said = House(tmp_path).run(
        "enrich", str(vault(tmp_path / "v", files) if files else tmp_path), "--offline"
    )
    assert said.code == commands.DONE
    assert absent(said.out, hint) == []


@pytest.mark.parametrize("option", ["--only=years", "--only=,", "--create=some"])
def test_a_wrong_option_is_a_usage_error(option: str) -> None:
    said = program("enrich", option)
    assert said.code == commands.USAGE
    assert "usage: refmatter enrich" in said.err


def test_a_wrong_config_is_told_with_its_line(made: House) -> None:
    made.config.write_text("references:\n  craete: all\n")
    said = made.enrich()
    assert said.code == commands.USAGE
    assert said.err.startswith(f"refmatter: {made.config}:2: ")
    assert said.err.count("\n") == 1
    assert absent(said.err, "`references.craete`", "`create`?") == []


def test_a_damaged_ledger_stops_the_run_before_anything_is_written(made: House) -> None:
    made.ledger.write_text("<<<<<<< HEAD\n")
    before = snapshot(made.folder)
    said = made.enrich("--offline")
    assert said.code == commands.USAGE
    assert absent(said.err, f"{made.ledger}:1", "merge conflict") == []
    assert snapshot(made.folder) == before


def test_check_says_by_its_exit_code_whether_a_note_would_change(made: House) -> None:
    before = snapshot(made.folder)
    assert made.run("check", str(made.notes)).code == commands.WOULD_CHANGE
    assert snapshot(made.folder) == before
    assert made.enrich("--offline").code == commands.DONE
    assert made.run("check", str(made.notes)).code == commands.DONE


def test_a_note_that_cannot_be_read_is_named_and_the_others_go_on(made: House) -> None:
    made.put("bad.md", "---\ntitle: [unclosed\n---\n")
    made.put("worse.md", "---\ntitle: x\n")
    said = made.enrich("--offline")
    assert said.code == commands.INCOMPLETE
    assert "1 written" in said.out
    assert absent(said.out, "bad.md:2: ", "worse.md:1: ") == []
    quiet = made.enrich("--offline", "-q")
    assert quiet.out == ""
    assert absent(quiet.err, "bad.md:2: ", "worse.md:1: ") == []
    assert quiet.err.count("\n") == 2


def test_front_matter_in_another_format_is_left_alone_and_counted(made: House) -> None:
    files = {"a/one.md": "+++\ntitle = 'x'\n+++\n", "two.md": "+++\n+++\n", "o.md": '{"a": 1}\n'}
    for name, text in files.items():
        made.put(name, text)
    made.put("a.md", BARE + "\n## References\n\n- [Another work of the field](a/one.md)\n")
    for command in (("enrich", "--offline"), ("lint",), ("check",)):
        said = made.run(command[0], str(made.notes), *command[1:])
        assert said.code == commands.DONE, said
        assert not set(files) & set(re.findall(r"[\w/]+\.md", said.out + said.err))
        if command[0] == "enrich":
            assert absent(said.out, "of 4 files", "2 files with TOML", "1 file with JSON") == []
    assert {name: (made.notes / name).read_text() for name in files} == files
    only = made.run("enrich", str(made.notes / "two.md"), "--offline", "--json", "-").out
    assert json.loads(only)["notes"]["other_formats"] == {"TOML": 1}


def test_a_note_that_cannot_be_changed_safely_is_left_and_not_remembered_as_ours(
    made: House,
) -> None:
    twice = made.put("a.md", BARE.replace("tags", "year:\nyear:\ntags"))
    before = twice.read_bytes()
    said = made.enrich("--offline")
    assert said.code == commands.INCOMPLETE
    assert " a.md:" in said.out
    assert "1 note refused" in said.out
    assert twice.read_bytes() == before
    (line,) = made.lines().values()
    assert "written" not in line
    made.put("a.md", BARE)
    assert made.enrich("--offline").code == commands.DONE
    (line,) = made.lines().values()
    assert line["note"] == "notes/a.md"
    assert "year" in line["written"]


def test_two_runs_do_not_write_one_vault(made: House) -> None:
    with lock_folder(made.folder):
        said = made.enrich("--offline")
        assert said.code == commands.USAGE
        assert said.err.startswith(f"refmatter: {made.folder}: ")
        assert absent(said.err, "another run", "wait") == []
        assert made.enrich("--offline", "--dry-run").code == commands.DONE
        assert "authors" not in (made.notes / "a.md").read_text()
    assert made.enrich("--offline").code == commands.DONE


def test_a_vault_of_bare_notes_is_given_four_keys_and_told_so_once(made: House) -> None:
    assert made.report("--offline", "--dry-run")["schema"] == {
        "basis": "defaults",
        "keys": {
            "title": "title", "authors": "authors", "year": "year", "venue": "venue",
            "citation_count": "citations",
        },
    }  # fmt: skip
    said = made.enrich("--offline").out
    assert absent(said, "`authors`", "`year`", "`venue`", "`citations`") == []
    text = (made.notes / "a.md").read_text()
    assert [row.partition(":")[0] for row in text.splitlines() if ":" in row] == [
        "title", "authors", "year", "venue", "citations", "tags",
    ]  # fmt: skip
    assert "`citations`" not in made.enrich("--offline").out
    assert (made.notes / "a.md").read_text() == text
    made.put("b.md", BARE.replace("tags", "authors: [Ada Lovelace]\nyear: 2017\ntags"))
    assert made.report("--offline")["schema"]["basis"] == "notes"


def test_a_note_whose_work_is_not_found_is_given_no_key(made: House) -> None:
    note = made.put("a.md", BARE.replace("Attention is All you Need", "Of moss under lamplight"))
    seed = made.put("b.md", note.read_text().replace("tags", "meta_key:\npdf_relpath:\ntags"))
    before = note.read_bytes(), seed.read_bytes()
    made.enrich("--offline")
    assert (note.read_bytes(), seed.read_bytes()) == before


def test_quiet_is_quiet_when_all_is_well(made: House) -> None:
    assert made.enrich("--offline", "-q") == Said(commands.DONE, "", "")


def test_only_some_fields(made: House) -> None:
    made.enrich("--offline", "--only", "year, venue")
    text = (made.notes / "a.md").read_text()
    assert text == BARE.replace("---\n", "", 1).join(["---\n", ""]).replace(
        "tags:\n", "year: 2017\nvenue: NIPS\ntags:\n"
    )
    made.enrich("--offline")
    assert "authors:" in (made.notes / "a.md").read_text()


def test_only_the_notes_that_are_named_change(made: House) -> None:
    other = made.put(
        "sub/b.md",
        BARE.replace("Attention is All you Need", "Distilling the Knowledge in a Neural Network"),
    )
    said = made.run("enrich", str(made.notes / "a.md"), "--config", str(made.config), "--offline")
    assert said.code == commands.DONE
    assert absent(said.out, "1 paper note", "2 files") == []
    assert "authors" in (made.notes / "a.md").read_text()
    assert "authors" not in other.read_text()
    made.run("enrich", str(made.notes), "--config", str(made.config), "--offline")
    assert "authors" in other.read_text()


def test_without_a_path_the_folder_one_is_in_is_the_vault(
    made: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made.folder)
    assert made.run("enrich", "--offline").code == commands.DONE
    assert "authors" in (made.notes / "a.md").read_text()


@pytest.mark.parametrize(("create", "notes"), [("never", 1), ("linked", 2), ("all", 3)])
def test_create_on_the_command_line(made: House, create: str, notes: int) -> None:
    path = made.put("a.md", BARE + "\n## References\n\n- [Distilling the Knowledge in a Neural "
                    "Network](./skip.md)\n"
                    "- Long Short-Term Memory-Networks for Machine Reading\n")  # fmt: skip
    assert made.enrich("--offline", "--create", create).code == commands.DONE
    assert len(list(made.notes.iterdir())) == notes
    name = "long-short-term-memory-networks-for-machine-reading.md"
    assert (f"](./{name})" in path.read_text()) is (create == "all")


def test_json_to_a_file_and_to_stdout(made: House) -> None:
    target = made.folder / "report.json"
    said = made.enrich("--offline", "--dry-run", "--json", str(target))
    assert "1 would be written" in said.out
    report = json.loads(target.read_text())
    piped = made.enrich("--offline", "--dry-run", "--json", "-")
    assert json.loads(piped.out) == report
    assert "1 would be written" in piped.err
    (changed,) = report["changed"]
    years = [each for each in changed["changes"] if each["field"] == "year"]
    assert years == [
        {
            "field": "year", "key": "year", "old": None, "new": 2017, "provider": "catalog",
            "by": "catalog", "fetched": "2022-07-03",
        }
    ]  # fmt: skip


def test_a_report_that_cannot_be_written(made: House) -> None:
    said = made.enrich("--offline", "--json", str(made.folder / "no" / "x.json"))
    assert said.code == commands.USAGE
    assert "cannot be written" in said.err


def test_verbose_has_a_line_for_each_note_and_its_remarks(made: House) -> None:
    thoughts = BARE.replace(
        "Attention is All you Need", "Distilling the Knowledge in a Neural Network"
    )
    for name, more in (("b.md", "year: 2010\narxiv: 1503.02531"), ("c.md", "year: 2015")):
        made.put(name, thoughts.replace("tags", f"{more}\ntags"))
    made.configure(fields={"venue": "venue"})
    said = made.enrich("--offline", "-v")
    (written,) = re.findall("^written: a.md: (.*)$", said.out, re.MULTILINE)
    assert [change.split()[0] for change in written.split(", ")] == ["year", "venue"]
    assert written.count("catalogue") == 2
    (remark,) = re.findall(r"^unchanged: b\.md\n  (.*)$", said.out, re.MULTILINE)
    assert {"2010", "2015"} <= set(re.findall(r"\d+", remark))
    assert "1 disagrees" in said.out
    assert said.code == commands.DONE


def test_why_tells_where_each_value_came_from(made: House) -> None:
    note = str(made.notes / "a.md")
    assert absent(made.run("why", note).out, "not looked for", "title") == []
    made.enrich("--offline")
    said = made.run("why", note).out
    assert absent(said, "accepted, certain", "equal titles") == []
    assert "the present one" not in said
    (origin,) = re.findall(r"year: 2017\n    (.*)\n", said)
    assert absent(origin, "the catalogue", "bundled", "2022-07-03") == []
    path = made.notes / "a.md"
    path.write_text(path.read_text().replace("year: 2017", "year: 2018"))
    (origin,) = re.findall(r"year: 2018\n    (.*)\n", made.run("why", note, "year").out)
    assert absent(origin, "yours", "changed", 2017, "the catalogue", "2022-07-03") == []
    path.write_text(path.read_text().replace("tags:", "meta_key: a\ntags:"))
    (origin,) = re.findall(r"key: a\n    (.*)\n", made.run("why", note, "key").out)
    assert absent(origin, "file's name") == []


def test_why_of_a_note_that_cannot_be_read(made: House) -> None:
    bad = made.put("bad.md", "---\ntitle: [\n---\n")
    said = made.run("why", str(bad))
    assert said.code == commands.USAGE
    assert f"{bad}:" in said.err


def test_resolve_shows_candidates_features_and_decision(
    made: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(made.folder)
    said = made.run("resolve", "multitask learning", "--offline")
    assert said.code == commands.DONE
    assert said.out.startswith("ambiguous: 3 works ")
    assert said.out.count("title 1") == 3
    told = made.run("resolve", "Multitask learning", "--offline", "--year", "2004")
    assert told.out.startswith("ambiguous: 3 works ")  # a year is too little
    named = ("--author", "Rich Caruana", "--year", "2004")
    told = made.run("resolve", "Multitask learning", "--offline", *named)
    assert told.out.startswith("found: equal titles")
    assert absent(told.out.splitlines()[0], "the year") == []
    assert "others:" in told.out
    asked = json.loads(
        made.run(
            "resolve", "Distilling the Knowledge in a Neural Network", "--offline", "--json"
        ).out
    )
    assert asked["decision"] == "found"
    assert asked["values"]["year"] == 2015
    schema = json.loads((ROOT / "docs" / "resolve.schema.json").read_text())
    Draft202012Validator(schema).validate(asked)
    assert not made.ledger.exists()


def test_resolve_when_nobody_can_be_asked(made: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made.folder)
    said = made.run("resolve", "A title nobody has in a catalogue", "--author", "X. Y")
    assert said.code == commands.INCOMPLETE
    assert said.out.startswith("could not check\n")
    assert "could not ask Semantic Scholar:" in said.out
    offline = made.run("resolve", "A title nobody has in a catalogue", "--offline", "--json")
    assert offline.code == commands.DONE
    assert {f["trouble"] for f in json.loads(offline.out)["failures"]} == {"offline"}


def test_config_shows_what_is_in_force(made: House, monkeypatch: pytest.MonkeyPatch) -> None:
    said = made.run("config", "--config", str(made.config))
    assert said.out.startswith(f"# from {made.config}\n")
    monkeypatch.chdir(made.notes)
    assert made.run("config").out == said.out  # found above
    schema = json.loads(made.run("config", "--schema").out)
    assert schema == json.loads((ROOT / "config.schema.json").read_text())


def test_a_bug_is_told_as_one(made: House) -> None:
    # Nobody can type this name, so nothing is ready for it.
    said = made.enrich("--offline", "--json", "a\0b")
    assert said.code == commands.BUG
    assert "Traceback" in said.err
    assert "a bug" in said.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m refmatter config --schema | head -n 1"
    said = subprocess.run(["bash", "-c", command], text=True, capture_output=True, check=False)
    assert (said.stdout, said.stderr) == ("{\n", "")


def test_a_moving_bar_is_shown_on_a_terminal_alone(tmp_path: Path) -> None:
    with house(tmp_path, scholar.small()) as made:
        made.put("a.md", BARE)
        command = ["enrich", str(made.notes), "--config", str(made.config)]
        terminal, end = os.openpty()
        run = subprocess.Popen(
            [sys.executable, "-m", "refmatter", *command],
            stderr=end, stdout=subprocess.DEVNULL,
            env={**os.environ, "NO_PROXY": "*", "TERM": "xterm"},
        )  # fmt: skip
        os.close(end)
        shown = b""
        # A terminal hands out 4 KB at a time, holds up who writes when it is full, and says by
        # an error that there is no more: so it is read as long as the command runs.
        with contextlib.suppress(OSError):
            while part := os.read(terminal, 100_000):
                shown += part
        os.close(terminal)
        assert run.wait(60) == commands.DONE
        assert b"\x1b[" in shown
        assert b"by identifier" in shown
        piped = program(*command)
        assert "\x1b[" not in piped.out + piped.err
        assert piped.err == ""


def test_reports_of_each_kind_tell_of_one_run(made: House) -> None:
    files = [made.folder / f"report.{kind}" for kind in ("html", "md", "json")]
    options = [part for file in files for part in ("--report", str(file))]
    said = made.enrich("--offline", *options, "--json", "-")
    assert said.code == commands.DONE
    html, markdown, report = (file.read_text() for file in files)
    assert "<h1>1 note gained 4 values</h1>" in html
    assert "# 1 note gained 4 values" in markdown
    assert report == said.out
    assert json.loads(report)["day"] in html
    assert made.enrich("--offline", *options).code == commands.DONE  # reports may be written again
    assert "<h1>Nothing changed</h1>" in files[0].read_text()


def test_a_report_is_of_a_kind_that_is_known(made: House) -> None:
    with pytest.raises(SystemExit) as stopped:
        made.enrich("--report", "report.pdf")
    assert stopped.value.code == commands.USAGE


def test_a_report_takes_no_notes_place(made: House) -> None:
    note = made.put("a.md", BARE)
    said = made.enrich("--offline", "--report", str(note))
    assert said.code == commands.USAGE
    assert absent(said.err, note, "no report") == []
    assert note.read_text() == BARE
    assert not made.ledger.exists()
