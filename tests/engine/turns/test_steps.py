"""Tests that waiting for shared resources occupies no place, and that dangerous questions end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.attachments import Attachment, MediaKind
from engine.contract import Action, Author, ChatKey, Inbound
from engine.memory.documents.reader import Turns
from engine.storage.sqlite.processes import Owners
from engine.wording import words_in
from engine.worker import MAX_DEATHS
from tests.rigs.engine_rig import ANN, BOB, DM, GROUP, House, a_house
from tests.rigs.fakes import FakeChat, FakeClock, FakeSink
from tests.rigs.memory_rig import FakeEmbedder
from tests.rigs.stores import rows_of

EN = words_in("en")


class SlowFile(FakeSink):
    """A platform that delivers a file only when the test allows it."""

    gate: asyncio.Event
    fetching: list[str]

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        self.fetching.append(attachment.name)
        await self.gate.wait()
        return b"# Rules\nA ticket costs forty euros."


class Files:
    """Files that were sent to a house. The platform holds them all until `gate` opens."""

    def __init__(self, house: House) -> None:
        self.house, self.gate, self.fetching = house, asyncio.Event(), list[str]()

    async def send(self, name: str, *, key: ChatKey = DM, author: Author = ANN) -> FakeSink:
        sink = SlowFile(self.house.clock, chat=self.house.chat(key), handle=name)
        sink.gate, sink.fetching = self.gate, self.fetching
        file = Attachment(name, "text/markdown", 40, "ref")
        inbound = Inbound(key, name, author, "", True, True, 0, attachments=(file,))
        await self.house.engine.submit(inbound, sink)
        return sink


def person(number: int) -> Author:
    return Author(f"p{number}", f"Person {number}", "en")


def chat(number: int) -> ChatKey:
    return ChatKey("fake", f"{1000 + number}")


async def test_files_being_read_take_no_place_from_a_plain_question(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["hello again"], embedder=FakeEmbedder(), max_workers=2) as house:
        files = Files(house)
        for number in range(8):
            await files.send(f"f{number}.md", key=chat(number), author=person(number))
        await house.settle()
        await house.say("hello", key=GROUP, author=BOB)
        await house.advance(1)
        assert house.last(GROUP).startswith("hello again")
        files.gate.set()
        await house.rest()


async def test_a_person_has_one_file_worked_on_at_a_time_whatever_the_chat(tmp_path: Path) -> None:
    async with a_house(tmp_path, embedder=FakeEmbedder()) as house:
        files = Files(house)
        for number in range(5):
            await files.send(f"ann{number}.md", key=chat(number))
        await files.send("bob.md", key=GROUP, author=BOB)
        await house.settle()
        assert files.fetching == ["ann0.md", "bob.md"]
        files.gate.set()
        await house.rest()
        assert len(files.fetching) == 6


async def test_waiting_for_others_files_does_not_use_up_ones_own_time(tmp_path: Path) -> None:
    async with a_house(tmp_path, embedder=FakeEmbedder()) as house:
        files = Files(house)
        for number in range(4):
            await files.send(f"f{number}.md", key=chat(number), author=person(number))
        await house.advance(50)
        assert house.last(chat(3)) == EN.file_reading.format(name="f3.md", percent=0)
        files.gate.set()
        await house.rest()
        assert house.last(chat(3)) == EN.file_kept.format(name="f3.md")


async def test_a_slow_embedder_takes_no_place_from_others(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    async with a_house(
        tmp_path, ["Hello Bob."], ["Forty euros."], embedder=embedder, max_workers=1
    ) as house:
        files = Files(house)
        files.gate.set()
        await files.send("rules.md")
        await house.rest()
        embedder.gate = asyncio.Event()
        await house.say("What does a ticket cost?")  # waits for the question's vector
        await house.advance(0.3, step=0.1)
        assert house.model.prompts == []
        await house.say("hello", key=GROUP, author=BOB)
        await house.advance(0.5, step=0.1)
        assert len(house.model.prompts) == 1
        embedder.gate.set()
        await house.rest()


async def test_a_process_that_ends_waits_for_no_place(tmp_path: Path) -> None:
    async with a_house(
        tmp_path, [asyncio.Event()], embedder=FakeEmbedder(), max_workers=1
    ) as house:
        files = Files(house)
        for number in range(3):
            await files.send(f"f{number}.md", key=chat(number), author=person(number))
        await house.settle()
        await house.say("hello", key=GROUP, author=BOB)
        await house.advance(1)
        await house.engine.kill()
        assert len(await house.ledger.unfinished([0], ["fake"])) == 4


async def test_people_take_turns_whatever_the_number_of_their_files() -> None:
    turns, served, gate = Turns(1), list[str](), asyncio.Event()

    async def work(name: str) -> None:
        async with turns.turn(name):
            await gate.wait()
            served.append(name)

    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(work(name)) for name in ["ann"] * 4 + ["bob", "eve"]]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*tasks)
    assert served == ["ann", "bob", "eve", "ann", "ann", "ann"]


async def test_a_turn_that_is_not_waited_for_any_more_goes_to_the_next_person() -> None:
    turns = Turns(1)
    loop = asyncio.get_running_loop()

    async def work(name: str) -> str:
        async with turns.turn(name):
            return name

    async with turns.turn("ann"):
        left, stays = loop.create_task(work("bob")), loop.create_task(work("eve"))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.sleep(0)
    assert await stays == "eve"


# --- Deaths ---


class HungEmbedder(FakeEmbedder):
    """An embedder that never answers. `held` counts the calls."""

    def __init__(self) -> None:
        super().__init__()
        self.held = asyncio.Semaphore(0)

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.held.release()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")


async def kill_while_working(
    folder: Path, clock: FakeClock, chats: dict[ChatKey, FakeChat]
) -> None:
    """Let a process claim the open rows, and end as by a signal while it works on a file."""
    embedder = HungEmbedder()
    async with a_house(folder, clock=clock, chats=chats, embedder=embedder) as house:
        files = Files(house)
        files.gate.set()

        def sink(key: ChatKey, handle: str) -> FakeSink:
            made = SlowFile(house.clock, chat=house.chat(key), handle=handle)
            made.gate, made.fetching = files.gate, files.fetching
            return made

        await house.engine.recover(sink, [0], ["fake"])
        await embedder.held.acquire()


async def at_work(house: House) -> int:
    return len(await rows_of(house.store, "SELECT 1 FROM ledger WHERE step <> ''"))


async def first_death(
    folder: Path, clock: FakeClock, chats: dict[ChatKey, FakeChat], *, files: int = 0
) -> None:
    """Let a process end while it works on a file, or on one file of each of several people."""
    embedder = HungEmbedder()
    async with a_house(folder, clock=clock, chats=chats, embedder=embedder) as house:
        sent = Files(house)
        sent.gate.set()
        if not files:
            await sent.send("bomb.md")
        for number in range(files):
            await sent.send(f"f{number}.md", key=chat(number), author=person(number))
        await embedder.held.acquire()
        while await at_work(house) < min(files, 3):  # three places
            await house.settle()


async def test_the_third_process_that_ends_over_the_same_file_is_the_last(tmp_path: Path) -> None:
    clock, chats = FakeClock(), dict[ChatKey, FakeChat]()
    await first_death(tmp_path, clock, chats)
    for _ in range(MAX_DEATHS - 1):
        await kill_while_working(tmp_path, clock, chats)
    async with a_house(tmp_path, clock=clock, chats=chats, embedder=FakeEmbedder()) as house:
        await house.recover()
        await house.rest()
        assert house.last() == EN.too_heavy
        assert house.buttons() == [Action.RETRY]


async def test_after_a_retry_one_more_death_is_enough(tmp_path: Path) -> None:
    clock, chats, embedder = FakeClock(), dict[ChatKey, FakeChat](), HungEmbedder()
    await first_death(tmp_path, clock, chats)
    for _ in range(MAX_DEATHS - 1):
        await kill_while_working(tmp_path, clock, chats)
    async with a_house(tmp_path, clock=clock, chats=chats, embedder=embedder) as house:
        await house.recover()
        await house.rest()
        (sent,) = house.chat().messages
        sink = SlowFile(house.clock, chat=house.chat(), handle="again")
        sink.gate, sink.fetching = asyncio.Event(), []
        sink.gate.set()
        await house.press(Action.RETRY, sent, sink=sink)
        await embedder.held.acquire()
    async with a_house(tmp_path, clock=clock, chats=chats, embedder=FakeEmbedder()) as house:
        await house.recover()
        await house.rest()
        assert house.last() == EN.too_heavy


async def test_a_process_that_ends_while_a_file_is_fetched_or_read_is_no_fault_of_the_row(
    tmp_path: Path,
) -> None:
    clock, chats = FakeClock(), dict[ChatKey, FakeChat]()
    async with a_house(tmp_path, clock=clock, chats=chats, embedder=FakeEmbedder()) as house:
        await Files(house).send("slow.md")
        await house.settle()
    async with a_house(tmp_path, clock=clock, chats=chats, embedder=FakeEmbedder()) as house:
        entries = await house.ledger.unfinished([0], ["fake"])
        assert [entry.deaths for entry in entries] == [0]


class HungSpeech:
    """A service that never answers."""

    async def transcribe(self, content: bytes, media_type: str, name: str) -> str:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets this event")


@pytest.mark.parametrize(
    ("kind", "size", "fetched", "deaths"),
    [
        (MediaKind.VOICE, 900, True, 0),
        (MediaKind.VOICE, 19_000_000, True, 0),
        (MediaKind.VOICE, 19_000_000, False, 1),
        (MediaKind.PICTURE, 90_000, False, 0),
        (MediaKind.PICTURE, 19_000_000, False, 1),
    ],
)
async def test_a_process_that_ends_is_the_fault_of_a_picture_or_recording_only_in_a_large_fetch(
    tmp_path: Path, kind: MediaKind, size: int, fetched: bool, deaths: int
) -> None:
    clock, chats = FakeClock(), dict[ChatKey, FakeChat]()
    async with a_house(tmp_path, clock=clock, chats=chats, speech=HungSpeech()) as house:
        sink = SlowFile(house.clock, chat=house.chat(DM), handle="q")
        sink.gate, sink.fetching = asyncio.Event(), []
        if fetched:
            sink.gate.set()
        file = Attachment("x", "", size, "ref", kind=kind)
        inbound = Inbound(DM, "q", ANN, "hello", True, True, 0, attachments=(file,))
        await house.engine.submit(inbound, sink)
        await house.settle()
    async with a_house(tmp_path, clock=clock, chats=chats) as house:
        (entry,) = await house.ledger.unfinished([0], ["fake"])
        assert entry.deaths == deaths


async def test_a_file_that_waited_behind_the_deadly_one_is_not_blamed(tmp_path: Path) -> None:
    clock, chats = FakeClock(), dict[ChatKey, FakeChat]()
    await first_death(tmp_path, clock, chats, files=4)
    async with a_house(tmp_path, clock=clock, chats=chats, embedder=FakeEmbedder()) as house:
        entries = await house.ledger.unfinished([0], ["fake"])
        assert [entry.deaths for entry in entries] == [1, 1, 1, 0]


async def test_of_several_suspects_only_one_at_a_time_is_worked_on(tmp_path: Path) -> None:
    clock, chats = FakeClock(), dict[ChatKey, FakeChat]()
    await first_death(tmp_path, clock, chats, files=3)
    await kill_while_working(tmp_path, clock, chats)
    async with a_house(tmp_path, clock=clock, chats=chats, embedder=FakeEmbedder()) as house:
        entries = await house.ledger.unfinished([0], ["fake"])
        assert sorted(entry.deaths for entry in entries) == [1, 1, 2]


@pytest.mark.parametrize("times", [3])
async def test_a_process_that_ends_in_mid_answer_is_no_fault_of_the_row(
    tmp_path: Path, times: int
) -> None:
    clock, chats = FakeClock(), dict[ChatKey, FakeChat]()
    async with a_house(tmp_path, ["Once ", asyncio.Event()], clock=clock, chats=chats) as house:
        await house.say("a story")
        await house.settle()
    for _ in range(times):
        async with a_house(
            tmp_path, ["upon a ", asyncio.Event()], clock=clock, chats=chats
        ) as house:
            await house.recover()
            await house.advance(2)
    async with a_house(tmp_path, ["time."], clock=clock, chats=chats) as house:
        (entry,) = await house.ledger.unfinished([0], ["fake"])
        assert entry.deaths == 0


@pytest.mark.usefixtures("a_file")
async def test_an_orderly_stop_while_a_file_is_read_is_no_death(tmp_path: Path) -> None:
    async with a_house(tmp_path, embedder=FakeEmbedder()) as house:
        owners = await Owners.enter(house.store)
        house.own(owners.number)
        await Files(house).send("f.md")
        await house.settle()
        await owners.leave()
        (entry,) = await house.ledger.unfinished([0], ["fake"])
        assert entry.deaths == 0
