"""The writer of one answer. It makes the platform calls that the answer's `Screen` plans.

One task makes all calls of an answer, one after the other, because platforms may apply overlapping
edits in any order. Before each call the writer reads the newest text, so no outdated text waits in
a queue. A failed call changes only the time of the next one.
"""

from __future__ import annotations

import asyncio
import logging

from engine.contract import ChatKey, ReplySink, SentId
from engine.delivery.bubbles import Bubble
from engine.delivery.calls import Calls, TypingSign
from engine.delivery.pacing import Permit, Urgency
from engine.delivery.screen import Screen, Step
from engine.errors import ChatUnavailable, DeliveryFailed, DeliveryState, MessageGone, RateLimited
from engine.storage.records import MADE_PARTS
from engine.tasks import Clock, backoff
from engine.turns.progress import Progress

log = logging.getLogger(__name__)

# If a part is sent again, its number grows by this much, because a platform ignores a send whose
# number it knows.
AGAIN = 100
RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS = 0.5, 30.0


class Writer:
    """Make the platform show what the screen plans.

    A caller that changes the screen sets `changed`. `recorded` is the delivery state in the ledger.
    Before each send, the writer records UNKNOWN there. `lost` becomes true when nothing can be
    shown in this chat. `first_shown_at` is the time at which something is first visible, in the
    clock's seconds.
    """

    def __init__(
        self,
        sink: ReplySink,
        key: ChatKey,
        clock: Clock,
        screen: Screen,
        calls: Calls,
        typing: TypingSign,
        progress: Progress,
        recorded: DeliveryState,
    ) -> None:
        self._sink, self._key, self._clock = sink, key, clock
        self._screen, self._calls, self._typing = screen, calls, typing
        self._progress = progress
        self._pauses = backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS)
        self.recorded = recorded
        self.changed = asyncio.Event()
        self.lost = False
        self.first_shown_at: float | None = None

    async def run(self) -> None:
        """Write until the final text is shown.

        Stop earlier if the chat cannot be reached or a newer job owns the row.
        """
        while not self.lost:
            step = self._screen.next_step()
            if step is None:
                if self._screen.finishing:
                    break
                await self.changed.wait()
                self.changed.clear()
            elif (permit := await self._calls.permitted(step.urgency)) is not None:
                if self._screen.finishing and not await self._holds():
                    break
                # The text may have grown during the wait, so the newest text is sent.
                await self._take(self._screen.next_step(), permit)
        await self._typing.stop()

    async def _holds(self) -> bool:
        """Return whether the bubbles still belong to this answer.

        Wait while this cannot be read.
        """
        while (held := await self._progress.holds()) is None:
            await self._clock.sleep(RETRY_FIRST_SECONDS)
        return held

    async def _take(self, step: Step | None, permit: Permit) -> None:
        if step is None:
            return
        try:
            self._need_contact()
            self._calls.made += 1
            await self._call(step, permit)
        except RateLimited as error:
            self._calls.banned(error.retry_after)
        except ChatUnavailable as error:
            log.info("%s: the chat cannot be reached (%s)", self._key, error)
            self.lost = True
        except MessageGone:
            await self._forget(step.bubble)
        except DeliveryFailed as error:
            await self._recover(step, error)
        else:
            self._pauses = backoff(RETRY_FIRST_SECONDS, RETRY_MOST_SECONDS)

    async def _call(self, step: Step, permit: Permit) -> None:
        bubble, known = step.bubble, step.bubble.sent
        looks = known is None and bubble.state is DeliveryState.UNKNOWN
        with self._calls.searching(permit) if looks else self._calls.under_way(permit):
            sent = await self._ask(step)
        if step.wanted is None:
            await self._forget(bubble)
            return
        bubble.sent, bubble.state = sent, DeliveryState.KNOWN
        if sent is None:
            # The search found no message. The message is sent by a separate call with its own
            # permit.
            await self._note_state(DeliveryState.KNOWN)
            return
        if known is None:
            part = step.index if step.wanted.made is None else MADE_PARTS + step.index
            await self._progress.bubble(part, sent)
        else:
            self._calls.edits += 1
        # A found message is recorded before the next call. An edit then brings it to the newest
        # text.
        if looks:
            return
        bubble.shown = step.wanted
        if self.first_shown_at is None:
            self.first_shown_at = self._clock.now()
        await self._typing.stop()

    async def _ask(self, step: Step) -> SentId | None:
        """Make the call of a step. Return the id of the message that exists after it, or None."""
        bubble = step.bubble
        if step.wanted is None:
            if bubble.sent is not None:
                await self._sink.delete(bubble.sent)
            return None
        text, buttons, made = step.wanted
        if bubble.sent is not None:
            await self._sink.edit(bubble.sent, text, buttons, made)
            return bubble.sent
        place = step.index + AGAIN * bubble.losses
        if bubble.state is DeliveryState.UNKNOWN:
            return await self._sink.locate(text, buttons, place, self._one_more, made)
        if self.recorded is DeliveryState.KNOWN:
            await self._note_state(DeliveryState.UNKNOWN)
            self._need_contact()
        try:
            return await self._sink.send(text, buttons, place, made)
        except asyncio.CancelledError:
            bubble.state = DeliveryState.UNKNOWN
            raise

    def _need_contact(self) -> None:
        """Raise `DeliveryFailed` if another process may have taken over the answer meanwhile.

        The next attempt asks the ledger. No `await` may stand between this check and the call.
        """
        if not self._progress.may_call():
            raise DeliveryFailed("this process had no contact to the store", retryable=True)

    async def _note_state(self, state: DeliveryState) -> None:
        self.recorded = state
        await self._progress.note_state(state)

    async def _one_more(self) -> None:
        """Wait until a search for a message may make one more call."""
        await self._calls.one_more(Urgency.FINAL if self._screen.finishing else Urgency.FIRST)
        self._need_contact()

    async def _forget(self, bubble: Bubble) -> None:
        """Record that a message is gone. It is sent again if it is still needed."""
        sent, bubble.sent, bubble.shown = bubble.sent, None, None
        bubble.state = DeliveryState.KNOWN
        bubble.losses += 1
        if sent is not None:
            await self._progress.unbubble(sent)

    async def _recover(self, step: Step, error: DeliveryFailed) -> None:
        """Prepare the next call after a failed one."""
        bubble = step.bubble
        if error.state is DeliveryState.UNKNOWN and bubble.sent is None:
            bubble.state = DeliveryState.UNKNOWN
        if error.retryable or error.state is DeliveryState.UNKNOWN:
            await self._clock.sleep(next(self._pauses))
            return
        # The platform will never accept this call. Trying again would not help, and the other
        # messages must still be sent.
        log.error("%s: a message was refused (%s)", self._key, error)
        if step.wanted is None:
            await self._forget(bubble)
        elif bubble.sent is None and bubble.state is DeliveryState.UNKNOWN:
            # The search for the message is impossible. The text is sent, although it may then
            # appear twice.
            bubble.state = DeliveryState.KNOWN
        elif self._screen.finishing and bubble.sent is not None:
            self._screen.retire(bubble)
        else:
            bubble.shown = step.wanted
