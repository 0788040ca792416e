"""The data of all chats that an operator may see: counts and ids, but no texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.contract import ChatKey


@dataclass(frozen=True)
class ChatLine:
    """A chat with its counts. `used_at` is Unix time. `model` is empty if the default is used."""

    key: ChatKey
    used_at: float
    turns: int
    documents: int
    model: str


class Overview(Protocol):
    """Lists for the operator. Every method raises `StorageFault`."""

    async def chats(self, most: int) -> list[ChatLine]:
        """Return the chats that were used last, newest first."""

    async def open_questions(self) -> int:
        """Return the number of accepted questions that have no answer yet."""
