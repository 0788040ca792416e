"""Tests of two processes on one disk, when a question is edited while the older answers it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine.contract import Action, ChatKey, Inbound
from engine.engine import EngineSettings
from engine.errors import RateLimited
from engine.storage.sqlite.numbers import all_of
from engine.storage.sqlite.processes import _release
from engine.tasks import Tasks
from engine.turns.beginning import PREVIOUS_OWNER_SECONDS
from tests.rigs.engine_rig import ANN, DM, GROUP, House, a_house, full_disk
from tests.rigs.fakes import Cue, FakeChat, FakeClock, SilentSink

PARIS = Inbound(DM, "7", ANN, "where is Paris?", direct=True, addressed=True, sent_at=1.0)
ROME = replace(PARIS, text="where is Rome?", edited=True)
OSLO = replace(ROME, text="where is Oslo?")
OLD, NEW = 1, 2


class Pair:
    """An older and a newer process on one file and in one chat."""

    def __init__(self, old: House, new: House) -> None:
        self.old, self.new, self.clock = old, new, old.clock
        old.own(OLD)
        new.own(NEW)

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
async def a_pair(
    folder: Path, old: Sequence[Cue], new: Sequence[Cue], **settings: object
) -> AsyncIterator[Pair]:
    clock, chats = FakeClock(), {DM: FakeChat()}
    scripts = [[script] if script else [] for script in (old, new)]
    async with a_house(folder, *scripts[0], clock=clock, chats=chats, **settings) as first:
        async with a_house(folder, *scripts[1], clock=clock, chats=chats, **settings) as second:
            yield Pair(first, second)


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
    async with a_pair(
        tmp_path, ["Paris is a city in", gate, " France."], ["Rome is in Italy."]
    ) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        gate.set()
        await pair.rest()
        assert pair.old.chat().texts == ["Rome is in Italy."]
        assert await turns(pair) == 1
        assert (await pair.old.sessions.get(DM)).turns == []


async def test_the_newer_process_shows_nothing_before_the_older_one_has_ended(
    tmp_path: Path,
) -> None:
    gate = asyncio.Event()
    async with a_pair(tmp_path, ["Paris is a city in", gate], ["Rome is in Italy."]) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(3)  # the older process has not noticed, because its model is silent
        assert pair.new.model.prompts == []
        gate.set()
        await pair.rest()
        assert len(pair.new.model.prompts) == 1


async def test_a_message_that_the_older_process_took_to_its_death_is_looked_for(
    tmp_path: Path,
) -> None:
    async with a_pair(
        tmp_path, ["Paris is a city in the north of ", asyncio.Event()], ["Rome is in Italy."]
    ) as pair:
        await pair.old.engine.submit(
            PARIS, SilentSink(pair.clock, handle="7", chat=pair.old.chat())
        )
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(1)
        await pair.old.engine.kill()
        await pair.new.store.write(lambda db: _release(db, OLD, died=True))
        await pair.rest()
        assert pair.new.chat().texts == ["Rome is in Italy."]


async def test_an_older_process_that_hangs_is_waited_for_so_long_and_no_longer(
    tmp_path: Path,
) -> None:
    async with a_pair(tmp_path, ["Paris is in France."], ["Rome is in Italy."]) as pair:
        sink = pair.old.sink(handle="7")
        sink.hold = asyncio.Event()
        await pair.old.engine.submit(PARIS, sink)
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(PREVIOUS_OWNER_SECONDS - 1)
        assert pair.new.model.prompts == []
        await pair.advance(2)
        assert len(pair.new.model.prompts) == 1


async def test_a_second_edit_waits_for_the_older_process_as_well(tmp_path: Path) -> None:
    gate = asyncio.Event()
    old = ["Paris is a city in", gate, " the north of", 1.0, " France, and ", 1.0, "large."]
    async with a_pair(tmp_path, old, ["Oslo is in Norway."]) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(2)
        for edit in (ROME, OSLO):
            await pair.new.engine.submit(edit, pair.new.sink(handle="7"))
            await pair.advance(1)
        assert pair.new.model.prompts == []
        gate.set()
        await pair.rest()
        assert pair.old.chat().texts == ["Oslo is in Norway."]


async def test_edits_that_come_to_one_process_and_then_to_the_other_wait_for_nobody_who_waits(
    tmp_path: Path,
) -> None:
    async with a_pair(tmp_path, ["Paris is a city in", asyncio.Event()], []) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(0.5)
        await pair.old.engine.submit(OSLO, pair.old.sink(handle="7"))
        await pair.advance(3)
        assert pair.old.chat().texts == ["You said: where is Oslo?"]
        assert pair.new.model.prompts == []


async def test_a_stop_while_the_older_process_is_waited_for_is_what_remains(tmp_path: Path) -> None:
    async with a_pair(
        tmp_path, ["Paris is a city in", asyncio.Event()], ["Rome is in Italy."]
    ) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(
            replace(PARIS, message_id="8", text="/stop"), pair.new.sink(handle="8")
        )
        await pair.rest()
        (shown,) = pair.old.chat().texts
        assert "Paris" not in shown


@pytest.mark.parametrize("text", ["/persona pirate", PARIS.text])
async def test_what_waits_in_the_older_process_is_not_begun_there(
    tmp_path: Path, text: str
) -> None:
    async with a_pair(tmp_path, ["A long story", asyncio.Event()], ["Rome is in Italy."]) as pair:
        await pair.old.engine.submit(
            replace(PARIS, message_id="6", text="a story"), pair.old.sink(handle="6")
        )
        await pair.old.engine.submit(replace(PARIS, text=text), pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.rest()
        assert len(pair.old.model.prompts) == 1
        assert (await pair.new.sessions.get(DM)).persona == ""
        assert "Rome is in Italy." in pair.old.chat().texts


async def test_an_edit_whose_process_died_is_answered_by_the_older_one(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_pair(tmp_path, ["Paris is a city in", gate, " France."], []) as pair:
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.new.engine.kill()
        assert await pair.old.engine.recover(pair.old.make_sink, [NEW], ["fake"]) == 1
        gate.set()
        await pair.rest()
        assert pair.old.chat().texts == ["You said: where is Rome?"]


async def test_a_word_of_the_house_in_the_older_process_is_not_waited_for_longer_than_it_takes(
    tmp_path: Path,
) -> None:
    async with a_pair(tmp_path, [], ["Rome is in Italy."]) as pair:
        sink = pair.old.sink(handle="7")
        sink.hold = asyncio.Event()
        await pair.old.engine.submit(replace(PARIS, text="/start"), sink)
        await pair.advance(0.5)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(0.5)
        sink.hold.set()
        await pair.advance(2)
        assert pair.new.chat().texts == ["Rome is in Italy."]


async def test_a_record_that_the_disk_did_not_take_is_given_up_for_the_edited_question(
    tmp_path: Path,
) -> None:
    async with a_pair(tmp_path, ["Paris is a city in France."], ["Rome is in Italy."]) as pair:
        pair.old.ledger.put(finish=full_disk)
        await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
        await pair.advance(3)
        pair.old.ledger.mend()
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(6)
        assert pair.new.chat().texts == ["Rome is in Italy."]
        assert await turns(pair) == 1


async def test_who_waits_for_an_older_process_takes_no_place_from_other_chats(
    tmp_path: Path,
) -> None:
    places = EngineSettings().max_workers
    keys = [ChatKey("fake", str(100 + number)) for number in range(places)]
    async with a_pair(tmp_path, [], []) as pair:
        for key in keys:
            sink = pair.old.sink(key, handle="7")
            sink.hold = asyncio.Event()
            await pair.old.engine.submit(replace(PARIS, key=key), sink)
        await pair.advance(1)
        for key in keys:
            await pair.new.engine.submit(replace(ROME, key=key), pair.new.sink(key, handle="7"))
        await pair.new.engine.submit(replace(PARIS, message_id="1"), pair.new.sink(handle="1"))
        await pair.advance(2)
        assert pair.new.chat().texts == ["You said: where is Paris?"]


async def busy_when_the_older_one_ends(pair: Pair, gate: asyncio.Event) -> None:
    """Occupy the newer process's only place with another chat when the older one releases its question."""
    await pair.old.engine.submit(PARIS, pair.old.sink(handle="7"))
    await pair.advance(1)
    await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
    await pair.advance(1)
    await pair.new.engine.submit(replace(PARIS, key=GROUP), pair.new.sink(GROUP, handle="8"))
    await pair.advance(1)
    gate.set()
    await pair.advance(3)
    assert len(pair.new.model.prompts) == 1


async def test_who_waited_for_an_older_process_goes_on_once_there_is_a_place_again(
    tmp_path: Path,
) -> None:
    gate, end = asyncio.Event(), asyncio.Event()
    script = ["Paris is in France, as the group knows.", end]
    async with a_pair(tmp_path, ["Paris is a city in", gate], script, max_workers=1) as pair:
        await busy_when_the_older_one_ends(pair, gate)
        await pair.new.engine.submit(
            replace(PARIS, message_id="9", text="and Bern?"), pair.new.sink(handle="9")
        )
        end.set()
        await pair.rest()
        assert pair.new.chat().texts == ["You said: where is Rome?", "You said: and Bern?"]
        assert len(pair.new.model.prompts) == 3


async def test_who_has_no_place_again_when_the_process_ends_is_left_to_the_next(
    tmp_path: Path,
) -> None:
    gate = asyncio.Event()
    script = ["Paris is in France, as the group knows.", asyncio.Event()]
    async with a_pair(tmp_path, ["Paris is a city in", gate], script, max_workers=1) as pair:
        await busy_when_the_older_one_ends(pair, gate)
        stopping = Tasks("test").spawn(pair.new.engine.stop(drain_seconds=1), "stop")
        await pair.advance(5)
        assert stopping.done()
        (left, shared) = await pair.old.ledger.unfinished([NEW], ["fake"])
        assert (left.inbound.text, left.attempts, shared.inbound.key) == (ROME.text, 0, GROUP)
        assert len(pair.new.model.prompts) == 1


async def test_an_older_process_that_died_is_waited_for_at_no_later_retry(tmp_path: Path) -> None:
    async with a_pair(
        tmp_path, ["Paris is a city in", asyncio.Event()], ["Rome is in Italy."]
    ) as pair:
        sink = pair.old.sink(handle="7")
        sink.hold = asyncio.Event()
        await pair.old.engine.submit(PARIS, sink)
        await pair.advance(1)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(PREVIOUS_OWNER_SECONDS + 3)
        await pair.old.engine.kill()
        await pair.new.store.write(lambda db: _release(db, OLD, died=True))
        assert await pair.new.press(Action.RETRY, next(iter(pair.new.chat().messages))) == ""
        await pair.advance(2)
        assert len(pair.new.model.prompts) == 2


async def test_a_message_of_a_process_that_has_left_is_looked_for_by_the_edited_question(
    tmp_path: Path,
) -> None:
    async with a_pair(
        tmp_path, ["Paris is a city in the north of ", asyncio.Event()], ["Rome is in Italy."]
    ) as pair:
        await pair.old.engine.submit(
            PARIS, SilentSink(pair.clock, handle="7", chat=pair.old.chat())
        )
        await pair.advance(1)
        await pair.old.engine.kill()
        await pair.new.store.write(lambda db: _release(db, OLD, died=True))
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.rest()
        assert pair.new.chat().texts == ["Rome is in Italy."]


async def test_last_words_that_waited_out_a_ban_are_not_written_over_the_newer_answer(
    tmp_path: Path,
) -> None:
    async with a_pair(
        tmp_path, ["Paris is a city in the north of France."], ["Rome is in Italy."]
    ) as pair:
        sink = pair.old.sink(handle="7")
        sink.fail("edit", RateLimited("a ban", retry_after=PREVIOUS_OWNER_SECONDS + 15))
        await pair.old.engine.submit(PARIS, sink)
        await pair.advance(3)
        await pair.new.engine.submit(ROME, pair.new.sink(handle="7"))
        await pair.advance(PREVIOUS_OWNER_SECONDS + 30)
        assert pair.new.chat().texts == ["Rome is in Italy."]
