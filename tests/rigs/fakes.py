"""Small real test doubles: a clock that tests move, a scripted model, and a recording sink."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Union

from engine.attachments import Attachment, Made
from engine.contract import (
    Author,
    Button,
    ChatMessage,
    Delta,
    Finish,
    Limits,
    More,
    Pace,
    SentId,
    Sign,
    at_once,
)
from engine.errors import DeliveryError, DeliveryFailed, MessageGone, ModelError
from engine.groups import Hearing, Standing
from engine.tools import Tool


async def settle(rounds: int = 50) -> None:
    """Let every task run that can run without time passing."""
    for _ in range(rounds):
        await asyncio.sleep(0)


class FakeClock:
    """A clock that changes only when `advance` moves it."""

    def __init__(self, now: float = 1000.0, unix: float = 1_700_000_000.0) -> None:
        self._now = now
        self._offset = unix - now
        self.sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self.settle = settle  # waits for all work that needs no time

    def now(self) -> float:
        return self._now

    def time(self) -> float:
        return self._now + self._offset

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self._now + seconds, next(self._order), future))
        await future

    def jump(self, seconds: float) -> None:
        """Move time forward without waking anybody, as if the loop were blocked meanwhile."""
        self._now += seconds

    async def advance(self, seconds: float) -> None:
        """Move time forward.

        Each sleeper wakes at its own instant and runs before time moves on.
        """
        target = self._now + seconds
        await self.settle()
        while self.sleepers and self.sleepers[0][0] <= target:
            at, _, future = heapq.heappop(self.sleepers)
            self._now = max(self._now, at)
            if not future.done():
                future.set_result(None)
            await self.settle()
        self._now = target
        await self.settle()


PACE = Pace(
    spacing_seconds=1.0,
    window_calls=20,
    window_seconds=60.0,
    reserve_calls=4,
    overall_calls=30,
    overall_seconds=1.0,
)
LIMITS = Limits(max_units=200, measure=len, pace=PACE, typing_seconds=5.0)


@dataclass(frozen=True)
class Fault:
    """A fault of the platform for one call.

    An `applied` call takes effect although the caller sees the error.
    """

    error: DeliveryError
    applied: bool = False


@dataclass(frozen=True)
class SinkCall:
    """A call that reached the platform.

    `at` is the clock's time, `error` the error that the caller saw.
    """

    name: str
    at: float
    sent: str = ""
    text: str = ""
    buttons: tuple[Button, ...] = ()
    part: int = -1
    error: DeliveryError | None = None
    made: Made | None = None


@dataclass
class FakeMessage:
    """A message on the screen: all revisions of its text, its current buttons and its media."""

    revisions: list[str]
    buttons: tuple[Button, ...] = ()
    made: Made | None = None

    @property
    def text(self) -> str:
        return self.revisions[-1]


@dataclass
class FakeChat:
    """The screen of one chat, shared by the sinks of all its answers.

    `messages` are in the order of their sending.
    """

    messages: dict[str, FakeMessage] = field(default_factory=dict)
    parts: dict[tuple[str, int], str] = field(default_factory=dict)
    ids: count[int] = field(default_factory=lambda: count(1))
    managers: set[str] = field(default_factory=set)
    hearing: Hearing = Hearing.ALL

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages.values()]


class FakeSink:
    """A sink that records all calls.

    `fail("edit", Fault(...), None, Fault(...))` scripts the next calls of one method. None lets a
    call succeed, and so does the end of the script. After MessageGone the message is gone. `hold`
    lets calls wait for an event, and `slow_seconds` lets each call take time on the clock. With
    `once` a repeated part is shown in its first message, as on a platform that detects repetition.
    `locate_calls` is the number of platform calls that a `locate` makes. `overlaps` counts calls,
    except typing, that began while another call was running.
    """

    def __init__(
        self,
        clock: FakeClock,
        *,
        limits: Limits = LIMITS,
        handle: str = "h1",
        chat: FakeChat | None = None,
    ) -> None:
        self.clock, self.limits, self.handle = clock, limits, handle
        self.chat = chat or FakeChat()
        self.calls: list[SinkCall] = []
        self.files: list[tuple[str, bytes, str]] = []
        self.attachments: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.hold: asyncio.Event | None = None
        self.slow_seconds = 0.0
        self.locate_calls = 1
        self.once = False
        self.overlaps = 0
        self._faults: dict[str, deque[Fault | None]] = {}
        self._busy = 0

    @property
    def texts(self) -> list[str]:
        """Return the texts that the chat shows now, the oldest message first."""
        return self.chat.texts

    def fail(self, name: str, *faults: Fault | DeliveryError | None) -> None:
        script = self._faults.setdefault(name, deque())
        script.extend(
            Fault(fault) if isinstance(fault, DeliveryError) else fault for fault in faults
        )

    def called(self, *names: str) -> list[SinkCall]:
        """Return the calls of these methods, or all calls except typing."""
        return [
            call for call in self.calls if (call.name in names if names else call.name != "typing")
        ]

    async def typing(self, sign: Sign = Sign.TYPING) -> None:
        fault = self._fault("typing")
        shown = "" if sign is Sign.TYPING else sign.value
        self.calls.append(
            SinkCall("typing", self.clock.now(), text=shown, error=fault.error if fault else None)
        )
        await self._pass_time()
        if fault:
            raise fault.error

    async def send(
        self, text: str, buttons: Sequence[Button], part: int, made: Made | None = None
    ) -> SentId:
        now = self.clock.now()
        return await self._call(SinkCall("send", now, "", text, tuple(buttons), part, made=made))

    async def edit(
        self, sent: SentId, text: str, buttons: Sequence[Button], made: Made | None = None
    ) -> None:
        now = self.clock.now()
        await self._call(SinkCall("edit", now, sent, text, tuple(buttons), made=made))

    async def delete(self, sent: SentId) -> None:
        await self._call(SinkCall("delete", self.clock.now(), sent))

    async def locate(
        self,
        text: str,
        buttons: Sequence[Button],
        part: int,
        more: More = at_once,
        made: Made | None = None,
    ) -> SentId | None:
        for _ in range(self.locate_calls - 1):
            await more()
        now = self.clock.now()
        found = await self._call(SinkCall("locate", now, "", text, tuple(buttons), part, made=made))
        return found or None

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        sent = await self._call(SinkCall("send_file", self.clock.now(), "", f"{name}: {caption}"))
        self.files.append((name, content, caption))
        return sent

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        self.fetched.append(attachment.ref)
        content = self.attachments.get(attachment.ref)
        if content is None:
            raise MessageGone("the file no longer exists")
        if len(content) > max_bytes:
            raise DeliveryFailed("the file is too long")
        return content

    async def standing(self, author: Author) -> Standing:
        if fault := self._fault("standing"):
            raise fault.error
        return Standing(author.user_id in self.chat.managers, self.chat.hearing)

    def _fault(self, name: str) -> Fault | None:
        script = self._faults.get(name)
        return script.popleft() if script else None

    async def _call(self, call: SinkCall) -> SentId:
        fault = self._fault(call.name)
        self.calls.append(replace(call, error=fault.error if fault else None))
        self.overlaps += bool(self._busy)
        self._busy += 1
        try:
            await self._pass_time()
            sent = self._apply(call) if fault is None or fault.applied else SentId("")
            if fault and isinstance(fault.error, MessageGone):
                self.chat.messages.pop(call.sent, None)
        finally:
            self._busy -= 1
        if fault:
            raise fault.error
        return sent

    async def _pass_time(self) -> None:
        await self.clock.sleep(self.slow_seconds)
        if self.hold is not None:
            await self.hold.wait()

    def _apply(self, call: SinkCall) -> SentId:
        messages = self.chat.messages
        known = self.chat.parts.get((self.handle, call.part), "")
        if call.name in {"send", "send_file"} and not (self.once and known):
            sent = f"m{next(self.chat.ids)}"
            messages[sent] = FakeMessage([call.text], call.buttons, call.made)
            self.chat.parts[self.handle, call.part] = sent
            return SentId(sent)
        if call.name == "delete":
            messages.pop(call.sent, None)
            return SentId("")
        sent = call.sent or known
        message = messages.get(sent)
        if message is None:
            if call.name == "locate":
                return SentId("")
            raise MessageGone("no such message")
        if message.text != call.text:
            message.revisions.append(call.text)
        message.buttons, message.made = call.buttons, call.made
        return SentId(sent)


class SilentSink(FakeSink):
    """A platform that shows a message but never responds."""

    async def send(
        self, text: str, buttons: Sequence[Button], part: int, made: Made | None = None
    ) -> SentId:
        await super().send(text, buttons, part, made)
        await asyncio.Event().wait()
        raise AssertionError("nothing sets that event")


Cue = Union[str, Delta, ModelError, asyncio.Event, float]
"""A piece of a script.

It is text, a whole delta, an error to raise, an event to wait for, or seconds on the clock.
"""


class FakeModel:
    """A model that plays its scripts in order, one in each call.

    Without a script it repeats the question. A script that neither fails nor has a finish ends with
    STOP. `prompts` are the prompts it received, and `models` the names of the models that were
    asked. `open` counts running streams, and `closed` the streams that ended before their script
    did.
    """

    def __init__(self, clock: FakeClock, *scripts: Sequence[Cue]) -> None:
        self.clock = clock
        self.scripts = deque(scripts)
        self.prompts: list[list[ChatMessage]] = []
        self.models: list[str] = []
        self.max_tokens: list[int] = []
        self.tools: list[list[str]] = []
        self.open = 0
        self.closed = 0

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        model: str = "",
        tools: Sequence[Tool] = (),
    ) -> AsyncGenerator[Delta, None]:
        self.prompts.append(list(messages))
        self.models.append(model)
        self.max_tokens.append(max_tokens)
        self.tools.append([tool.name for tool in tools])
        script = self.scripts.popleft() if self.scripts else [f"You said: {messages[-1].content}"]
        self.open += 1
        try:
            finished = False
            for cue in script:
                delta = await self._play(cue)
                if delta is not None:
                    finished = finished or delta.finish is not None
                    yield delta
            if not finished:
                yield Delta(finish=Finish.STOP)
        except (asyncio.CancelledError, GeneratorExit):
            self.closed += 1
            raise
        finally:
            self.open -= 1

    async def _play(self, cue: Cue) -> Delta | None:
        if isinstance(cue, ModelError):
            raise cue
        if isinstance(cue, asyncio.Event):
            await cue.wait()
            return None
        if isinstance(cue, (int, float)):
            await self.clock.sleep(cue)
            return None
        return Delta(cue) if isinstance(cue, str) else cue
