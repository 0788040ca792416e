"""The export and the erasure of personal data.

In a private chat, a person exports everything. In a group, a member exports their own data, and an
admin exports everything of the group.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Callable, Protocol

from cachetools import TTLCache

from engine.commands.export_file import LONGEST_BYTES, Bounded, write_json, write_text
from engine.contract import ChatKey, Inbound
from engine.errors import ExportTooLong, StorageFault
from engine.storage.ports import PersonalData
from engine.storage.records import Scope
from engine.wording.export import ExportWords, export_with
from engine.wording.typed import asks_for_plain, says_yes

if TYPE_CHECKING:
    from engine.access import Access
    from engine.memory.memory import Memory
    from engine.storage.shared_ports import Budgets
    from engine.tasks import Clock
    from engine.turns.sessions import Sessions
    from engine.wording import Words

log = logging.getLogger(__name__)
CONFIRM_MINUTES = 10
ASKED_REMEMBERED = 4096

SendFile = Callable[[str, bytes, str], Awaitable[bool]]
"""Sends a file (name, content, caption) into the chat. Returns False if it cannot be delivered."""


async def no_file(*_: object) -> bool:
    """Return False, because there is no chat to send a file to."""
    return False


class Use(Protocol):
    """One use of /export or /forget (`engine.commands.call.Call`)."""

    @property
    def inbound(self) -> Inbound:
        """Return the message with the command."""

    @property
    def words(self) -> Words:
        """Return the texts in the caller's language."""

    @property
    def argument(self) -> str:
        """Return the text after the command's name."""

    @property
    def row(self) -> int:
        """Return the command's own row in the ledger."""

    @property
    def send_file(self) -> SendFile:
        """Return the function that sends a file into the chat."""


class OwnData:
    """The commands /export and /forget.

    A request that waits for the word ``yes`` is kept in memory. If several processes share the
    store, it is kept in `budgets`, because another process may receive the word.
    """

    def __init__(
        self,
        personal_data: PersonalData,
        sessions: Sessions,
        access: Access,
        clock: Clock,
        memory: Memory | None,
        budgets: Budgets | None = None,
    ) -> None:
        self.personal_data, self._budgets = personal_data, budgets
        self._sessions, self._access, self._clock, self._memory = sessions, access, clock, memory
        self._asked: TTLCache[tuple[ChatKey, str], bool] = TTLCache(
            ASKED_REMEMBERED, CONFIRM_MINUTES * 60.0, timer=clock.now
        )
        # Only one export file at a time is in memory, for all chats.
        self._exporting = asyncio.Lock()

    def _scope(self, inbound: Inbound) -> Scope:
        whole = inbound.direct or self._access.admin(inbound.key, inbound.author)
        return Scope(inbound.key) if whole else Scope(inbound.key, inbound.author.user_id)

    def _shared(self, inbound: Inbound) -> bool:
        """Return whether several people share the author's id.

        In that case, no data belongs to only one person.
        """
        return bool(self._scope(inbound).user_id) and inbound.author.anonymous

    async def export(self, call: Use) -> str:
        """Send the file with the data. Return a notice if that fails, else ""."""
        scope, words = self._scope(call.inbound), call.words
        if self._shared(call.inbound):
            return words.anonymous
        plain = asks_for_plain(call.argument, words)
        try:
            async with self._exporting:
                content = await self._file(scope, export_with(words), plain=plain)
        except ExportTooLong:
            return words.export_long
        except StorageFault as error:
            log.error("%s: nothing could be exported: %s", scope.key, error)
            return words.data_failed
        day = datetime.fromtimestamp(self._clock.time(), timezone.utc).date().isoformat()
        caption = words.export_own if scope.user_id else words.export_chat
        sent = await call.send_file(f"pipit-{day}.{'txt' if plain else 'json'}", content, caption)
        return "" if sent else words.data_failed

    async def _file(self, scope: Scope, words: ExportWords, *, plain: bool) -> bytes:
        file = Bounded(LONGEST_BYTES)
        held = partial(self.personal_data.export, scope, most_bytes=LONGEST_BYTES)
        await (write_text if plain else write_json)(scope, held, file.write, words)
        return file.take()

    async def forget(self, call: Use) -> str:
        """Ask for confirmation. Erase if ``yes`` comes within `CONFIRM_MINUTES` after the request.

        The request for confirmation tells how much would be erased.
        """
        scope, who = self._scope(call.inbound), (call.inbound.key, call.inbound.author.user_id)
        if self._shared(call.inbound):
            return call.words.anonymous
        try:
            if says_yes(call.argument, call.words) and await self._was_asked(who):
                await self._erase(scope, call.row)
                return call.words.forgotten
            amount = await self.personal_data.measure(scope, upto=call.row)
            await self._note_asked(who)
        except StorageFault as error:
            log.error("%s: nothing could be erased: %s", scope.key, error)
            return call.words.data_failed
        question = call.words.forget_own if scope.user_id else call.words.forget_chat
        said = question.format(
            turns=amount.turns, documents=amount.documents, minutes=CONFIRM_MINUTES
        )
        if not amount.overheard:
            return said
        heard = call.words.forget_overheard.format(overheard=amount.overheard)
        return f"{said}\n{heard}"

    async def _note_asked(self, who: tuple[ChatKey, str]) -> None:
        """Remember that a person was asked to confirm an erasure."""
        if self._budgets is None:
            self._asked[who] = True
        else:
            await self._budgets.note_request(_request(who), CONFIRM_MINUTES * 60.0)

    async def _was_asked(self, who: tuple[ChatKey, str]) -> bool:
        """Return whether a person was asked to confirm an erasure. A request is confirmed once."""
        if self._budgets is None:
            return bool(self._asked.pop(who, False))
        return await self._budgets.take_request(_request(who))

    async def _erase(self, scope: Scope, upto: int) -> None:
        erased = await self.personal_data.erase(scope, upto=upto)
        self.drop(scope.key)
        log.info("%s: erased %d turns and %d documents", scope.key, erased.turns, erased.documents)
        try:
            small = await self.personal_data.small()
            clean = await (self.personal_data.scrub() if small else self.personal_data.empty_log())
        except StorageFault as error:
            clean = False
            log.warning("%s: the file could not be rewritten: %s", scope.key, error)
        if not clean:
            log.warning(
                "%s: the log or the file may still have copies; this is tried again soon",
                scope.key,
            )

    def drop_all(self) -> None:
        """Evict all cached sessions. Indexes hold no text and skip deleted rows."""
        self._sessions.drop_all()

    def drop(self, key: ChatKey) -> None:
        """Evict a chat's session and indexes."""
        self._sessions.drop(key)
        if self._memory is not None:
            self._memory.drop(key)


def _request(who: tuple[ChatKey, str]) -> str:
    key, user_id = who
    return f"forget {key} {user_id}"
