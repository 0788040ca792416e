"""Build a complete engine on fakes: a real store in a folder, a scripted model and a fake clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.answering.answer import AnswerSettings
from engine.answering.images import Images
from engine.answering.prompt import estimate_tokens
from engine.answering.sight import Sight
from engine.answering.speech import Speech
from engine.answering.voices import Voices
from engine.contract import Action, Author, Button, ChatKey, Inbound, Press, ReplySink, SentId
from engine.engine import Engine, EngineSettings
from engine.errors import StorageFault
from engine.groups import Place
from engine.media.drawing import Drawing
from engine.media.hearing import Hearing
from engine.media.speaking import Speaking
from engine.memory.embedding.embedder import Embedder
from engine.memory.memory import Memory
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sql.overheard import SqlOverheard
from engine.turns.sessions import Sessions
from tests.rigs.fakes import Cue, FakeChat, FakeClock, FakeModel, FakeSink
from tests.rigs.injector import Injector
from tests.rigs.stores import AnyDatabase, at_rest, follow, open_database, storage_of

ANN, BOB, ADA = Author("1", "Ann", "en"), Author("2", "Bob", "en"), Author("9", "Ada", "en")
DM, GROUP = ChatKey("fake", "10"), ChatKey("fake", "20")
DAY = 24 * 3600.0


async def full_disk(*_: object, **__: object) -> int:
    """Fail as a call to the ledger does when the disk is full."""
    raise StorageFault("the disk is full")


PICTURE_TOKENS = 5000  # what a picture counts as
VOICE_TOKENS = 700  # what a spoken answer counts as


class House:
    """One process. `say` and `press` act as the platform, and `chat(key)` is the screen."""

    def __init__(
        self,
        store: AnyDatabase,
        clock: FakeClock,
        model: FakeModel,
        settings: EngineSettings,
        memory: Memory | None,
        sight: Sight | None = None,
        speech: Speech | None = None,
        images: Images | None = None,
        voices: Voices | None = None,
    ) -> None:
        self.store, self.clock, self.model, self.memory = store, clock, model, memory
        self.disk: Any = Injector(store)  # the store as the ledger sees it
        self.ledger: Any = Injector(SqlLedger(self.disk, clock))
        self.conversations: Any = Injector(SqlConversations(store, clock))
        self.overheard: Any = Injector(SqlOverheard(store, clock))
        self.sessions = Sessions(self.conversations, clock, DAY)
        self.holdings = storage_of(store, clock).personal_data
        self.people: Any = Injector(storage_of(store, clock).people)
        self.news: Any = Injector(storage_of(store, clock).news)
        self.engine = Engine(
            settings,
            model,
            self.ledger,
            self.sessions,
            self.holdings,
            clock,
            memory,
            overheard=self.overheard,
            senses=(sight, Hearing(speech, clock)),
            spending=storage_of(store, clock).spending,
            people=self.people,
            news=self.news,
            drawing=Drawing(images, clock, PICTURE_TOKENS, "painter"),
            speaking=Speaking(voices, clock, VOICE_TOKENS, "speaker"),
        )
        self.files: dict[str, bytes] = {}  # what every sink can fetch
        self.chats: dict[ChatKey, FakeChat] = {}
        self.sinks: list[FakeSink] = []
        self._ids = iter(range(1, 10_000))

    def own(self, number: int) -> None:
        """Become the process with this number. No answer may be running."""
        self.ledger.port = SqlLedger(self.disk, self.clock, number)

    def chat(self, key: ChatKey = DM) -> FakeChat:
        return self.chats.setdefault(key, FakeChat())

    def sink(self, key: ChatKey = DM, handle: str = "") -> FakeSink:
        sink = FakeSink(self.clock, handle=handle or f"h{len(self.sinks)}", chat=self.chat(key))
        sink.attachments = self.files
        self.sinks.append(sink)
        return sink

    def make_sink(self, key: ChatKey, handle: str) -> ReplySink | None:
        return self.sink(key, handle)

    async def say(
        self,
        text: str,
        *,
        key: ChatKey = DM,
        author: Author = ANN,
        message_id: str = "",
        edited: bool = False,
        addressed: bool = True,
        direct: bool | None = None,
        place_name: str = "",
    ) -> FakeSink:
        sink = self.sink(key)
        inbound = Inbound(
            key,
            message_id or f"q{next(self._ids)}",
            author,
            text,
            direct=key == DM if direct is None else direct,
            addressed=addressed,
            sent_at=self.clock.time(),
            edited=edited,
            place=Place(name=place_name),
        )
        await self.engine.submit(inbound, sink)
        return sink

    async def ask(self, text: str, **details: object) -> FakeSink:
        sink = await self.say(text, **details)  # type: ignore[arg-type]
        await self.rest()
        return sink

    async def press(
        self,
        action: Action,
        sent: str,
        *,
        key: ChatKey = DM,
        author: Author = ANN,
        sink: FakeSink | None = None,
        about: str = "",
    ) -> str:
        press = Press(key, f"p{next(self._ids)}", SentId(sent), author, action, about)
        return await self.engine.submit(press, sink or self.sink(key))

    async def recover(self) -> int:
        return await self.engine.recover(self.make_sink, [0], ["fake"])

    async def settle(self) -> None:
        """Let everything run that needs no time: tasks, and the store's threads."""
        for _ in range(8):
            await at_rest(self.store)

    async def advance(self, seconds: float, step: float = 0.5) -> None:
        for _ in range(int(seconds / step)):
            await self.settle()
            await self.clock.advance(step)
        await self.settle()

    async def rest(self, most_seconds: float = 120.0) -> None:
        """Move the clock until no work is left."""
        await self.settle()
        began = self.clock.now()
        while self.engine.busy:
            assert self.clock.now() - began < most_seconds, "still at work"
            # A real process reads files, so the clock must not run ahead of it.
            reading = self.memory is not None and self.memory.files_at_work
            reading = reading or self.engine.worker.pictures.at_work
            await self.clock.advance(0.02 if reading else 0.5)
            await self.settle()

    def last(self, key: ChatKey = DM) -> str:
        return self.chat(key).texts[-1]

    def buttons(self, key: ChatKey = DM) -> list[Action]:
        return [button.action for button in list(self.chat(key).messages.values())[-1].buttons]


@asynccontextmanager
async def a_house(
    folder: Path,
    *scripts: Sequence[Cue],
    clock: FakeClock | None = None,
    chats: dict[ChatKey, FakeChat] | None = None,
    embedder: Embedder | None = None,
    sight: Sight | None = None,
    speech: Speech | None = None,
    images: Images | None = None,
    voices: Voices | None = None,
    **settings: object,
) -> AsyncIterator[House]:
    """Run a house within this block. With an `embedder` it has a memory."""
    clock = clock or FakeClock()
    store = await open_database(folder)
    follow(clock, store)
    memory = (
        Memory(storage_of(store, clock), embedder, clock, estimate_tokens)
        if embedder is not None
        else None
    )
    defaults = EngineSettings(models=("main", "other"), answers=AnswerSettings())
    # a setting that a test names must exist
    chosen = replace(defaults, **settings)  # type: ignore[arg-type]
    senses = (sight, speech, images, voices)
    house = House(store, clock, FakeModel(clock, *scripts), chosen, memory, *senses)
    house.chats = chats if chats is not None else {}
    try:
        yield house
    finally:
        await house.engine.kill()
        if memory is not None:
            await memory.close()
        await store.close()


def labels(buttons: Sequence[Button]) -> list[str]:
    return [button.label for button in buttons]
