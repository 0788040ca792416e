"""Which message ids are taken: the newest of each sequence, and those known to be this or that message."""

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
    """Know of no message."""
    return ()


class KnownIds:
    """Message ids seen or made in this process, for a bot's chats.

    Telegram numbers all private chats and basic groups of one account in a single increasing
    sequence, and each supergroup in its own. So an id that appeared after the newest one known, and
    is not known itself, can only be a message that this process did not hear of: most likely the
    one whose sending got no answer. Memory is bounded. `taken` tells what the processes before this
    one knew.
    """

    def __init__(self, taken: Taken = nothing_taken) -> None:
        self._taken_before: Taken | None = taken
        self._newest: OrderedDict[int, int] = OrderedDict()
        self._taken: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._open: OrderedDict[int, set[tuple[int, int]]] = OrderedDict()
        self._serials = count(1)

    def serial(self) -> int:
        """Return a number for a new sink."""
        return next(self._serials)

    def open_sends(self, chat_id: int) -> set[tuple[int, int]]:
        """Return the sends in a chat whose outcome is not known, as (serial of the sink, part); to be kept up to date.

        While there is one alone, a message of the bot that nobody knows can only be its.
        """
        if chat_id not in self._open and len(self._open) > _REMEMBERED:
            self._open.popitem(last=False)
        return self._open.setdefault(chat_id, set())

    def note(self, chat_id: int, message_id: int) -> None:
        """Remember a message."""
        sequence = _sequence(chat_id)
        self._newest[sequence] = max(message_id, self._newest.pop(sequence, 0))
        self._taken[sequence, message_id] = None
        if len(self._newest) > _REMEMBERED:
            self._newest.popitem(last=False)
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)

    async def recall(self) -> None:
        """Learn once what earlier processes knew; raises `StorageFault`."""
        if self._taken_before is None:
            return
        for key, message in await self._taken_before(PLATFORM):
            chat_id, _, message_id = message.rpartition(":")
            if message_id.isdigit():
                self.note(int(chat_id or key.chat_id), int(message_id))
        self._taken_before = None

    def newest(self, chat_id: int) -> int:
        """Return the newest id known in the chat's sequence, 0 if there is none."""
        return self._newest.get(_sequence(chat_id), 0)

    def unknown(self, chat_id: int, after: int, ahead: int, most: int) -> list[int]:
        """Return the first ids above `after`, up to `ahead` beyond the newest one, that are not known to be a message.

        At most `most`: between a question of yesterday and the newest message there can be
        millions.
        """
        sequence = _sequence(chat_id)
        end = max(after, self.newest(chat_id)) + ahead
        free = (
            number for number in range(after + 1, end + 1) if (sequence, number) not in self._taken
        )
        return list(islice(free, most))


def is_supergroup(chat_id: int) -> bool:
    """Say whether the id is that of a supergroup (or channel): minus 100 and then the group's number."""
    return chat_id < _SUPERGROUPS_BELOW


def _sequence(chat_id: int) -> int:
    return chat_id if is_supergroup(chat_id) else 0
