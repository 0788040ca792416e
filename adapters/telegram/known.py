"""Remember message ids: the newest of each sequence, and the ids of known messages."""

from __future__ import annotations

from collections import OrderedDict
from itertools import count, islice
from typing import TYPE_CHECKING

from adapters.telegram.normalize import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.contract import ChatKey, Taken

_REMEMBERED = 1024
_SUPERGROUPS_BELOW = -(10**12)


async def nothing_taken(_: str) -> Sequence[tuple[ChatKey, str]]:
    """Return no ids. This is the default if no earlier process is known."""
    return ()


class KnownIds:
    """The message ids that this process has seen or created, for all chats of one bot.

    Telegram numbers all private chats and basic groups of one account in a single increasing
    sequence, and each supergroup in a sequence of its own. If a send gets no response, its message
    probably has one of the next ids that are not known. Only a limited number of ids is remembered.
    `taken` returns the ids that earlier processes knew. `alone` is true if no other process uses
    the account. If it is false, `recall` asks for the ids of the other processes each time.
    """

    def __init__(self, taken: Taken = nothing_taken, *, alone: bool = True) -> None:
        self._taken_before: Taken | None = taken
        self.alone = alone
        self._newest: OrderedDict[int, int] = OrderedDict()
        self._taken: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._open: OrderedDict[int, set[tuple[int, int]]] = OrderedDict()
        self._serials = count(1)

    def serial(self) -> int:
        """Return a new sink's serial number."""
        return next(self._serials)

    def open_sends(self, chat_id: int) -> set[tuple[int, int]]:
        """Return the chat's sends with an unknown outcome, as a set of (serial of the sink, part).

        The caller adds and removes its own sends. While the set has only one send, an unknown
        message of the bot must come from this send.
        """
        if chat_id not in self._open and len(self._open) > _REMEMBERED:
            self._open.popitem(last=False)
        return self._open.setdefault(chat_id, set())

    def note(self, chat_id: int, message_id: int) -> None:
        """Remember a message's id."""
        sequence = _sequence(chat_id)
        self._newest[sequence] = max(message_id, self._newest.pop(sequence, 0))
        self._taken[sequence, message_id] = None
        if len(self._newest) > _REMEMBERED:
            self._newest.popitem(last=False)
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)

    async def recall(self) -> None:
        """Load the ids that other processes knew.

        If `alone`, only the first call does so. Raises `StorageFault`.
        """
        if self._taken_before is None:
            return
        for key, message in await self._taken_before(PLATFORM):
            chat_id, _, message_id = message.rpartition(":")
            if message_id.isascii() and message_id.isdigit():
                self.note(int(chat_id or key.chat_id), int(message_id))
        if self.alone:
            self._taken_before = None

    def newest(self, chat_id: int) -> int:
        """Return the newest known id of the chat's sequence, or 0 if there is none."""
        return self._newest.get(_sequence(chat_id), 0)

    def unknown(self, chat_id: int, after: int, ahead: int, most: int) -> list[int]:
        """Return the first unknown ids above `after`, up to `ahead` beyond the newest known id.

        At most `most` ids are returned, because millions of ids can lie between an old question and
        the newest message.
        """
        sequence = _sequence(chat_id)
        end = max(after, self.newest(chat_id)) + ahead
        free = (
            number for number in range(after + 1, end + 1) if (sequence, number) not in self._taken
        )
        return list(islice(free, most))


def is_supergroup(chat_id: int) -> bool:
    """Return whether the id belongs to a supergroup or channel: -100, followed by a number."""
    return chat_id < _SUPERGROUPS_BELOW


def _sequence(chat_id: int) -> int:
    return chat_id if is_supergroup(chat_id) else 0
