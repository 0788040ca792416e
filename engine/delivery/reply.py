"""Show a growing answer as messages that are edited in place. The final text always arrives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from engine.attachments import Sign
from engine.contract import Button, ChatKey, ReplySink, SentId
from engine.delivery.bubbles import Finale
from engine.delivery.calls import Calls, TypingSign
from engine.delivery.first_words import FIRST_HOLD_SECONDS, FirstWords
from engine.delivery.pacing import Pacer
from engine.delivery.screen import Screen
from engine.delivery.writer import RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS, Writer
from engine.errors import DeliveryState
from engine.tasks import Clock, Tasks
from engine.turns.progress import Progress, Unrecorded

__all__ = ["FIRST_HOLD_SECONDS", "RETRY_FIRST_SECONDS", "RETRY_MOST_SECONDS", "Reply"]

log = logging.getLogger(__name__)


class Reply:
    """One answer that is being shown in a chat.

    `bubbles` are the messages of an earlier attempt, and `media` those with its pictures and
    recordings. They are reused, and superfluous messages are removed at the end. `text` is the
    known part of the answer. `state` is UNKNOWN if the earlier attempt may have sent a message that
    it did not record. In that case the reply searches for the first new message before it sends
    one. `recorded` is the delivery state in the ledger. The calls of a `patient` reply wait behind
    all others. `close` ends the writer at once.
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
        state: DeliveryState = DeliveryState.KNOWN,
        media: Sequence[SentId] = (),
        recorded: DeliveryState = DeliveryState.UNKNOWN,
        progress: Progress | None = None,
        patient: bool = False,
    ) -> None:
        self._clock = clock
        self._progress: Progress = progress or Unrecorded()
        self.tasks = Tasks(f"reply {key}")
        self._screen = Screen(sink.limits, streaming_buttons, bubbles, text, state, media)
        self._calls = Calls(key, sink.limits, pacer, self.tasks, patient=patient)
        self._typing = TypingSign(sink, self._calls, clock, self.tasks, key)
        self._writer = Writer(
            sink, key, clock, self._screen, self._calls, self._typing, self._progress, recorded
        )
        self._writing: asyncio.Task[None] | None = None
        self._hold: FirstWords | None = None

    @property
    def text(self) -> str:
        """Return the current text of the answer, without notices."""
        return self._screen.text

    @property
    def finishing(self) -> bool:
        """Return whether the final text is being shown or has been shown."""
        return self._screen.finishing

    @property
    def calls(self) -> int:
        """Return the number of platform calls so far."""
        return self._calls.made

    @property
    def lost(self) -> bool:
        """Return whether nothing can be shown in this chat."""
        return self._writer.lost

    @property
    def first_shown_at(self) -> float | None:
        """Return when something was first visible, in the clock's seconds, or None."""
        return self._writer.first_shown_at

    @property
    def state(self) -> DeliveryState:
        """Return UNKNOWN if a message may exist whose id is not known."""
        return self._screen.delivery_state()

    def owns(self, sent: SentId) -> bool:
        """Return whether a message belongs to this reply."""
        return self._screen.owns(sent)

    def adopt(
        self,
        bubbles: Sequence[SentId],
        media: Sequence[SentId] = (),
        *,
        state: DeliveryState,
        recorded: DeliveryState,
    ) -> None:
        """Take over the messages of an earlier attempt.

        `state` is the delivery state as it is now known. `recorded` is the state in the ledger.
        """
        self._screen.adopt(bubbles, media)
        if recorded is DeliveryState.KNOWN:
            self._screen.state = DeliveryState.KNOWN
        elif state is DeliveryState.UNKNOWN:
            self._screen.state = DeliveryState.UNKNOWN
        self._writer.recorded = recorded

    def start(self) -> None:
        """Start the writer. Idempotent."""
        if self._writing is None or self._writing.done():
            self._writing = self.tasks.spawn(self._writer.run(), "writer")

    def type(self, sign: Sign = Sign.TYPING) -> None:
        """Show the indicator of an activity until a part of the answer is visible."""
        self._typing.start(sign)

    def notice(self, text: str) -> None:
        """Show a notice in the answer's place until the answer begins."""
        self._screen.notice = text
        self._writer.changed.set()

    def extend(self, text: str) -> None:
        """Append text to the answer."""
        hold = None if self._screen.presentable else self._held(text)
        self._screen.extend(text)
        if text:
            self._progress.grow(self.text)
        if hold is not None and (self._screen.presentable or hold.over(self.text)):
            self._screen.presentable = True
            self._calls.hurry()  # a waiting edit of the notice is no longer needed
        self._writer.changed.set()

    def replace(self, text: str) -> None:
        """Replace the answer's text.

        If the new text begins with the old text, this equals `extend`. Messages that end before the
        first difference stay unchanged.
        """
        if text.startswith(self.text):
            self.extend(text[len(self.text) :])
            return
        self._screen.replace(text)
        self._progress.grow(text)
        self._writer.changed.set()

    async def finish(
        self,
        closing: str = "",
        buttons: Sequence[Button] = (),
        *,
        made: Finale | None = None,
        keeps_media: bool = False,
    ) -> bool:
        """Show the whole answer, then the notice `closing`, and wait until both are on screen.

        `made` is a picture or recording. It gets a message of its own after the text. With
        `keeps_media`, pictures and recordings of an earlier attempt stay. Return False if the chat
        can no longer be reached. The wait has no time limit: a ban or a broken connection delays
        the final text but never drops it. If the wait is cancelled, the screen stays as it is.
        """
        self._screen.finish(closing, buttons, made, keeps_media=keeps_media)
        self.start()
        self._calls.hurry()
        self._writer.changed.set()
        writing = self._writing
        if writing is None:
            return False
        await asyncio.wait({writing})
        ended = not writing.cancelled() and writing.exception() is None
        return ended and not self.lost and self._screen.complete()

    async def close(self) -> bool:
        """Stop the writer task and the typing indicator at once. Idempotent.

        Return False if the writer was never started, so that this reply has sent nothing.
        """
        await self.tasks.close()
        return self._writing is not None

    def _held(self, text: str) -> FirstWords | None:
        """Count a token of the first words. Return the counter, or None before the first text.

        The wait begins with the first token that has text.
        """
        if self._hold is not None:
            self._hold.came(self._clock.now())
        elif text:
            self._hold = FirstWords(self._clock.now())
            self.tasks.spawn(self._ripen(self._hold), "first words")
        return self._hold

    async def _ripen(self, hold: FirstWords) -> None:
        """Show the first words when their wait is over, even if no further token arrives."""
        await self._clock.sleep(FIRST_HOLD_SECONDS)
        while not hold.words(self.text):
            await self._clock.sleep(FIRST_HOLD_SECONDS)
        if not self._screen.presentable:
            self._screen.presentable = True
            self._calls.hurry()
            self._writer.changed.set()
