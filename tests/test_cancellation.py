"""Ctrl-C and SIGTERM: what is settled is written, and the next run goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from house import House, house
from refmatter import commands
from refmatter.cancellation import Cancellation
from scholar import Corpus, Record
from support import snapshot

KNOWN = "---\ntitle: Attention is All you Need\ntags:\n- paper\n---\n"
ASKED = "---\ntitle: {word} notes on works of some length\ntags:\n- paper\n---\n"
WORDS = "Neural Formal Spatial Lexical Causal Robust Sparse Bilingual Visual Musical".split()
COUNT = len(WORDS)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    """A vault of which the catalogue knows one work, and a service that is slow knows the rest."""
    corpus = Corpus(
        [
            Record(
                f"{word} notes on works of some length",
                f"{n:040x}",
                authors=("Q. Body",),
                year=2000,
            )
            for n, word in enumerate(WORDS)
        ]
    )
    with house(tmp_path, corpus) as made:
        made.put("known.md", KNOWN)
        for n in range(COUNT):
            made.put(f"{n}.md", ASKED.format(word=WORDS[n]))
        yield made


def begun(made: House, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "refmatter", "enrich", made.notes, "--config", made.config,
         *options],
        text=True, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "NO_PROXY": "*"},
    )  # fmt: skip


def until_asked(made: House, requests: int = 1) -> None:
    assert made.server
    while made.server.requests() < requests:
        time.sleep(0.02)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, commands.INTERRUPTED), (signal.SIGTERM, commands.TERMINATED)],
)
def test_what_is_settled_is_written_and_the_rest_is_asked_next_time(
    home: House, number: signal.Signals, code: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert home.server
    for service in ("semantic_scholar", "openalex", "crossref", "arxiv", "dblp"):
        home.server.fault(service, "slow", seconds=0.3)
    file = home.folder / "log.jsonl"
    run = begun(home, "--log-json", str(file))
    until_asked(home)
    run.send_signal(number)
    _, err = run.communicate(timeout=60)
    assert run.returncode == code
    assert err.startswith("\nrefmatter: stopping;")
    assert "refmatter: stopped early;" in err.splitlines()[-1]
    assert "could not ask" not in err
    assert "year: 2017" in (home.notes / "known.md").read_text()
    assert "Attention is All you Need" in home.lines()
    assert f'"exit": {code}' in file.read_text().splitlines()[-1]
    for service in ("semantic_scholar", "openalex", "crossref", "arxiv", "dblp"):
        home.server.heal(service)
    before = snapshot(home.notes)
    assert home.enrich().code == commands.DONE
    assert snapshot(home.notes) != before
    with house(tmp_path_factory.mktemp("undisturbed"), home.server.corpus) as other:
        other.put("known.md", KNOWN)
        for n in range(COUNT):
            other.put(f"{n}.md", ASKED.format(word=WORDS[n]))
        other.enrich()
        assert snapshot(other.notes) == snapshot(home.notes)


@pytest.mark.unmeasured
def test_a_wait_is_ended(home: House) -> None:
    home.settings["providers"] = {
        name: {"min_interval_seconds": 60}
        for name in ("semantic_scholar", "openalex", "crossref", "arxiv", "dblp")
    }
    home.configure()
    run = begun(home)
    until_asked(home, 2)
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=40)  # less than a wait takes
    assert run.returncode == commands.TERMINATED
    assert "year: 2017" in (home.notes / "known.md").read_text()


@pytest.mark.unmeasured
def test_a_second_signal_ends_it_at_once(home: House) -> None:
    assert home.server
    for service in ("semantic_scholar", "openalex", "crossref", "arxiv", "dblp"):
        home.server.fault(service, "slow", seconds=1)
    run = begun(home)
    until_asked(home)
    run.send_signal(signal.SIGINT)
    assert run.stderr
    assert run.stderr.readline() == "\n"
    assert run.stderr.readline().startswith("refmatter: stopping")
    run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=60)
    assert run.returncode == commands.INTERRUPTED
    assert "refmatter: interrupted;" in err
    assert "authors" not in (home.notes / "known.md").read_text()


def test_before_there_is_anything_to_save_a_signal_ends_it() -> None:
    with Cancellation() as halt:
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        assert halt.signal_number == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_the_first_signal_is_a_wish_and_ends_sleep() -> None:
    with Cancellation() as halt:
        halt.arm()
        timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
        timer.start()
        halt.sleep(600)
        assert halt.requested
        timer.join()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Cancellation() as halt:
            os.kill(os.getpid(), signal.SIGINT)
            assert not halt.requested
    finally:
        signal.signal(signal.SIGINT, before)


def test_elsewhere_than_in_the_main_thread_signals_are_left_alone() -> None:
    handlers: list[object] = []

    def work() -> None:
        with Cancellation() as halt:
            halt.sleep(0)
            handlers.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.SIG_DFL]


def test_an_interruption_in_the_midst_is_in_the_log(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the process of the test, without a signal: what a run does with it is the same."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("refmatter.open_run.scan", interrupt)
    file = home.folder / "log.jsonl"
    done = home.enrich("--log-json", str(file))
    assert done.code == commands.INTERRUPTED
    assert json.loads(file.read_text().splitlines()[-1])["exit"] == commands.INTERRUPTED
    assert not home.ledger.exists()


def test_a_run_that_ends_early_is_not_a_run_that_is_done(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.server

    def stop_at_once(halt: Cancellation) -> None:
        armed(halt)
        halt.signal_number = signal.SIGINT  # as the first signal sets it

    armed = Cancellation.arm
    monkeypatch.setattr(Cancellation, "arm", stop_at_once)
    done = home.enrich()
    assert done.code == commands.INTERRUPTED
    assert home.server.requests() == 0
    assert "year: 2017" in (home.notes / "known.md").read_text()
