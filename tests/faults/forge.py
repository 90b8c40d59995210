"""A command line of refmatter -> a process of its own, quickly: forked where all is imported.

Starting Python and importing everything takes longer than most runs. So one process does that
once, and a fork of it runs each command: a process like any other, that can be killed and that
has user, limits and mounts of its own. `Forge` is the side that asks.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn, Self

NOT_READY = "the child could not be made ready"
CHANGING = ("os.rename", "os.link", "os.remove", "os.mkdir")
"""What Python's audit hooks call the steps by which files come and go."""

_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_CAPABILITIES = struct.pack("=Ii", 0x20080522, 0)
"""Linux's third version of the call, for this process itself (capset(2))."""
_MS_PRIVATE, _MS_REC = 1 << 18, 1 << 14


@dataclass(frozen=True, slots=True)
class Job:
    """A command line, and under what it runs.

    It is killed after `seconds`, or just before its `step`-th step on disk, from 1. `largest` is
    how long a file may become, in bytes. With `humble` root has no powers but an owner's, so that
    permissions hold. `small` becomes a disk of 256 KiB of which `small_free` bytes
    are free.
    """

    arguments: tuple[str, ...]
    seconds: float | None = None
    step: int | None = None
    largest: int | None = None
    humble: bool = False
    small: str | None = None
    small_free: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended: its exit code (-9: killed), what it said, and its steps on disk."""

    code: int
    out: str
    err: str
    steps: int = 0


class Forge:
    """Runs jobs one after the other. A context manager; `folder` is for what they print."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.forge", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, *arguments: str, **conditions: Any) -> Done:
        """Run a command under the conditions of a Job."""
        return self.do(Job(arguments, **conditions))

    def do(self, job: Job) -> Done:
        """Run a job to its end."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        out, err, steps = (
            (self._folder / name).read_text(errors="replace") for name in ("out", "err", "steps")
        )
        return Done(code, out, err, int(steps or 0))


def environment() -> dict[str, str]:
    """What a run finds in its environment: what this process imports, and nobody's keys."""
    paths = [str(Path(__file__).parents[1]), *sys.path]
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    return {**kept, "NO_PROXY": "*", "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def _serve(folder: Path, main: Callable[[tuple[str, ...]], int]) -> None:
    for line in sys.stdin:
        job = Job(**json.loads(line))
        (folder / "steps").write_text("")
        life, held = os.pipe()  # whose end closes when the child ends, however it does
        child = os.fork()
        if child == 0:
            os.close(life)
            _become(folder, job, main)
        os.close(held)
        if not select.select([life], [], [], job.seconds)[0]:
            os.kill(child, signal.SIGKILL)  # not reaped yet, so the number is still the child's
        os.close(life)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _become(folder: Path, job: Job, main: Callable[[tuple[str, ...]], int]) -> NoReturn:
    code = 99
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(file, number)
    counter = os.open(folder / "steps", os.O_WRONLY)
    try:
        _restrict(job)
        sys.addaudithook(_counting(job.step, counter))
        code = main(tuple(job.arguments))
        sys.stdout.flush()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - told to who asked, and nothing of the forge goes on
        print(NOT_READY, file=sys.stderr)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _restrict(job: Job) -> None:
    if job.small:
        mount_small(Path(job.small), job.small_free)
    if job.largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.largest, job.largest))
    if job.humble and os.getuid() == 0:
        _must(ctypes.CDLL(None, use_errno=True).capset(_CAPABILITIES, bytes(24)))


def _counting(last: int | None, counter: int) -> Callable[[str, tuple[Any, ...]], None]:
    steps = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal steps
        creating = event == "open" and _creates(arguments)
        if creating or event in CHANGING:
            steps += 1
            if steps == last:
                os.kill(os.getpid(), signal.SIGKILL)
            os.pwrite(counter, b"%d" % steps, 0)

    return hook


def _creates(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR))


def _must(said: int) -> None:
    """Raise what a call of the C library refused."""
    if said != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount_small(folder: Path, free: int) -> None:
    """Make a folder a full disk, for this process alone. Raises OSError where that may not be.

    What was in the folder is copied to it first.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    _must(libc.unshare(_CLONE_NEWNS | (0 if os.getuid() == 0 else _CLONE_NEWUSER)))
    _must(libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None))
    held = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    _must(libc.mount(b"none", os.fsencode(folder), b"tmpfs", 0, b"size=256k"))
    for name, data in held.items():
        (folder / name).write_bytes(data)
    with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
    if free:
        os.truncate(folder / "filler", (folder / "filler").stat().st_size - free)


if __name__ == "__main__":
    import refmatter.pipeline
    import refmatter.report.json
    import refmatter.report.summary
    import refmatter.report.terminal  # noqa: F401 - all that a run imports, once for all forks
    from refmatter import commands
    from refmatter.providers import bundled_catalog
    from refmatter.web import network

    bundled_catalog.load()
    network._certificates()  # read once, for all forks
    _serve(Path(sys.argv[1]), commands.main)
