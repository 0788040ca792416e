"""Run all tests on each Python and each set of packages that Pipit supports: ``make lanes``.

A lane, such as ``3.9-spaces``, is a Python version with a set of pinned packages: ``spaces`` is the
2023 set of requirements-spaces.txt, and ``current`` is requirements.txt. Each lane has an
environment of its own under ``.lanes/``, which the Makefile fills in the same way as the default
one. The lanes run one after the other. This module uses only the standard library.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
SETS = {"spaces": "requirements-spaces.txt", "current": "requirements.txt"}
LANES = (
    *("3.9-spaces", "3.10-spaces", "3.11-spaces"),
    *("3.10-current", "3.11-current", "3.12-current", "3.13-current"),
)
PACKAGES = (
    *("torch", "transformers", "sentence-transformers", "numpy", "faiss-cpu", "huggingface-hub"),
    *("python-telegram-bot", "discord-py", "gradio"),
)
# Of the slow tests only the embedder's run, because they depend on the version of torch. The others
# have the same result in every lane. `--slow` runs all.
EMBEDDER = (
    "tests/engine/memory/embedding/test_embedder_model.py",
    "tests/engine/memory/embedding/test_hub_weights.py",
    "-m",
    "slow",
)
ON_TWO_CORES = ("-n", "2", "--dist", "loadfile")
QUICK = ((*ON_TWO_CORES, "-m", "not slow and not browser"), EMBEDDER)
WHOLE = (("-m", "not browser"),)
INSTALL_SECONDS = 2400
TEST_SECONDS = 2400
SHORT = {
    "sentence-transformers": "s-transformers",
    "huggingface-hub": "hub",
    "python-telegram-bot": "PTB",
}
HEAD = (
    *("lane", "outcome", "passed", "failed", "skipped", "seconds", "embedder's peak"),
    ", ".join(SHORT.get(package, package) for package in PACKAGES),
)


class LaneFault(Exception):
    """The lane has no result. The error's text gives the reason."""


@dataclass(frozen=True)
class Counts:
    """The results that pytest reported.

    `peak_mb` is the peak memory of the embedder's process while it reads pages of a document, or 0
    if it is unknown.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    peak_mb: float = 0.0

    def with_session(self, report: ET.Element) -> Counts:
        """Return these counts plus those of one session of pytest."""
        suite = next(report.iter("testsuite"))
        names = ("tests", "failures", "errors", "skipped")
        tests, failures, errors, skipped = (int(suite.get(name, 0)) for name in names)
        peaks = [
            float(p.get("value", 0))
            for p in suite.iter("property")
            if p.get("name") == "embedder_peak_mb"
        ]
        return Counts(
            self.passed + tests - failures - errors - skipped,
            self.failed + failures + errors,
            self.skipped + skipped,
            self.seconds + float(suite.get("time", 0)),
            max([self.peak_mb, *peaks]),
        )


def run(command: Sequence[str], seconds: float, lane: str) -> int:
    """Run a command until its end or the time limit; return its exit code."""
    # pyenv hides an installed python3.x unless this variable selects it.
    environment = {**os.environ, "PYENV_VERSION": lane.partition("-")[0]}
    try:
        return subprocess.run(
            command, cwd=ROOT, env=environment, timeout=seconds, check=False
        ).returncode
    except FileNotFoundError:
        return 127
    except subprocess.TimeoutExpired:
        raise LaneFault(f"not done after {seconds:.0f} s") from None


def install(lane: str) -> Path:
    """Create or update the lane's environment; return the path of its interpreter."""
    python, _, name = lane.partition("-")
    if run([f"python{python}", "--version"], 60, lane):
        raise LaneFault(f"no python{python} here")
    venv = f".lanes/{lane}"
    given = (f"VENV={venv}", f"PYTHON=python{python}", f"REQUIREMENTS={SETS[name]}")
    if run(
        ["make", "--no-print-directory", "install-tests", "install-web", *given],
        INSTALL_SECONDS,
        lane,
    ):
        raise LaneFault("cannot be installed here")
    return ROOT / venv / "bin" / "python"


def test(lane: str, interpreter: Path, sessions: Sequence[Sequence[str]]) -> Counts:
    """Run the tests that each session of pytest selects; return the sum of the results."""
    report = ROOT / ".lanes" / f"{lane}.xml"
    seen = Counts()
    for selected in sessions:
        report.unlink(missing_ok=True)
        run(
            [str(interpreter), "-m", "pytest", "-q", *selected, f"--junitxml={report}"],
            TEST_SECONDS,
            lane,
        )
        if not report.exists():
            raise LaneFault("pytest gave no report")
        seen = seen.with_session(ET.parse(report).getroot())
    return seen


def versions(interpreter: Path) -> str:
    """Return the versions of the lane's important packages, as the table's last column shows."""
    program = (
        "import sys; from importlib.metadata import version; print(*map(version, "
        "sys.argv[1:]), sep=', ')"
    )
    told = subprocess.run(
        [str(interpreter), "-c", program, *PACKAGES], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def row(lane: str, sessions: Sequence[Sequence[str]]) -> tuple[bool, list[str]]:
    """Run one lane; return whether everything passed, and the lane's row of the table."""
    print(f"\n== {lane}, {time.strftime('%H:%M:%S')}", flush=True)
    try:
        interpreter = install(lane)
        seen = test(lane, interpreter, sessions)
    except LaneFault as fault:
        return False, [lane, f"NOT RUN: {fault}", *[""] * (len(HEAD) - 2)]
    well = seen.failed == 0 and seen.passed > 0
    peak = f"{seen.peak_mb:.0f} MB" if seen.peak_mb else "not measured"
    counts = (str(seen.passed), str(seen.failed), str(seen.skipped), f"{seen.seconds:.0f}", peak)
    return well, [lane, "passed" if well else "FAILED", *counts, versions(interpreter)]


def main(arguments: Sequence[str]) -> int:
    """Run the named lanes, or all; print a Markdown table; return 1 if one did not pass."""
    sessions = WHOLE if "--slow" in arguments else QUICK
    lanes = [argument for argument in arguments if argument != "--slow"]
    unknown = [lane for lane in lanes if lane not in LANES]
    if unknown:
        print(f"{', '.join(unknown)}: not supported; lanes are {', '.join(LANES)}")
        return 2
    rows = [row(lane, sessions) for lane in lanes or LANES]
    print(f"\n{time.strftime('%Y-%m-%d')}\n")
    for cells in (list(HEAD), ["---"] * len(HEAD), *(cells for _, cells in rows)):
        print("| " + " | ".join(cells) + " |")
    return 0 if all(well for well, _ in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
