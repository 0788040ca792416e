"""The data of all chats that an operator may see: counts and ids, but no texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.contract import ChatKey

DAY, MONTH, CHAT, PERSON = "day", "month", "chat", "person"
GROUPS = (DAY, MONTH, CHAT, PERSON)


@dataclass(frozen=True)
class ChatLine:
    """A chat with its counts. `used_at` is Unix time. `model` is empty if the default is used."""

    key: ChatKey
    used_at: float
    turns: int
    documents: int
    model: str


@dataclass(frozen=True)
class UsageLine:
    """The usage of a day, a month, a chat or a person.

    `name` is the date, the chat's key, or ``platform:id`` of the person.
    """

    name: str
    answers: int
    prompt_tokens: int
    answer_tokens: int


class Overview(Protocol):
    """Lists for the operator. Every method raises `StorageFault`."""

    async def chats(self, most: int) -> list[ChatLine]:
        """Return the chats that were used last, newest first."""

    async def open_questions(self) -> int:
        """Return the number of accepted questions that have no answer yet."""

    async def usage(self, by: str, since: float, most: int) -> list[UsageLine]:
        """Return the usage since a Unix time, grouped by one of `GROUPS`.

        Days and months are sorted by date, newest first. Chats and people are sorted by tokens.
        """
