"""A message over which the process ends is not tried for ever, and is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.wording import words_in
from tests.rigs.crash import Rig
from tests.servers.telegram_wire import Upload

EN = words_in("en")


async def killed_while_reading(rig: Rig, deaths: int) -> None:
    """Start the process, let it fetch the file, and kill it before the file comes."""
    rig.telegram.fault("hold", method="getFile")
    await rig.start()
    await rig.ready()
    await rig.telegram.until(lambda server: len(server.calls_of("getFile")) >= deaths, 20)
    await rig.kill()


@pytest.mark.slow
@pytest.mark.timeout(90)
async def test_a_file_over_which_two_processes_end_is_given_up_and_can_be_tried_again(
    tmp_path: Path,
) -> None:
    async with Rig(tmp_path, 1) as rig:
        rig.memory = "WORDS"
        rig.telegram.say(101, file=Upload("bomb.md", "text/markdown", b"# Herons\nA heron."))
        for death in (1, 2):
            await killed_while_reading(rig, death)
        await rig.start()
        await rig.ready()
        await rig.telegram.until(
            lambda server: [one.shown.text for one in server.sent(101)] == [EN.too_heavy], 20
        )
        (message,) = rig.telegram.sent(101)
        rig.telegram.press(101, message.message_id, EN.retry)
        await rig.telegram.until(
            lambda server: "bomb.md" in server.sent(101)[0].shown.text
            and "I have read" in server.sent(101)[0].shown.text,
            20,
        )
