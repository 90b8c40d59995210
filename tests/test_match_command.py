"""`refmatter match` over real pipes: a line in, a line out, and what is wrong with a bad one."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refmatter import commands
from refmatter.matching import json_lines

TITLE = "Attention is All you Need"
WORK = {
    "id": "w1", "title": TITLE, "authors": ["Ashish Vaswani", "Noam Shazeer"], "year": 2017,
    "venue": "NIPS", "doi": None,
}  # fmt: skip
KEYS = ["decision", "tier", "id", "score", "reason", "features"]


def question(**other: Any) -> dict[str, Any]:
    return {"title": TITLE, "year": 2017, "authors": None, "candidates": [WORK], **other}


def line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def command(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "refmatter", "match", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture
def running() -> Iterator[subprocess.Popen[bytes]]:
    process = command()
    yield process
    process.kill()
    process.communicate()


def told(process: subprocess.Popen[bytes], sent: bytes) -> dict[str, Any]:
    """Send a line, and wait for its answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(sent)
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def run(sent: bytes, *arguments: str) -> list[dict[str, Any]]:
    """All answers to some lines; the command ends well and says nothing else."""
    with command(*arguments) as process:
        out, err = process.communicate(sent)
    assert (process.returncode, err) == (commands.DONE, b"")
    assert out.isascii()
    return [json.loads(each) for each in out.splitlines()]


def answered(sent: bytes) -> list[dict[str, Any]]:
    """The same without a process."""
    return [json.loads(each) for each in json_lines.answers(io.BytesIO(sent))]


# -- over pipes -------------------------------------------------------------------------------


def test_a_line_is_answered_before_the_next_is_sent(running: subprocess.Popen[bytes]) -> None:
    first = told(running, line(question()))
    assert list(first) == KEYS
    assert (first["decision"], first["tier"], first["id"]) == ("accepted", "certain", "w1")
    assert first["reason"]["kind"] == "equal_title"
    assert first["features"]["title"] == 1
    assert told(running, b"nonsense\n").keys() == {"error"}
    other = told(running, line(question(title="Attention is Not All You Need")))
    assert (other["decision"], other["tier"], other["id"]) == ("unmatched", None, None)
    assert running.communicate() == (b"", b"")
    assert running.returncode == commands.DONE


def test_it_ends_quietly_when_nobody_reads(running: subprocess.Popen[bytes]) -> None:
    assert running.stdin is not None
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    running.stdin.write(line(question()))
    running.stdin.flush()
    assert running.wait() == commands.DONE
    assert running.stderr.read() == b""


@pytest.mark.unmeasured
def test_it_ends_quietly_when_it_is_interrupted(running: subprocess.Popen[bytes]) -> None:
    told(running, line(question()))
    running.send_signal(signal.SIGINT)
    assert running.wait() == commands.INTERRUPTED
    assert running.communicate() == (b"", b"")


def test_the_thresholds_are_those_of_the_configuration(tmp_path: Path) -> None:
    slip = line(question(title="Atention is All you Need", year=None))
    usual = [each["decision"] for each in run(slip)]
    (tmp_path / "config.yaml").write_text("match: {certain_threshold: 1.0}\n")
    strict = [each["decision"] for each in run(slip, "--config", str(tmp_path / "config.yaml"))]
    assert (usual, strict) == (["accepted"], ["ambiguous"])


def test_a_wrong_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("match: {certain_threshold: 2}\n")
    with command("--config", str(tmp_path / "config.yaml")) as process:
        out, err = process.communicate(b"")
    assert (process.returncode, out) == (commands.USAGE, b"")
    assert b"config.yaml:1: `match.certain_threshold`" in err


def test_a_configuration_that_was_not_named_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("# refmatter\nmatch: {certain_threshold: 2}\n")
    done = subprocess.run(
        [sys.executable, "-m", "refmatter", "match"],
        input=line(question()), capture_output=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == commands.DONE
    assert json.loads(done.stdout)["decision"] == "accepted"


def test_a_closed_standard_input_is_an_empty_one() -> None:
    shell = f"{sys.executable} -m refmatter match <&-"
    done = subprocess.run(["sh", "-c", shell], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (commands.DONE, b"", b"")


# -- bad lines --------------------------------------------------------------------------------


def candidates(**other: Any) -> bytes:
    return line(question(candidates=[WORK, {"id": "w2", "title": "B", **other}]))


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        (b"nonsense\n", "not JSON"),
        (b'{"title": "A", "candidates": [\n', "not JSON"),
        (line(question()).strip() + b" {}\n", "not JSON: trailing"),
        (b"[" * 100_000 + b"\n", "not JSON: recursion limit"),
        (line(question(other=json.loads("[" * 300 + "]" * 300))), "not JSON: recursion limit"),
        (b'{"title": "caf\xe9", "candidates": []}\n', "not JSON: invalid unicode"),
        (b'{"title": "\\ud800", "candidates": []}\n', "not JSON"),
        (b'{"title": "\\ud800x", "candidates": []}\n', "not JSON"),
        (line([question()]), "should be an object"),
        (line(None), "should be an object"),
        (line({"candidates": []}), "title: Field required"),
        (line({"title": "A"}), "candidates: Field required"),
        (line(question(title=None)), "title: Input should be a valid string"),
        (line(question(title=5)), "title: Input should be a valid string"),
        (line(question(year="2017")), "year: Input should be a valid integer"),
        (line(question(year=True)), "year: Input should be a valid integer"),
        (line(question(year=2017.5)), "year: Input should be a valid integer"),
        (line(question(year=float("nan"))), "not JSON"),
        (line(question(year=float("-inf"))), "not JSON"),
        (line(question(other=float("nan"))), "not JSON"),
        (b'{"title": "A", "candidates": [], "year": 1e999}\n', "year: Input should be"),
        (b'{"title": "A", "candidates": [], "year": ' + b"9" * 5000 + b"}\n", "not JSON: number"),
        (line(question(authors="Vaswani")), "authors: Input should be a valid array"),
        (line(question(authors=[None])), "authors[0]: Input should be a valid string"),
        (line(question(candidates=None)), "candidates: Input should be a valid array"),
        (line(question(candidates=["A"])), "candidates[0]: Input should be an object"),
        (line(question(candidates=[{"title": "A"}])), "candidates[0].id: Field required"),
        (candidates(id=True), "candidates[1].id: Input should be a valid string or a valid integ"),
        (candidates(title=None), "candidates[1].title: Input should be a valid string"),
        (candidates(year=False), "candidates[1].year: Input should be a valid integer"),
        (candidates(authors=[["A"]]), "candidates[1].authors[0]: Input should be a valid"),
        (candidates(venue=3), "candidates[1].venue: Input should be a valid string"),
        (candidates(doi=10.5), "candidates[1].doi: Input should be a valid string"),
        (line(question(title="a" * 4001)), "title: String should have at most 4000"),
        (candidates(title="a" * 4001), "candidates: a title has more than 4000 letters"),
        (line(question(candidates=[WORK] * 1001)), "candidates: List should have at most 1000"),
        (b'{"title": "' + b"a" * 2**23 + b"\n", "the line has more than 8388608 bytes"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_the_next_is_read(sent: bytes, named: str) -> None:
    error, after = answered(sent + line(question()))
    assert list(error) == ["error"]
    assert named in error["error"]
    assert after["decision"] == "accepted"


def test_of_many_complaints_the_first_five_are_told() -> None:
    (error,) = answered(line(question(candidates=[{}] * 50)))
    assert error["error"].count("required") == 5


def test_a_huge_line_at_the_end_is_one_error() -> None:
    assert len(answered(b"x" * (3 * json_lines.LONGEST))) == 1


def test_a_line_may_be_as_long_as_the_bound() -> None:
    text = line(question()).strip()
    full = text + b" " * (json_lines.LONGEST - len(text))
    assert [each.get("decision") for each in answered(full + b"\n" + full)] == ["accepted"] * 2


# -- good lines -------------------------------------------------------------------------------


def test_blank_lines_get_no_answer_and_the_last_needs_no_end() -> None:
    sent = b"\n  \r\n" + line(question()) + b"\t\n" + line(question()).strip()
    assert [each["decision"] for each in answered(sent)] == ["accepted", "accepted"]


def test_what_may_be_left_out_and_what_is_not_known_is_let_pass() -> None:
    sent = {"title": TITLE, "candidates": [{"id": 3, "title": TITLE, "pages": [1, 2]}], "x": {}}
    (found,) = answered(line(sent))
    assert (found["decision"], found["id"]) == ("accepted", 3)


def test_a_byte_order_mark_is_no_part_of_the_question() -> None:
    (found,) = answered(b"\xef\xbb\xbf" + line(question()))
    assert found["decision"] == "accepted"


def test_a_title_may_speak_of_nan() -> None:
    named = question(title="NaN is Not a Number", candidates=[])
    assert answered(line(named))[0]["decision"] == "unmatched"


def test_letters_outside_ascii_are_read_and_written_safely() -> None:
    work = {"id": "ü", "title": "Über die Ursachen der Gänsehaut"}
    sent = json.dumps({"title": work["title"], "candidates": [work]}, ensure_ascii=False)
    (found,) = run(sent.encode())
    assert (found["decision"], found["id"]) == ("accepted", "ü")


def test_no_candidates_are_an_answerable_question() -> None:
    (found,) = answered(line(question(candidates=[])))
    assert (found["decision"], found["score"], found["features"]) == ("unmatched", 0, {})


_TEXT = st.one_of(st.text(max_size=12), st.sampled_from([TITLE, "Part II", "…", ": v", "\u0130"]))
_KNOWN = st.fixed_dictionaries(
    {"id": _TEXT, "title": _TEXT},
    optional={
        "authors": st.none() | st.lists(_TEXT, max_size=3),
        "year": st.none() | st.integers(),
        "venue": st.none() | _TEXT,
        "doi": st.none() | _TEXT,
    },
)


@given(
    title=_TEXT,
    year=st.none() | st.integers(),
    authors=st.none() | st.lists(_TEXT, max_size=3),
    candidates=st.lists(_KNOWN, max_size=3),
)
def test_whatever_is_asked_is_answered(**asked: Any) -> None:
    (found,) = answered(line(asked))
    assert list(found) == KEYS
    assert (found["decision"] == "accepted") == (found["tier"] is not None)
    assert all(0 <= value <= 1 for value in (found["score"], *found["features"].values()))


@given(st.binary(max_size=60))
def test_every_line_gets_one_answer(sent: bytes) -> None:
    asked = [each for each in sent.split(b"\n") if each.removeprefix(b"\xef\xbb\xbf").strip()]
    assert len(answered(sent)) == len(asked)
