"""Tests that start the Space's folder as Spaces do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TRIAL = (
    "said what is missing",
    "answered",
    "opened the panel",
    "kept in /data and stopped in order",
)
pytestmark = [pytest.mark.web, pytest.mark.timeout(240)]


def namespaces() -> bool:
    return (
        shutil.which("unshare") is not None
        and not subprocess.run(["unshare", "-n", "-m", "true"], check=False).returncode
    )


@pytest.mark.skipif(
    os.name != "posix" or not namespaces(), reason="it takes root and namespaces of Linux"
)
def test_a_space_starts_says_what_is_missing_and_answers_with_no_other_host_in_reach() -> None:
    subprocess.run(["make", "-s", "space"], cwd=ROOT, check=True)
    there = Path("/data").exists()
    done = subprocess.run(
        ["unshare", "-n", "-m", sys.executable, "-m", "tests.adapters.web.space_trial", "build/space"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not there:
        Path("/data").rmdir()  # the place where the trial's own was mounted
    assert done.stdout.splitlines() == list(TRIAL), done.stdout + done.stderr
