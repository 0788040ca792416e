"""A growing answer becomes messages, edited in place as it grows; the last words always land.

One writer task makes all calls of a reply, one after the other: platforms may carry out overlapping
edits in any order. Before each call it looks at the newest text, so nothing stale waits in a queue.
A failed call changes nothing but the time of the next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from os.path import commonprefix

from engine.contract import Button, ChatKey, ReplySink, SentId
from engine.delivery.cutting import Piece, cut, whole
from engine.delivery.growing import growing
from engine.delivery.pacing import Pacer, Permit, Urgency
from engine.errors import ChatUnavailable, DeliveryError, DeliveryFailed, MessageGone, RateLimited
from engine.tasks import Clock, Tasks, backoff, describe, end
from engine.turns.progress import Progress, Unrecorded

log = logging.getLogger(__name__)

# The first words are what a phone's notification shows: long enough to be of use, or this late
# after the first token.
FIRST_CHARACTERS = 20
FIRST_HOLD_SECONDS = 0.4
SLOWEST, SLOWER_EACH_EDIT = 3.0, 0.1
# A part that is sent anew gets another number: a platform takes a known one for a repetition.
AGAIN = 100
RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 0.5, 30.0

_WHOLE = (0, "", "")
_NEAR_MESSAGES = 16

Shown = tuple[str, tuple[Button, ...]]


@dataclass
class Bubble:
    """One message of the reply: `sent` once it exists, `shown` once its content is known or has been refused."""

    sent: SentId | None = None
    shown: Shown | None = None
    uncertain: bool = False  # a send may have happened although no answer came
    losses: int = 0  # so many messages in this place are gone


@dataclass(frozen=True)
class Step:
    """The next call: bring message `index` to `wanted`, or remove it (None)."""

    index: int
    wanted: Shown | None
    urgency: Urgency


class Reply:
    """One answer on its way to a chat.

    `bubbles` are messages that an earlier attempt left: they are used again, and removed at the end
    if the answer needs fewer. `text` is what is known of the answer so far. `doubtful`: that
    attempt may have sent one message more than it could tell, so the first new one is looked for
    before it is sent; `sure`: a search since has shown that it did not, and the ledger says so.
    `close` ends the writer at once.
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
        doubtful: bool = False,
        sure: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._sink, self._key, self._pacer, self._clock = sink, key, pacer, clock
        self._limits = sink.limits
        self._progress: Progress = progress or Unrecorded()
        self._bubbles = [Bubble(sent) for sent in bubbles]
        self._made: list[
            tuple[int, str, str]
        ] = []  # where the next begins, how, and the message before
        self._text, self._notice, self._closing = text, "", ""
        self._buttons = tuple(streaming_buttons)
        self._doubtful, self._sure = doubtful, sure
        self._finishing = False
        self._presentable = bool(bubbles or text)
        self._changed = asyncio.Event()
        self._permit: asyncio.Task[Permit] | None = None
        self._pauses = backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS)
        self._edits = 0
        self._needed = 0  # so many messages the newest text fills
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

    @property
    def finishing(self) -> bool:
        """Say whether the last words are being shown, or have been."""
        return self._finishing

    def owns(self, sent: SentId) -> bool:
        """Say whether a message belongs to this reply."""
        return any(bubble.sent == sent for bubble in self._bubbles)

    @property
    def doubtful(self) -> bool:
        """Say whether there may be a message that is not known.

        That is, one not looked for yet, or cut off in its sending.
        """
        return self._doubtful or any(bubble.uncertain for bubble in self._bubbles)

    def adopt(self, bubbles: Sequence[SentId], *, doubtful: bool, sure: bool) -> None:
        """Take over what an earlier run of the same answer left, as it is known now.

        Known messages count once.
        """
        self._bubbles.extend(Bubble(sent) for sent in bubbles if not self.owns(sent))
        self._presentable = self._presentable or bool(bubbles)
        self._doubtful, self._sure = (self._doubtful or doubtful) and not sure, sure

    def start(self) -> None:
        """Begin to show; idempotent."""
        self._running_writer()

    def _running_writer(self) -> asyncio.Task[None]:
        if self._writer is None or self._writer.done():
            self._writer = self._tasks.spawn(self._write(), "writer")
        return self._writer

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
        if text:
            self._progress.grow(self._text)
        if not self._presentable and len(self._text.strip()) >= FIRST_CHARACTERS:
            self._presentable = True
        self._changed.set()

    def replace(self, text: str) -> None:
        """Put another text in the answer's place; one that only grows is an `extend`.

        Messages that begin before the first difference keep their beginning.
        """
        if text.startswith(self._text):
            self.extend(text[len(self._text) :])
            return
        same = len(commonprefix((text, self._text)))
        self._made = [one for one in self._made if one[0] <= same]
        self._text = text
        self._progress.grow(text)
        self._changed.set()

    async def finish(self, closing: str = "", buttons: Sequence[Button] = ()) -> bool:
        """Bring the whole answer, then `closing`, on screen.

        Return False if the chat cannot be reached any more.

        Waits as long as it takes: a ban or a broken connection delays the last words and never
        drops them. Cancelling leaves on screen what is there.
        """
        self._closing, self._buttons, self._finishing = closing, tuple(buttons), True
        self._notice = ""
        writer = self._running_writer()
        if self._permit is not None:
            self._permit.cancel()  # it was asked for at a lower urgency
        self._changed.set()
        await asyncio.wait({writer})
        ended = not writer.cancelled() and writer.exception() is None
        return ended and not self.lost and self._complete()

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

    def _complete(self) -> bool:
        """Say whether every message that the answer needs is on screen.

        That is, none is missing because it was refused.
        """
        return all(bubble.sent is not None for bubble in self._bubbles[: self._needed])

    async def _write(self) -> None:
        while not self.lost:
            step = self._next()
            if step is None:
                if self._finishing:
                    break
                await self._changed.wait()
                self._changed.clear()
            elif (permit := await self._permitted(step.urgency)) is not None:
                if self._finishing and not await self._progress.holds():
                    break
                # While it waited the text may have grown: the newest counts.
                await self._take(self._next(), permit)
        await self._hush()

    async def _permitted(self, urgency: Urgency) -> Permit | None:
        slower = min(SLOWEST, 1 + self._edits * SLOWER_EACH_EDIT)
        self._permit = self._tasks.spawn(
            self._pacer.permit(self._key, self._limits, urgency, slower), "permit"
        )
        try:
            await asyncio.wait({self._permit})
            return None if self._permit.cancelled() else self._permit.result()
        finally:
            permit, self._permit = self._permit, None
            permit.cancel()

    def _source(self) -> str:
        """Return all that is to be shown, as one text."""
        if not self._finishing:
            return self._text or self._notice
        if not self._closing:
            return self._text
        answer = whole(self._text)
        return f"{answer}\n\n{self._closing}" if answer else self._closing

    def _next(self) -> Step | None:
        """Return the first call that brings the screen nearer to the newest text."""
        source = self._source()
        if not source.strip():
            self._needed = 0
            return self._superfluous()
        if not (self._presentable or self._finishing):
            return None
        wanted = self._messages(source)
        self._needed = len(wanted)
        while len(self._bubbles) < len(wanted):
            self._bubbles.append(Bubble(uncertain=self._doubtful))
            self._doubtful = False
        for index, (bubble, content) in enumerate(zip(self._bubbles, wanted)):
            if bubble.shown != content:
                return Step(index, content, self._urgency(bubble))
        return self._superfluous()

    def _urgency(self, bubble: Bubble) -> Urgency:
        if self._finishing:
            return Urgency.FINAL
        new = bubble.sent is None and bubble.shown is None
        return (
            Urgency.FIRST if new else Urgency.EDIT
        )  # also a refused one: it is tried again as the text grows

    def _superfluous(self) -> Step | None:
        """Once all is on screen, remove messages of an earlier attempt that this answer does not fill."""
        if self._finishing and self._complete():
            for index in range(self._needed, len(self._bubbles)):
                if self._bubbles[index].sent is not None:
                    return Step(index, None, Urgency.FINAL)
        return None

    def _messages(self, source: str) -> list[Shown]:
        """Cut the source into messages.

        Cuts within the answer stay where they are, those in other words do not.
        """
        made, (at, opening, _) = [], _WHOLE
        for one in [*self._made, None]:
            if one is not None and one[0] < len(source):
                made.append(one)
                (at, opening, _) = one
        del self._made[len(made) :]
        while (piece := self._cut(source, at, opening)) is not None:
            at, opening = at + piece.resume - len(opening), piece.opening
            made.append((at, opening, piece.text))
            if at <= len(self._text):
                self._made.append(made[-1])
        texts = [*(text for _, _, text in made), self._last(opening + source[at:])]
        filled = [text for text in texts if text] or texts[-1:]
        shown: list[Shown] = [(text, ()) for text in filled[:-1]]
        return [*shown, (filled[-1], self._buttons)]

    def _last(self, text: str) -> str:
        """Return the last message; marks of an answer that still grows are shown as they will be."""
        if not self._finishing and self._text:
            shown = growing(text)
            if self._limits.measure(shown) <= self._limits.max_units:
                return shown
        return whole(text)

    def _cut(self, source: str, at: int, opening: str) -> Piece | None:
        most, measure = self._limits.max_units, self._limits.measure
        near = (
            at + _NEAR_MESSAGES * most
        )  # the rest of a very long text is not copied for each message
        found = cut(opening + source[at:near], len(opening), most, measure)
        if found is None and near < len(source):
            found = cut(opening + source[at:], len(opening), most, measure)
        return found

    async def _take(self, step: Step | None, permit: Permit) -> None:
        if step is None:
            return
        self.calls += 1
        bubble = self._bubbles[step.index]
        try:
            await self._call(bubble, step, permit)
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

    async def _call(self, bubble: Bubble, step: Step, permit: Permit) -> None:
        known = bubble.sent
        # To look for a message can take several calls, and a budget of one would wait for itself.
        looks = known is None and bubble.uncertain
        with nullcontext() if looks else self._pacer.under_way(permit):
            sent = await self._ask(bubble, step)
        if step.wanted is None:
            await self._forget(bubble)
            return
        bubble.sent, bubble.uncertain = sent, False
        if (
            sent is None
        ):  # looked for and not there: to send it is a call of its own, with its own permit
            await self._note_sure(sure=True)
            return
        if known is None:
            await self._progress.bubble(step.index, sent)
        else:
            self._edits += 1
        # What was found is on disk before anything else is asked of it, and shows the text by an
        # edit.
        if looks:
            return
        bubble.shown = step.wanted
        await self._visible()

    async def _ask(self, bubble: Bubble, step: Step) -> SentId | None:
        """Make the call; return the message that now shows what is wanted."""
        if step.wanted is None:
            if bubble.sent is not None:
                await self._sink.delete(bubble.sent)
            return None
        text, buttons = step.wanted
        if bubble.sent is not None:
            await self._sink.edit(bubble.sent, text, buttons)
            return bubble.sent
        place = step.index + AGAIN * bubble.losses
        if bubble.uncertain:
            return await self._sink.locate(text, buttons, place, self._one_more)
        if self._sure:
            await self._note_sure(sure=False)
        try:
            return await self._sink.send(text, buttons, place)
        except asyncio.CancelledError:
            bubble.uncertain = True
            raise

    async def _note_sure(self, *, sure: bool) -> None:
        self._sure = sure
        await self._progress.be_sure(sure)

    async def _one_more(self) -> None:
        await self._pacer.permit(
            self._key, self._limits, Urgency.FINAL if self._finishing else Urgency.FIRST
        )

    async def _visible(self) -> None:
        if self.first_shown_at is None:
            self.first_shown_at = self._clock.now()
        await self._hush()

    async def _hush(self) -> None:
        """End the typing sign."""
        if self._typist is not None:
            await end(self._typist)

    async def _forget(self, bubble: Bubble) -> None:
        """Take note that a message is gone; if it is still needed it is sent anew."""
        sent, bubble.sent, bubble.shown, bubble.uncertain = bubble.sent, None, None, False
        bubble.losses += 1
        if sent is not None:
            await self._progress.unbubble(sent)

    async def _recover(self, bubble: Bubble, step: Step, error: DeliveryFailed) -> None:
        """Decide what a failed call means for the next one."""
        if error.uncertain and bubble.sent is None:
            bubble.uncertain = True
        if error.retryable or error.uncertain:
            await self._clock.sleep(next(self._pauses))
            return
        # The platform will never take this call: to repeat it would not help, and the rest must go
        # on.
        log.error("%s: a message was refused (%s)", self._key, error)
        if step.wanted is None:
            await self._forget(bubble)
        elif bubble.sent is None and bubble.uncertain:
            # It cannot be looked for: the words are sent, at the risk of a second message.
            bubble.uncertain = False
        elif self._finishing and bubble.sent is not None:
            # It cannot be edited any more: the last words go into a new message, and this one is
            # removed at the end.
            self._bubbles.append(Bubble(bubble.sent))
            bubble.sent, bubble.losses = None, bubble.losses + 1
        else:
            bubble.shown = step.wanted

    async def _keep_typing(self) -> None:
        while True:
            permit = self._pacer.try_permit(self._key, self._limits, Urgency.TYPING)
            if permit is not None:
                self.calls += 1
                try:
                    with self._pacer.under_way(permit):
                        await self._sink.typing()
                except RateLimited as error:
                    self._pacer.penalize(self._key, self._limits, error.retry_after)
                except DeliveryError as error:
                    log.debug("%s: no typing sign (%s)", self._key, describe(error))
                    return
            await self._clock.sleep(self._limits.typing_seconds * 0.9)
