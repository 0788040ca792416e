"""Voice messages of groups that may be questions, because their author may say the bot's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.media.naming import CALL_SECONDS, may_call
from engine.turns.job import Request
from engine.wording import words_in

if TYPE_CHECKING:
    from engine.commands.call import Services
    from engine.contract import Inbound, ReplySink
    from engine.storage.ports import Ledger
    from engine.storage.records import Entry
    from engine.turns.jobs import Jobs


class VoiceCalls:
    """Accept voice messages of groups as questions.

    The job of such a question ends silently if the author does not say the bot's name.
    """

    def __init__(self, ledger: Ledger, jobs: Jobs, services: Services) -> None:
        self._ledger, self._jobs = ledger, jobs
        self._access, self._listening = services.access, services.listening
        self._queue = services.queue

    async def take(self, inbound: Inbound, sink: ReplySink) -> tuple[Entry, Request] | None:
        """Store a voice message. Return its row and request if this process must start its job.

        Return None if the message is not accepted, or if it waits in the shared queue. Raises
        `StorageFault`.
        """
        if not (may_call(inbound) and await self._is_wanted(inbound)):
            return None
        entry = await self._ledger.accept(inbound, sink.handle)
        if entry is None:
            return None
        if self._queue is not None and not entry.begun:
            self._queue.announce()
            return None
        return entry, Request.of(inbound)

    async def _is_wanted(self, inbound: Inbound) -> bool:
        """Return whether to transcribe a recording.

        The recording must be short, the group must listen, and the author must not object or exceed
        a limit.
        """
        key, author, listening = inbound.key, inbound.author, self._listening
        if not (listening.hears and listening.to(key)) or author.anonymous or inbound.edited:
            return False
        if not 0 < inbound.attachments[0].duration_seconds <= CALL_SECONDS or self._jobs.full(key):
            return False
        if await listening.objects(key, author.user_id):
            return False
        return not await self._access.refusal(key, author, words_in(""))
