"""Two processes on one disk: a question is edited while the older one still answers it, and has one answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from engine.bookkeeping import ELDER_SECONDS
from engine.contract import Button, Inbound, SentId
from engine.storage.owners import _release
from engine.storage.rows import all_of
from tests.fakes import Cue, FakeChat, FakeClock, FakeSink
from tests.house import ANN, DM, House, a_house

PARIS = Inbound(DM, "7", ANN, "where is Paris?", direct=True, addressed=True, sent_at=1.0)
ROME = replace(PARIS, text="where is Rome?", edited=True)
OLD, NEW = 1, 2


class Pair:
    """An older and a newer process on one file, in one chat."""

    def __init__(self, old: House, new: House) -> None:
        self.old, self.new, self.clock = old, new, old.clock
        old.ledger._owner, new.ledger._owner = OLD, NEW

    async def advance(self, seconds: float, step: float = 0.25) -> None:
        for _ in range(int(seconds / step)):
            await self.settle()
            await self.clock.advance(step)
        await self.settle()

    async def settle(self) -> None:
        await self.old.settle()
        await self.new.settle()

    async def rest(self) -> None:
        for _ in range(400):
            await self.advance(0.25)
            if not (self.old.engine.busy or self.new.engine.busy):
                return
        raise AssertionError("still at work")


@asynccontextmanager
async def a_pair(folder: Path, old: Sequence[Cue], new: Sequence[Cue]) -> AsyncIterator[Pair]:
    clock, chats = FakeClock(), {DM: FakeChat()}
    async with a_house(folder, old, clock=clock, chats=chats) as first:
        async with a_house(folder, new, clock=clock, chats=chats) as second:
            yield Pair(first, second)


class SilentSink(FakeSink):
    """A platform that takes a message and never says so."""

    async def send(self, text: str, buttons: Sequence[Button], part: int) -> SentId:
        await super().send(text, buttons, part)
        await asyncio.Event().wait()
        raise AssertionError("nothing sets that event")


async def turns(pair: Pair) -> int:
    return len(await pair.new.store.read(lambda db: all_of(db, "SELECT 1 FROM turns")))


async def test_an_answer_under_way_gives_way_to_the_edited_question(tmp_path: Path) -> None:
    more = [" the north of", asyncio.Event()]
    async with a_pair(tmp_path, ["Paris is a city in", 0.2, *more], ["Rome is in Italy."]) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(0.5)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.rest()
        assert pair.old.chat().texts == ["Rome is in Italy."]
        assert await turns(pair) == 1
        assert (await pair.new.sessions.get(DM)).turns[-1].prompt == ROME.text


async def test_an_answer_that_ends_after_the_edit_leaves_no_turn(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_pair(tmp_path, ["Paris is a city in", gate, " France."], ["Rome is in Italy."]) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        gate.set()
        await pair.rest()
        assert pair.old.chat().texts == ["Rome is in Italy."]
        assert await turns(pair) == 1
        assert (await pair.old.sessions.get(DM)).turns == []


async def test_the_newer_process_shows_nothing_before_the_older_one_has_ended(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_pair(tmp_path, ["Paris is a city in", gate], ["Rome is in Italy."]) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(3)  # its model says nothing, so it has not noticed
        assert pair.new.model.prompts == []
        gate.set()
        await pair.rest()
        assert len(pair.new.model.prompts) == 1


async def test_a_message_that_the_older_process_took_to_its_death_is_looked_for(tmp_path: Path) -> None:
    async with a_pair(tmp_path, ["Paris is a city in the north of ", asyncio.Event()], ["Rome is in Italy."]) as pair:
        await pair.old.engine.submit(PARIS, SilentSink(pair.clock, handle="7", chat=pair.old.chat()))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(1)
        await pair.old.engine.kill()
        await pair.new.store.write(lambda db: _release(db, OLD))
        await pair.rest()
        assert pair.new.chat().texts == ["Rome is in Italy."]


async def test_an_older_process_that_hangs_is_waited_for_so_long_and_no_longer(tmp_path: Path) -> None:
    async with a_pair(tmp_path, ["Paris", asyncio.Event()], ["Rome is in Italy."]) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        pair.old.ledger.taken_over = lambda _: None
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        assert pair.new.model.prompts == []
        await pair.advance(ELDER_SECONDS + 1)
        assert len(pair.new.model.prompts) == 1
