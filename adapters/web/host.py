"""What the page's server, its streams and the panel need of the adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio

    from adapters.web.door import Visitor
    from adapters.web.settings import WebSettings
    from adapters.web.visits import Chat, Chats
    from engine.contract import Action, Kept
    from engine.tasks import Clock


class Host(Protocol):
    """The adapter as its own server sees it; `closing` is set once the page is to end."""

    settings: WebSettings
    clock: Clock
    chats: Chats
    kept: Kept
    closing: asyncio.Event

    async def chat(self, visitor: Visitor) -> Chat:
        """Return a visitor's chat. Raises `StorageFault`."""

    async def ask(self, visitor: Visitor, question_id: str, text: str) -> str:
        """Take a question; return the word that stands in its answer's place.

        Raises `StorageFault`.
        """

    async def press(self, visitor: Visitor, handle: str, action: Action) -> str:
        """Take a pressed button and return a word on it, if there is one."""

    async def erase(self, visitor: Visitor) -> bool:
        """Delete all that is kept of a chat; return whether nothing is left.

        Raises `StorageFault`, or `DeadlinePassed` if an answer does not end.
        """

    def new_id(self) -> str:
        """Return an id for a message that the page gave none."""
