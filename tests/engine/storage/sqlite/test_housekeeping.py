"""What time has passed by is given back, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bot.app import LOOK_SECONDS, sweep_for_ever
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import StorageFault
from engine.storage.sqlite.conversations import Sessions
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.housekeeping import Sweep
from engine.storage.sqlite.ledger import Ledger
from engine.storage.sqlite.numbers import one
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock, settle

ANN = Author("1", "Ann")
DAY = 86_400.0
LIMIT = 8_000_000  # the smallest that the settings take


@dataclass
class Kept:
    store: Store
    clock: FakeClock
    ledger: Ledger
    sessions: Sessions
    chance: Random

    def sweep(self, *, days: int = 90, limit_bytes: int = 10**9) -> Sweep:
        return Sweep(
            self.store, self.sessions, self.clock, retention_days=days, limit_bytes=limit_bytes
        )

    async def turn(self, chat: str, number: int, size: int = 20, *, finish: bool = True) -> None:
        key = ChatKey("fake", chat)
        inbound = Inbound(
            key, f"m{number}", ANN, "question", direct=True, addressed=True, sent_at=0
        )
        entry = await self.ledger.accept(inbound, "h")
        assert entry is not None
        if finish:
            text = self.chance.randbytes(size // 2).hex()
            turn = Turn(ANN, "question", text, Finish.STOP, self.clock.time())
            await self.ledger.finish(entry, turn, Usage(1, 1))

    async def count(self, table: str) -> int:
        row = await self.store.read(lambda db: one(db, f"SELECT count(*) FROM {table}"))
        assert row is not None
        return int(row[0])


class QuickClock(FakeClock):
    """A fake clock whose short pauses pass by themselves."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(0 if seconds < 0.1 else seconds)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    clock = QuickClock()
    store = await Store.open(tmp_path / "p.db")
    yield Kept(store, clock, Ledger(store, clock), Sessions(store, clock, DAY), Random(1))
    await store.close()


async def test_turns_past_their_retention_go_and_younger_ones_stay(kept: Kept) -> None:
    for number in range(450):
        await kept.turn("1", number)
    await kept.clock.advance(50 * DAY)
    await kept.turn("1", 1000)
    await kept.clock.advance(50 * DAY)
    swept = await kept.sweep(days=90).run()
    assert await kept.count("turns") == 1
    assert swept.rows >= 450


async def test_zero_days_keep_turns_for_good(kept: Kept) -> None:
    await kept.turn("1", 1)
    await kept.clock.advance(1000 * DAY)
    await kept.sweep(days=0).run()
    assert await kept.count("turns") == 1


async def test_an_open_question_is_never_swept(kept: Kept) -> None:
    await kept.turn("1", 1, finish=False)
    await kept.clock.advance(1000 * DAY)
    await kept.sweep(days=1).run()
    assert await kept.count("ledger") == 1


async def test_the_pages_of_what_went_are_returned(kept: Kept) -> None:
    for number in range(300):
        await kept.turn("1", number, 2000)
    before = await kept.sweep().size()
    await kept.clock.advance(100 * DAY)
    after = (await kept.sweep().run()).size
    assert after.file_bytes == after.used_bytes
    assert after.file_bytes < before.file_bytes / 4


async def test_near_the_limit_the_chats_that_rested_longest_go_first(kept: Kept) -> None:
    for number in range(10):
        await kept.turn(f"chat{number}", number, 60_000)
        await kept.clock.advance(60)
    size = await kept.sweep().size()
    swept = await kept.sweep(limit_bytes=size.used_bytes).run()
    left = await kept.store.read(
        lambda db: db.execute_fetchall("SELECT key FROM chats ORDER BY used_at")
    )
    assert 1 <= swept.chats <= 4
    assert [row[0] for row in left] == [f"fake:chat{number}" for number in range(swept.chats, 10)]
    assert swept.size.file_bytes <= size.used_bytes * 0.85


async def test_with_room_left_no_chat_goes(kept: Kept) -> None:
    await kept.turn("1", 1, 60_000)
    assert (await kept.sweep().run()).chats == 0


async def test_a_chat_that_goes_takes_everything_of_it_along(kept: Kept) -> None:
    await kept.turn("1", 1, 60_000)
    await kept.sweep(limit_bytes=1).run()
    for table in ("chats", "turns", "ledger", "bubbles", "usage"):
        assert await kept.count(table) == 0


async def test_idle_sessions_leave_the_cache(kept: Kept) -> None:
    await kept.sessions.get(ChatKey("fake", "1"))
    await kept.clock.advance(2 * DAY)
    assert (await kept.sweep().run()).sessions == 1
    assert len(kept.sessions) == 0


# The limit


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Kept]:
    clock = QuickClock()
    store = await Store.open(tmp_path / "small.db", LIMIT)
    yield Kept(store, clock, Ledger(store, clock), Sessions(store, clock, DAY), Random(1))
    await store.close()


async def fill(kept: Kept, size: int = 300_000) -> int:
    """Write until a write is refused; return how many were taken."""
    for number in range(10_000):
        try:
            await kept.turn(f"chat{number}", number, size)
        except StorageFault:
            return number
    raise AssertionError("nothing was refused")


def bytes_on_disk(kept: Kept) -> int:
    return sum(
        kept.store.path.with_name(kept.store.path.name + end).stat().st_size for end in ("", "-wal")
    )


async def test_a_write_past_the_limit_is_refused_with_a_sentence_and_the_limit_holds(
    small: Kept,
) -> None:
    taken = await fill(small)
    with pytest.raises(StorageFault, match="STORAGE_LIMIT_MB is reached"):
        await small.turn("one more", taken + 1, 600_000)
    assert bytes_on_disk(small) <= LIMIT


async def test_a_refused_write_wakes_the_sweep_and_then_there_is_room(small: Kept) -> None:
    taken = await fill(small)
    sweep = small.sweep(limit_bytes=small.store.most_bytes)
    await sweep.wait_until_full()
    assert await sweep.crowded()
    assert (await sweep.run()).chats > 0
    assert not await sweep.crowded()
    await small.turn("one more", taken + 1, 300_000)
    assert bytes_on_disk(small) <= LIMIT


async def test_near_the_limit_the_sweep_runs_at_its_next_look_and_the_file_gets_shorter(
    small: Kept,
) -> None:
    sweep, tasks, number = small.sweep(limit_bytes=small.store.most_bytes), Tasks("test"), 0
    tasks.spawn(sweep_for_ever(sweep, small.clock), "sweep")
    await small.clock.advance(2 * LOOK_SECONDS)  # it has begun, with an empty file
    while not await sweep.crowded():
        number += 1
        await small.turn(f"chat{number}", number, 100_000)
    assert not small.store.full.is_set(), "no write was refused"
    before = await sweep.size()
    await small.clock.advance(2 * LOOK_SECONDS)
    while (
        await sweep.size()
    ).file_bytes > 0.9 * before.file_bytes:  # no more time passes; the test's own limit counts
        await settle()
    await tasks.close()


async def test_room_is_made_even_while_others_are_refused(small: Kept) -> None:
    await fill(small)
    refused, tasks = [], Tasks("flood")

    async def write(number: int) -> None:
        try:
            await small.turn(f"other{number}", 20_000 + number, 200_000)
        except StorageFault as error:
            refused.append(error)

    for number in range(40):
        tasks.spawn(write(number), "write")
    swept = await small.sweep(limit_bytes=small.store.most_bytes).run()
    await tasks.join()
    assert refused
    assert swept.chats > 0


async def test_a_file_over_a_lowered_limit_opens_and_is_brought_below_it(kept: Kept) -> None:
    for number in range(25):
        await kept.turn(f"chat{number}", number, 800_000)
    await kept.store.close()
    before = kept.store.path.stat().st_size
    store = await Store.open(kept.store.path, LIMIT)
    assert before > LIMIT
    again = Kept(
        store, kept.clock, Ledger(store, kept.clock), Sessions(store, kept.clock, DAY), Random(2)
    )
    await again.sweep(limit_bytes=store.most_bytes).run()
    await fill(again)
    await store.close()
    assert store.path.stat().st_size <= LIMIT
