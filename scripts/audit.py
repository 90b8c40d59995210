"""A lock file to its known vulnerabilities: any but the accepted ones fail.

    python scripts/audit.py requirements.lock

Asks with pip-audit; what stands behind an option it does not know goes to pip-audit, for
instance `--vulnerability-service osv`. Ends with 1 where a vulnerability is found that is
not in `ACCEPTED`, and with 2 where pip-audit itself fails. Where nobody can be asked, one line
says so and the end is 0: who works without an internet is not kept from working.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 60.0
"""How long the whole question may take. One answer may take ten of them."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A vulnerability we live with: whose it is, why it cannot bite, the test that holds it."""

    package: str
    reason: str
    test: str


ACCEPTED = {
    "CVE-2025-69872": Accepted(
        "diskcache",
        "it unpickles what lies in the cache folder; ours holds plain bytes and refuses pickle",
        "tests/web/test_disk.py::test_a_planted_value_is_absent_and_removed",
    )
}


_OUT_OF_REACH = ("ConnectionError", "Could not connect", "ServiceError", "Timeout", "HTTPError")
"""What pip-audit's last words hold when the service is out of reach or out of order."""


class Broken(Exception):  # noqa: N818 - the house names errors for what is wrong
    """pip-audit failed for another reason than the network; the message is what it said."""


class Unaudited(Exception):  # noqa: N818 - the house names errors for what is wrong
    """Nobody could be asked; the message says why, in one line."""


def asked(lock: Path, more: Sequence[str], seconds: float = SECONDS) -> Any:
    """What pip-audit says of a lock file, as the JSON it writes; raises Unaudited and Broken."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "audit.json"
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock)]
        command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off"]
        command += ["--timeout", "10", "--format", "json", "--output", str(out), *more]
        for name in ACCEPTED:
            command += ["--ignore-vuln", name]
        try:
            done = subprocess.run(  # noqa: S603 - made of this file's own words
                command, capture_output=True, text=True, check=False, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            raise Unaudited(f"no answer within {seconds:g} seconds") from None
        if not out.exists():
            if any(word in done.stderr for word in _OUT_OF_REACH):
                raise Unaudited("the service cannot be reached, or is out of order")
            raise Broken(done.stderr)
        return json.loads(out.read_text(encoding="utf-8"))


def told(report: Any) -> tuple[int, list[str]]:
    """The exit code and the lines to print for pip-audit's JSON; raises Unaudited."""
    packages = report["dependencies"]
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    if len(unknown) == len(packages):
        raise Unaudited(f"the service knows none of the {len(packages)} packages")
    found = [
        f"vulnerable: {each['name']} {each['version']}: {flaw['id']}"
        f" (mended in {', '.join(flaw['fix_versions']) or 'no version yet'})"
        for each in packages
        for flaw in each.get("vulns", [])
    ]
    known = len(packages) - len(unknown)
    lines = [*found, f"audited {known} of {len(packages)} packages, {len(found)} vulnerabilities"]
    if unknown:
        lines.append(f"not audited, unknown to the service: {', '.join(unknown)}")
    lines += [f"accepted: {name} of {each.package}: {each.reason} ({each.test})"
              for name, each in ACCEPTED.items()]  # fmt: skip
    return int(bool(found)), lines


def main(arguments: Sequence[str] | None = None) -> int:
    """What came of it, as an exit code."""
    parser = argparse.ArgumentParser(description="known vulnerabilities of what a lock file names")
    parser.add_argument("lock", type=Path)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    known, more = parser.parse_known_args(arguments)
    try:
        code, lines = told(asked(known.lock, more, known.seconds))
    except Unaudited as reason:
        code, lines = 0, [f"not audited: {reason}"]
    except Broken as reason:
        code, lines = 2, [f"pip-audit failed:\n{reason}"]
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
