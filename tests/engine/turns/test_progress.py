"""Tests of an answer's recorded progress on a failing disk.

The operator is told, and a later write catches up before it matters.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from engine.contract import Inbound
from engine.errors import DeliveryState
from engine.storage.records import Entry
from tests.rigs.engine_rig import ANN, DM, House, a_house, full_disk
from tests.rigs.fakes import FakeChat, FakeClock, SilentSink
from tests.rigs.stores import rows_of

STORY = Inbound(DM, "q", ANN, "tell a story", direct=True, addressed=True, sent_at=1.0)


def take_no_doubt(house: House) -> None:
    """Make the disk full exactly when the state `UNKNOWN` must be written."""
    note_state = house.ledger.note_state

    async def doubted_on_a_full_disk(entry: Entry, state: DeliveryState) -> None:
        if state is DeliveryState.UNKNOWN:
            house.disk.put(transact=full_disk)
        try:
            await note_state(entry, state)
        finally:
            house.disk.mend()

    house.ledger.put(note_state=doubted_on_a_full_disk)


async def test_a_message_sent_while_the_disk_was_full_is_found_by_the_next_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, chats = FakeClock(), {DM: FakeChat()}
    async with a_house(
        tmp_path, ["A long story that ", asyncio.Event()], clock=clock, chats=chats
    ) as house:
        sink = house.sink(handle="q")
        sink.hold = asyncio.Event()  # nothing reaches the platform
        await house.engine.submit(STORY, sink)
        await house.advance(1)
    script = ["goes on ", 3.0, "and on ", asyncio.Event()]
    async with a_house(tmp_path, script, clock=clock, chats=chats) as house:
        take_no_doubt(house)
        await house.engine.recover(
            lambda *_: SilentSink(clock, handle="q", chat=house.chat()), [0], ["fake"]
        )
        await house.advance(8)
        assert len(house.chat().texts) == 1
        assert await rows_of(house.store, "SELECT sure FROM ledger") == [(0,)]
    assert [
        record.levelname for record in caplog.records if "the disk is full" in record.getMessage()
    ] == ["ERROR"]
    async with a_house(tmp_path, ["to its end."], clock=clock, chats=chats) as house:
        await house.recover()
        await house.rest()
        assert house.chat().texts == ["A long story that goes on and on to its end."]
