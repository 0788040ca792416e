"""Tests of a kill in the middle of a sentence: the same bubble is finished."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.rigs.crash import Report, Rig, crash

QUICK, LONG = (7, 2), (11, 20)


async def crashed(folder: Path, seed: int, kills: int) -> Report:
    async with Rig(folder, seed) as rig:
        return await crash(rig, kills, 2, random.Random(seed))


@pytest.mark.timeout(120)
async def test_after_kills_at_random_instants_nothing_is_lost_doubled_or_half_written(
    tmp_path: Path,
) -> None:
    report = await crashed(tmp_path, *QUICK)
    assert (report.lost, report.twice, report.half_written) == ([], [], [])
    assert report.orphans.get("discord", 0) == 0


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_after_many_kills_nothing_is_lost_doubled_or_half_written(tmp_path: Path) -> None:
    report = await crashed(tmp_path, *LONG)
    assert (report.lost, report.twice, report.half_written) == ([], [], [])
    assert report.orphans.get("discord", 0) == 0


@pytest.mark.timeout(60)
async def test_at_sigterm_the_answer_is_marked_and_the_next_start_finishes_it(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path, 1) as rig:
        rig.drain_seconds = 0.2
        await rig.start()
        await rig.ready()
        rig.telegram.say(101, "Q1")
        rig.asked.append(("telegram", 101, "Q1"))
        await rig.telegram.until(lambda server: server.sent(101))
        assert await rig.kill(signal.SIGTERM) == 0
        (shown,) = rig.shown("telegram", 101)
        assert shown.startswith("Q1-0 ")
        assert "⏸" in shown
        await rig.start()
        assert await rig.until_done(20)
        assert len(rig.shown("telegram", 101)) == 1
