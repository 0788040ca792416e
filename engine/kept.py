"""The stored data of a chat, for a platform that stores nothing itself and must show it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.contract import ChatKey, Finish


@dataclass(frozen=True)
class Exchange:
    """A stored question with its answer, for a platform that has to show a chat again.

    `handle` rebuilds the answer's sink. It is empty if buttons no longer reach the answer.
    `finish` is None while the answer is unfinished, and `answer` is then the last text on screen.
    `at` is Unix time in seconds. `turn_id` is the number of the recorded turn, or 0 before it
    exists. `files` are the names of the files that came with the question.
    """

    handle: str
    prompt: str
    answer: str
    finish: Finish | None
    at: float
    turn_id: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """One conversation of a chat: all turns from one /new to the next.

    `turn_id` is its first turn, and `title` is the question of that turn. `at` is the Unix time in
    seconds of the newest turn. `running` is true for the conversation that the next question
    continues.
    """

    turn_id: int
    title: str
    at: float
    turns: int
    running: bool


@dataclass(frozen=True)
class Overview:
    """The settings of a chat and lists of its stored data, for a menu.

    `model`, `persona` and `language` are empty if the chat has not chosen them. `conversations` and
    `exchanges` are sorted, newest first. `documents` are pairs of number and name. `speaks` is true
    if answers are also spoken.
    """

    model: str = ""
    persona: str = ""
    language: str = ""
    conversations: Sequence[Conversation] = ()
    exchanges: Sequence[Exchange] = ()
    documents: Sequence[tuple[int, str]] = ()
    speaks: bool = False


class Kept(Protocol):
    """The stored exchanges of a chat, for platforms that store nothing themselves."""

    async def exchanges(self, key: ChatKey, *, earlier: bool = False) -> Sequence[Exchange]:
        """Return the newest exchanges of the running conversation, oldest first.

        With `earlier`, the exchanges of earlier conversations are included. Raises `StorageFault`.
        """

    async def overview(self, key: ChatKey, most: int) -> Overview:
        """Return the chat's settings and at most `most` of each list. Raises `StorageFault`."""

    async def language(self, key: ChatKey) -> str:
        """Return the code of the language that the chat has chosen, or "" if it has not chosen.

        Raises `StorageFault`.
        """
