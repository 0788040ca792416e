"""The interface of the web adapter that its server, its streams and the panel use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from adapters.edge.vitals import Vitals
    from adapters.web.door import Visitor
    from adapters.web.settings import WebSettings
    from adapters.web.sink import MenuSink
    from adapters.web.visits import Chat, Chats
    from engine.contract import Action
    from engine.kept import Kept
    from engine.tasks import Clock


class Host(Protocol):
    """The web adapter as its server sees it. `closing` is set when the page must end."""

    settings: WebSettings
    clock: Clock
    chats: Chats
    kept: Kept
    vitals: Vitals | None
    closing: asyncio.Event

    async def chat(self, visitor: Visitor) -> Chat:
        """Return a visitor's chat. Raises `StorageFault`."""

    async def ask(
        self, visitor: Visitor, question_id: str, text: str, files: Sequence[str] = ()
    ) -> str:
        """Submit a question. Return the engine's refusal to show in place of an answer, or "".

        `files` are the ids of the files that were sent for it. Raises `StorageFault`.
        """

    async def command(self, visitor: Visitor, text: str) -> MenuSink:
        """Carry out a command of the menu and return the sink with its answer.

        Raises `StorageFault`. Raises `DeadlinePassed` if a running answer delays the command for
        too long. The command is then carried out after that answer.
        """

    async def press(self, visitor: Visitor, handle: str, action: Action, about: str = "") -> str:
        """Submit a pressed button. Return the engine's text for the visitor, or ""."""

    async def erase(self, visitor: Visitor) -> bool:
        """Erase all stored data of a chat. Return whether no data is left.

        Raises `StorageFault`, or `DeadlinePassed` if an answer does not end.
        """

    def new_id(self) -> str:
        """Create an id for a message, if the page gave none."""
