"""Tests that expired data is deleted, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bot.maintenance import BETWEEN_SWEEPS_SECONDS, sweep_for_ever
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.errors import StorageFault
from engine.storage.records import Lifetimes
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.housekeeping import ANSWERLESS_SECONDS, CHOSEN_SECONDS
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sql.memories import DocumentRows
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import one
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.storage.sweep import Sweep
from engine.tasks import Tasks
from engine.turns.sessions import Sessions
from tests.rigs.fakes import FakeClock, settle

ANN = Author("1", "Ann")
DAY = 86_400.0
LIMIT = 8_000_000  # the smallest limit that the settings allow


@dataclass
class Kept:
    store: Store
    clock: FakeClock
    ledger: SqlLedger
    sessions: Sessions
    chance: Random

    def sweep(self, *, days: int = 90, limit_bytes: int = 10**9) -> Sweep:
        return Sweep(
            SqlitePersonalData(self.store, self.clock),
            self.sessions,
            lifetimes=Lifetimes(days),
            limit_bytes=limit_bytes,
        )

    async def turn(
        self,
        chat: str,
        number: int,
        size: int = 20,
        *,
        finish: bool = True,
        author: Author = ANN,
    ) -> None:
        key = ChatKey("fake", chat)
        inbound = Inbound(
            key, f"m{number}", author, "question", direct=True, addressed=True, sent_at=0
        )
        entry = await self.ledger.accept(inbound, "h")
        assert entry is not None
        if finish:
            text = self.chance.randbytes(size // 2).hex()
            turn = Turn(author, "question", text, Finish.STOP, self.clock.time())
            await self.ledger.finish(entry, turn, Usage(1, 1))

    async def count(self, table: str) -> int:
        row = await self.store.read(lambda db: one(db, f"SELECT count(*) FROM {table}"))
        assert row is not None
        return int(row[0])


class QuickClock(FakeClock):
    """A fake clock whose short pauses end by themselves."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(0 if seconds < 0.1 else seconds)


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    clock = QuickClock()
    store = await Store.open(tmp_path / "p.db")
    yield Kept(
        store,
        clock,
        SqlLedger(store, clock),
        Sessions(SqlConversations(store, clock), clock, DAY),
        Random(1),
    )
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
    for number in range(600):
        await kept.turn("1", number, 2000)
    before = await kept.sweep().size()
    await kept.clock.advance(100 * DAY)
    after = (await kept.sweep().run()).size
    assert after.file_bytes == after.used_bytes
    assert after.file_bytes < before.file_bytes / 4


async def test_near_the_limit_a_persons_oldest_chats_go_first(kept: Kept) -> None:
    for number in range(10):
        await kept.turn(f"chat{number}", number, 60_000)
        await kept.clock.advance(60)
    size = await kept.sweep().size()
    swept = await kept.sweep(limit_bytes=size.used_bytes).run()
    left = await kept.store.read(
        lambda db: db.execute("SELECT key FROM chats ORDER BY used_at").fetchall()
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
    yield Kept(
        store,
        clock,
        SqlLedger(store, clock),
        Sessions(SqlConversations(store, clock), clock, DAY),
        Random(1),
    )
    await store.close()


async def fill(kept: Kept, size: int = 300_000) -> int:
    """Write until a write is refused; return how many writes succeeded."""
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
    await small.clock.advance(
        2 * BETWEEN_SWEEPS_SECONDS
    )  # the first sweep has run, with an empty file
    while not await sweep.crowded():
        number += 1
        await small.turn(f"chat{number}", number, 100_000)
    assert not small.store.full.is_set(), "no write was refused"
    before = await sweep.size()
    await small.clock.advance(2 * BETWEEN_SWEEPS_SECONDS)
    while (
        await sweep.size()
        # no more time passes on the fake clock, so the test's own time limit applies
    ).file_bytes > 0.9 * before.file_bytes:
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
        store,
        kept.clock,
        SqlLedger(store, kept.clock),
        Sessions(SqlConversations(store, kept.clock), kept.clock, DAY),
        Random(2),
    )
    await again.sweep(limit_bytes=store.most_bytes).run()
    await fill(again)
    await store.close()
    assert store.path.stat().st_size <= LIMIT


# Whose data is deleted


def visitor(name: str, origin: str = "") -> Author:
    return Author(name, name.title(), origin=origin)


async def chats_left(kept: Kept) -> set[str]:
    rows = await kept.store.read(lambda db: db.execute("SELECT key FROM chats").fetchall())
    return {row[0].split(":")[1] for row in rows}


async def test_who_holds_most_loses_and_nobody_else(kept: Kept) -> None:
    await kept.turn("victim", 0, 40_000, author=visitor("victim"))
    for number in range(1, 40):  # in other chats, all later than the victim's
        await kept.turn(f"chat{number}", number, 40_000, author=visitor("hoarder"))
    size = await kept.sweep().size()
    await kept.sweep(limit_bytes=int(size.used_bytes / 0.95)).run()
    left = await chats_left(kept)
    assert "victim" in left
    assert "chat1" not in left
    assert "chat39" in left


async def test_many_new_names_do_not_push_out_those_who_were_here_before(kept: Kept) -> None:
    for number in range(10):
        await kept.turn("old", number, 40_000, author=visitor("old"))
    await kept.clock.advance(8 * DAY)
    for number in range(40):
        await kept.turn(f"new{number}", 100 + number, 20_000, author=visitor(f"new{number}"))
        await kept.clock.advance(1)
    size = await kept.sweep().size()
    await kept.sweep(limit_bytes=int(size.used_bytes / 0.95)).run()
    assert await kept.count("turns WHERE chat = 1") == 10
    left = await chats_left(kept)
    assert "new0" in left, "the first of the new keep theirs"
    assert "new39" not in left, "the newest go first"


async def test_names_of_one_origin_count_as_one_person(kept: Kept) -> None:
    for number in range(5):
        await kept.turn("one", number, 40_000, author=visitor("one"))
    for number in range(20):
        await kept.turn(f"many{number}", 50 + number, 20_000, author=visitor(f"m{number}", "net"))
    size = await kept.sweep().size()
    await kept.sweep(limit_bytes=int(size.used_bytes / 0.95)).run()
    assert await kept.count("turns WHERE chat = 1") == 5
    assert await kept.count("turns") < 25


async def test_documents_count_as_held_and_go_with_the_rest(kept: Kept) -> None:
    await kept.turn("victim", 0, 40_000, author=visitor("victim"))
    rows, hoarder = DocumentRows(kept.store), visitor("hoarder")
    for number in range(10):
        text = kept.chance.randbytes(40_000).hex()
        key = ChatKey("fake", f"chat{number}")
        await rows.put(key, "x.txt", hoarder, float(number), [("page 1", text, b"")])
    size = await kept.sweep().size()
    await kept.sweep(limit_bytes=int(size.used_bytes / 0.95)).run()
    left = await chats_left(kept)
    assert "victim" in left
    assert "chat0" not in left


async def test_in_a_group_only_the_person_who_holds_most_loses_turns(kept: Kept) -> None:
    for number in range(30):
        await kept.turn("group", number, 40_000, author=visitor("hoarder"))
    await kept.turn("group", 100, 40_000, author=visitor("quiet"))
    size = await kept.sweep().size()
    await kept.sweep(limit_bytes=int(size.used_bytes / 0.95)).run()
    authors = "turns JOIN authors USING(author) WHERE user_id = "
    assert await kept.count(f"{authors} 'quiet'") == 1
    assert 0 < await kept.count(f"{authors} 'hoarder'") < 30


async def test_a_chat_with_an_open_question_is_not_touched(kept: Kept) -> None:
    for number in range(10):
        await kept.turn("busy", number, 40_000)
    await kept.turn("busy", 11, finish=False)
    await kept.sweep(limit_bytes=1).run()
    assert await kept.count("turns") == 10


async def test_the_evicted_are_told_once(kept: Kept) -> None:
    for number in range(10):
        await kept.turn("1", number, 40_000)
    size = await kept.sweep().size()
    await kept.sweep(limit_bytes=size.used_bytes).run()
    session = await kept.sessions.get(ChatKey("fake", "1"))
    assert session.evicted
    await kept.turn("1", 100)
    kept.sessions.drop_all()
    assert not (await kept.sessions.get(ChatKey("fake", "1"))).evicted
    assert await kept.count("evictions") == 0


async def test_a_chat_without_an_answer_leaves_no_row(kept: Kept) -> None:
    for number, choice in enumerate(("", "de")):
        key = ChatKey("fake", f"visitor{number}")
        inbound = Inbound(key, "1", ANN, "/help", direct=True, addressed=True, sent_at=0)
        entry = await kept.ledger.accept(inbound, "h", "words")
        assert entry is not None
        await kept.ledger.close_row(entry)
        await kept.sessions.choose(await kept.sessions.get(key), language=choice)
    await kept.turn("asker", 1)
    await kept.turn("waiting", 2, finish=False)
    await kept.sweep().run()
    assert await chats_left(kept) == {"visitor0", "visitor1", "asker", "waiting"}
    await kept.clock.advance(ANSWERLESS_SECONDS + 1)
    await kept.sweep().run()
    assert await chats_left(kept) == {"visitor1", "asker", "waiting"}
    await kept.clock.advance(CHOSEN_SECONDS + 1)
    await kept.sweep().run()
    assert await chats_left(kept) == {"asker", "waiting"}
    assert await kept.count("ledger") == 2


async def test_when_it_is_full_chats_without_an_answer_go_before_anything_else(kept: Kept) -> None:
    await kept.turn("asker", 1, 60_000)
    visitors = [ChatKey("fake", f"visitor{number}") for number in range(500)]
    for key in visitors:
        await kept.sessions.choose(await kept.sessions.get(key), persona="x" * 400)
    size = await kept.sweep().size()
    assert (await kept.sweep(limit_bytes=int(size.used_bytes / 0.95)).run()).chats == 500
    assert await chats_left(kept) == {"asker"}
