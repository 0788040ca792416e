"""The files in deploy/ say what the settings and the page need."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.health import Health
from bot.metrics import rendered
from engine.counters import Counters
from tests.rigs.fakes import FakeClock

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_the_compose_file_has_fifteen_lines_at_most_and_a_read_only_root() -> None:
    text = text_of("compose.yaml")
    assert len(text.splitlines()) <= 15
    for needed in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges", "data:/data"):
        assert needed in text


def test_the_image_has_two_stages_a_user_and_a_health_check() -> None:
    text = text_of("Dockerfile")
    assert len(re.findall(r"^FROM \$\{BASE\}", text, re.MULTILINE)) == 2
    assert "\nUSER 65532:65532\n" in text
    assert 'CMD ["pipit", "health"]' in text
    copied = {name.rstrip("/") for name in re.findall(r"^COPY (\w+/)", text, re.MULTILINE)}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    assert all(f"!{name}" in ignored for name in copied)


def test_the_unit_is_watched_and_hardened() -> None:
    text = text_of("pipit.service")
    for line in ("Type=notify", "WatchdogSec=90", "ProtectSystem=strict", "NoNewPrivileges=yes",
                 "CapabilityBoundingSet=", "RestartPreventExitStatus=64 77 78"):  # fmt: skip
        assert f"\n{line}\n" in text


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)
def test_systemd_finds_the_unit_little_exposed() -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", str(DEPLOY / "pipit.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"exposure level for pipit.service: ([\d.]+)", done.stdout)
    if found is None:
        pytest.skip("this systemd-analyze cannot look at a unit offline")
    assert float(found.group(1)) <= 2.5


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_lets_events_through_at_once_and_keeps_metrics_inside(name: str) -> None:
    text = text_of(name)
    assert ("flush_interval -1" if name == "Caddyfile" else "proxy_buffering off") in text
    assert "metrics" in text
    assert "404" in text


async def test_every_series_of_the_board_is_one_that_the_metrics_have() -> None:
    clock = FakeClock()
    text = await rendered(Health(clock, Counters(clock)))
    known = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    board = json.loads(text_of("grafana.json"))
    used = set(re.findall(r"\bpipit_\w+", json.dumps(board)))
    bare = {re.sub(r"_(bucket|sum|count)\Z", "", name) for name in used}
    assert bare - known == set()
    assert len(bare) >= 15


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(sys.platform == "win32", reason="the drill is a shell script")
def test_the_drill_passes_in_under_three_minutes() -> None:
    done = subprocess.run(
        ["sh", str(DEPLOY / "drill.sh")],
        env={"PYTHON": sys.executable, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The drill passed" in done.stdout
