"""Tests of a message that ends the process: it is neither tried forever nor lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.wording import words_in
from engine.worker import MAX_DEATHS
from tests.rigs.crash import Rig

EN = words_in("en")


async def killed_in_a_heavy_step(rig: Rig, deaths: int) -> None:
    """Start the process, let it begin to export, and kill it before the file is sent."""
    rig.telegram.fault("hold", method="sendDocument")
    await rig.start()
    await rig.ready()
    await rig.telegram.until(lambda server: len(server.calls_of("sendDocument")) >= deaths, 20)
    await rig.kill()


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_a_message_that_ends_one_process_after_another_is_given_up_and_can_be_tried_again(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path, 1) as rig:
        rig.telegram.say(101, "/export")
        for death in range(1, MAX_DEATHS + 1):
            await killed_in_a_heavy_step(rig, death)
        await rig.start()
        await rig.ready()
        await rig.telegram.until(
            lambda server: [one.shown.text for one in server.sent(101)] == [EN.too_heavy], 20
        )
        (message,) = rig.telegram.sent(101)
        rig.telegram.press(101, message.message_id, EN.retry)
        await rig.telegram.until(
            lambda server: EN.export_chat in [one.shown.text for one in server.sent(101)], 20
        )
