"""A growing answer becomes messages, edited in place as it grows; the last words always land.

One writer task makes all calls of a reply, one after the other: platforms may carry out overlapping edits in any order.
Before each call it looks at the newest text, so nothing stale waits in a queue. A failed call changes nothing but the
time of the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Callable

from engine.contract import Button, ChatKey, ReplySink, SentId
from engine.delivery.cutting import closed, next_cut, part
from engine.delivery.pacing import Pacer, Urgency
from engine.errors import ChatUnavailable, DeliveryError, DeliveryFailed, MessageGone, RateLimited
from engine.tasks import Clock, Tasks, backoff, describe, end

log = logging.getLogger(__name__)

# The first words are what a phone's notification shows: long enough to be of use, or this late after the first token.
FIRST_CHARACTERS = 20
FIRST_HOLD_SECONDS = 0.4
SLOWEST, SLOWER_EACH_EDIT = 3.0, 0.1
RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 0.5, 30.0

Shown = tuple[str, tuple[Button, ...]]


async def _nothing(*_: object) -> None:
    """Keep no record."""


@dataclass(frozen=True)
class Record:
    """Who is told what became visible: awaited after each new and each vanished message, called after each text."""

    sent: Callable[[int, SentId], Awaitable[None]] = _nothing
    gone: Callable[[SentId], Awaitable[None]] = _nothing
    shown: Callable[[str], None] = lambda _: None


@dataclass
class Bubble:
    """One message of the reply: `sent` once it exists, `shown` once its content is known."""

    sent: SentId | None = None
    shown: Shown | None = None
    uncertain: bool = False  # a send may have happened although no answer came


@dataclass(frozen=True)
class Step:
    """The next call: bring message `index` to `wanted`, or remove it (None)."""

    index: int
    wanted: Shown | None
    urgency: Urgency


class Reply:
    """One answer on its way to a chat.

    `bubbles` are messages that an earlier attempt left: they are used again, and removed at the end if the answer needs
    fewer. `text` is what is known of the answer so far. `close` ends the writer at once.
    """

    def __init__(
        self,
        sink: ReplySink,
        key: ChatKey,
        pacer: Pacer,
        clock: Clock,
        *,
        streaming_buttons: Sequence[Button] = (),
        bubbles: Sequence[SentId] = (),
        text: str = "",
        record: Record | None = None,
    ) -> None:
        self._sink, self._key, self._pacer, self._clock = sink, key, pacer, clock
        self._limits = sink.limits
        self._record = record or Record()
        self._bubbles = [Bubble(sent) for sent in bubbles]
        self._cuts: list[int] = []
        self._text, self._notice, self._closing = text, "", ""
        self._buttons = tuple(streaming_buttons)
        self._finishing = False
        self._presentable = bool(bubbles or text)
        self._changed = asyncio.Event()
        self._permit: asyncio.Task[None] | None = None
        self._pauses = backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS)
        self._edits = 0
        self._tasks = Tasks(f"reply {key}")
        self._writer: asyncio.Task[None] | None = None
        self._typist: asyncio.Task[None] | None = None
        self.calls = 0
        self.lost = False  # nothing can be shown in this chat
        self.first_shown_at: float | None = None

    @property
    def text(self) -> str:
        """Return the answer so far, without notice and closing words."""
        return self._text

    def owns(self, sent: SentId) -> bool:
        """Say whether a message belongs to this reply."""
        return any(bubble.sent == sent for bubble in self._bubbles)

    def adopt(self, bubbles: Sequence[SentId]) -> None:
        """Take over messages that an earlier run of the same answer left; known ones count once."""
        self._bubbles.extend(Bubble(sent) for sent in bubbles if not self.owns(sent))
        self._presentable = self._presentable or bool(bubbles)

    def start(self) -> None:
        """Begin to show; idempotent."""
        if self._writer is None:
            self._writer = self._tasks.spawn(self._write(), "writer")

    def type(self) -> None:
        """Show the typing sign until something of the answer is visible."""
        if self._typist is None and self._limits.typing_seconds > 0:
            self._typist = self._tasks.spawn(self._keep_typing(), "typing")

    def notice(self, text: str) -> None:
        """Show words in the answer's place until it begins."""
        self._notice, self._presentable = text, True
        self._changed.set()

    def extend(self, text: str) -> None:
        """Add to the answer."""
        if not self._text and text and not self._presentable:
            self._tasks.spawn(self._ripen(), "first words")
        self._text += text
        if not self._presentable and len(self._text.strip()) >= FIRST_CHARACTERS:
            self._presentable = True
        self._changed.set()

    async def finish(self, closing: str = "", buttons: Sequence[Button] = ()) -> bool:
        """Bring the whole answer, then `closing`, on screen; return False if the chat cannot be reached any more.

        Waits as long as it takes: a ban or a broken connection delays the last words and never drops them. Cancelling
        leaves on screen what is there.
        """
        self.start()
        self._closing, self._buttons, self._finishing = closing, tuple(buttons), True
        self._notice = ""
        if self._permit is not None:
            self._permit.cancel()  # it was asked for at a lower urgency
        self._changed.set()
        if self._writer is not None:
            await asyncio.wait({self._writer})
        return not self.lost

    async def close(self) -> None:
        """End the writer and the typing sign at once; idempotent."""
        await self._tasks.close()

    async def _ripen(self) -> None:
        await self._clock.sleep(FIRST_HOLD_SECONDS)
        # A mark alone ("```", "-") is no word; it waits for what follows it.
        while not any(character.isalnum() for character in self._text):
            await self._clock.sleep(FIRST_HOLD_SECONDS)
        self._presentable = True
        self._changed.set()

    async def _write(self) -> None:
        while not self.lost:
            step = self._next()
            if step is None:
                if self._finishing:
                    return
                await self._changed.wait()
                self._changed.clear()
            elif await self._permitted(step.urgency):
                # While it waited the text may have grown: the newest counts.
                await self._take(self._next())

    async def _permitted(self, urgency: Urgency) -> bool:
        slower = min(SLOWEST, 1 + self._edits * SLOWER_EACH_EDIT)
        self._permit = self._tasks.spawn(self._pacer.permit(self._key, self._limits, urgency, slower), "permit")
        try:
            await asyncio.wait({self._permit})
            return not self._permit.cancelled()
        finally:
            permit, self._permit = self._permit, None
            permit.cancel()

    def _source(self) -> str:
        """Return all that is to be shown, as one text."""
        if not self._finishing:
            return self._text or self._notice
        if not self._closing:
            return self._text
        answer = closed(self._text).rstrip()
        return f"{answer}\n\n{self._closing}" if answer else self._closing

    def _next(self) -> Step | None:
        """Return the first call that brings the screen nearer to the newest text."""
        source = self._source()
        if not source.strip() or not (self._presentable or self._finishing):
            return None
        wanted = self._messages(source)
        while len(self._bubbles) < len(wanted):
            self._bubbles.append(Bubble())
        for index, (bubble, content) in enumerate(zip(self._bubbles, wanted)):
            if bubble.shown != content or bubble.sent is None:
                return Step(index, content, self._urgency(bubble))
        return self._superfluous(len(wanted))

    def _urgency(self, bubble: Bubble) -> Urgency:
        if self._finishing:
            return Urgency.FINAL
        return Urgency.FIRST if bubble.sent is None else Urgency.EDIT

    def _superfluous(self, needed: int) -> Step | None:
        """At the end, remove messages of an earlier attempt that this answer does not fill."""
        for index in range(needed, len(self._bubbles) if self._finishing else 0):
            if self._bubbles[index].sent is not None:
                return Step(index, None, Urgency.FINAL)
        return None

    def _messages(self, source: str) -> list[Shown]:
        """Cut the source; cuts within the answer stay where they are, those within notice or closing do not."""
        while self._cuts and self._cuts[-1] >= len(source):
            self._cuts.pop()
        while (cut := next_cut(source, self._start(), self._limits.max_units, self._limits.measure)) is not None:
            self._cuts.append(cut)
        ends = [*self._cuts, len(source)]
        texts = [part(source, start, stop) for start, stop in zip([0, *self._cuts], ends)]
        return [(text, ()) for text in texts[:-1]] + [(texts[-1], self._buttons)]

    def _start(self) -> int:
        return self._cuts[-1] if self._cuts else 0

    async def _take(self, step: Step | None) -> None:
        if step is None:
            return
        self.calls += 1
        bubble = self._bubbles[step.index]
        try:
            await self._call(bubble, step)
        except RateLimited as error:
            self._pacer.penalize(self._key, self._limits, error.retry_after)
        except ChatUnavailable as error:
            log.info("%s: not reachable (%s)", self._key, error)
            self.lost = True
        except MessageGone:
            await self._forget(bubble)
        except DeliveryFailed as error:
            await self._recover(bubble, step, error)
        else:
            self._pauses = backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS)

    async def _call(self, bubble: Bubble, step: Step) -> None:
        if step.wanted is None:
            if bubble.sent is not None:
                await self._sink.delete(bubble.sent)
            await self._forget(bubble)
            return
        text, buttons = step.wanted
        if bubble.sent is not None:
            await self._sink.edit(bubble.sent, text, buttons)
            self._edits += 1
        else:
            await self._create(bubble, step.index, text, buttons)
        bubble.shown = step.wanted
        await self._visible()

    async def _create(self, bubble: Bubble, index: int, text: str, buttons: tuple[Button, ...]) -> None:
        if bubble.uncertain:
            bubble.sent = await self._sink.locate(text, buttons, index)
            bubble.uncertain = False
        if bubble.sent is None:
            bubble.sent = await self._sink.send(text, buttons, index)
        await self._record.sent(index, bubble.sent)

    async def _visible(self) -> None:
        if self.first_shown_at is None:
            self.first_shown_at = self._clock.now()
        if self._text:
            self._record.shown(self._text)
        if self._typist is not None:
            await end(self._typist)

    async def _forget(self, bubble: Bubble) -> None:
        """Take note that a message is gone; if it is still needed it is sent anew."""
        sent, bubble.sent, bubble.shown = bubble.sent, None, None
        if sent is not None:
            await self._record.gone(sent)

    async def _recover(self, bubble: Bubble, step: Step, error: DeliveryFailed) -> None:
        """Decide what a failed call means for the next one."""
        if error.uncertain and bubble.sent is None:
            bubble.uncertain = True
        if error.retryable or error.uncertain:
            await self._clock.sleep(next(self._pauses))
            return
        # The platform will never take this content: to repeat it would not help, and the rest must go on.
        log.error("%s: a message was refused (%s)", self._key, error)
        bubble.shown = step.wanted
        if bubble.sent is None:
            self.lost = True

    async def _keep_typing(self) -> None:
        while True:
            if self._pacer.try_permit(self._key, self._limits, Urgency.TYPING):
                self.calls += 1
                try:
                    await self._sink.typing()
                except RateLimited as error:
                    self._pacer.penalize(self._key, self._limits, error.retry_after)
                except DeliveryError as error:
                    log.debug("%s: no typing sign (%s)", self._key, describe(error))
                    return
            await self._clock.sleep(self._limits.typing_seconds * 0.9)
