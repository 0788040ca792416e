"""The web adapter: a server on one port, the chats that it shows, and the visitors' actions."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import TYPE_CHECKING

from adapters.web.door import PLATFORM
from adapters.web.sink import WebSink
from adapters.web.visits import Chat, Chats, Item
from adapters.web.words import words_in
from engine.contract import Action, Button, ChatKey, Finish, Inbound, Press, ReplySink
from engine.errors import ConnectionLost, StorageFault
from engine.tasks import Clock, SystemClock, Tasks, finish_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.web.door import Visitor
    from adapters.web.settings import WebSettings
    from engine.contract import Exchange, Kept, Submit

log = logging.getLogger(__name__)

FRESH_COMMAND, STOP_COMMAND = "/new", "/stop"
ERASE_COMMANDS = ("/forget", "/forget yes")  # the first asks for confirmation, the second confirms
ERASE_SECONDS = 10.0  # running answers have this long to end before a chat is erased


class WebAdapter:
    """The adapter that serves the page to many visitors. Each visitor is a chat of its own."""

    name = PLATFORM

    def __init__(self, settings: WebSettings, kept: Kept, clock: Clock | None = None) -> None:
        self.settings, self.clock = settings, clock or SystemClock()
        self.chats = Chats()
        self.kept = kept
        self.closing = asyncio.Event()
        self._submit: Submit | None = None
        self._tasks = Tasks(PLATFORM)
        self._count = 0
        self.port = settings.port
        """The port that the server listens on. If the settings say 0, the system chooses it."""

    async def run(self, submit: Submit) -> None:
        """Take questions until cancelled.

        Pages are served until `close`, so that they still show the ends of running answers. Raises
        `ConnectionLost` if the port is taken or the server ends.
        """
        self._submit = submit
        try:
            if not len(self._tasks):
                self._tasks.spawn(self._serve(self._listen()), "server")
            await self._tasks.join()
        finally:
            self._submit = None
        raise ConnectionLost("the page's server has ended")

    async def close(self) -> None:
        """End the server and the event streams of its pages. Idempotent."""
        self.closing.set()
        await self._tasks.join()

    def sink(self, key: ChatKey, handle: str) -> ReplySink:
        """Build a sink. The handle is the id of the question."""
        return WebSink(self.chats, key, handle)

    def _listen(self) -> socket.socket:
        try:
            listener = socket.create_server((self.settings.host, self.settings.port), backlog=512)
        except OSError as error:
            raise ConnectionLost(f"cannot listen on port {self.settings.port}") from error
        self.port = listener.getsockname()[1]
        return listener

    async def _serve(self, listener: socket.socket) -> None:
        from adapters.web.server import (  # noqa: PLC0415 - its libraries are loaded only where the page is on
            serve,
        )

        with listener:
            log.info("web: the page is on port %d", self.port)
            await serve(self, listener)

    # Actions of visitors

    async def chat(self, visitor: Visitor) -> Chat:
        """Return a visitor's chat; it is read from the store if it is not in memory.

        Raises `StorageFault`.
        """
        chat = self.chats.get(visitor.key)
        async with chat.loading:
            if not chat.loaded:
                words = words_in(visitor.author.language)
                labels = {Action.CONTINUE: words.resume, Action.RETRY: words.retry}
                chat.begin(_items(await self.kept.exchanges(visitor.key), labels))
        self.chats.settle(chat)
        return chat

    async def ask(self, visitor: Visitor, question_id: str, text: str) -> str:
        """Submit a question.

        Return the engine's refusal to show in place of an answer, "" if there is none. A page may
        repeat a question if it does not know whether it arrived, because the same id has no effect
        twice. Raises `StorageFault` if the question is not accepted.
        """
        chat = await self.chat(visitor)
        shown = text.strip() != STOP_COMMAND and chat.ask(question_id, text)
        self.chats.settle(chat)
        inbound = Inbound(
            visitor.key,
            question_id,
            visitor.author,
            text,
            direct=True,
            addressed=True,
            sent_at=self.clock.time(),
        )
        try:
            word = await self._submit_item(inbound, question_id)
        except BaseException:
            if shown:
                chat.withdraw(question_id)
            raise
        if word and shown:  # the engine refused it, and no answer follows
            await self.sink(visitor.key, question_id).send(word, (), 0)
        if text.strip() == FRESH_COMMAND:
            self._tasks.spawn(self._begin_anew(visitor, chat, question_id), "new chat")
        return word

    async def press(self, visitor: Visitor, handle: str, action: Action) -> str:
        """Submit a pressed button.

        Return the engine's text for the visitor, "" if there is none.
        """
        chat = await self.chat(visitor)
        item = chat.items.get(handle)
        if item is None:
            return ""
        # There is no part yet that carries the button, so the command stops the answer.
        if action is Action.STOP and not item.parts:
            await self.ask(visitor, self.new_id(), STOP_COMMAND)
            return ""
        press = Press(visitor.key, self.new_id(), item.sent(), visitor.author, action)
        # A continuation is a new item. A repeated answer replaces the old one in its item.
        return await self._submit_item(
            press, self.new_id() if action is Action.CONTINUE else handle
        )

    async def erase(self, visitor: Visitor) -> bool:
        """Stop running answers, then erase everything that is stored of the chat.

        Returns whether nothing is left. Raises `StorageFault`, or `DeadlinePassed` if an answer
        does not end.
        """
        chat = await self.chat(visitor)
        for item in [item for item in chat.items.values() if item.growing]:
            await self.press(visitor, item.handle, Action.STOP)
        own = [self.new_id() for _ in ERASE_COMMANDS]
        for handle, command in zip(own, ERASE_COMMANDS):
            limit = self.clock.now() + ERASE_SECONDS
            await finish_by(self.clock, limit, self._until_still(chat), "wait for answers to end")
            await self.ask(visitor, handle, command)
        await finish_by(
            self.clock,
            self.clock.now() + ERASE_SECONDS,
            self._until_still(chat),
            "wait for the end",
        )
        if any(
            one.handle not in own for one in await self.kept.exchanges(visitor.key, earlier=True)
        ):
            return False
        chat.clear()
        return True

    def new_id(self) -> str:
        """Return an id for a message that has none from the page."""
        self._count += 1
        return f"{int(self.clock.time() * 1e6):x}-{self._count:x}"

    async def _submit_item(self, item: Inbound | Press, handle: str) -> str:
        if self._submit is None:
            raise StorageFault("the page accepts nothing now")
        return await self._submit(item, self.sink(item.key, handle))

    async def _until_still(self, chat: Chat) -> None:
        while chat.growing:
            await chat.changed(chat.epoch, chat.version)

    async def _begin_anew(self, visitor: Visitor, chat: Chat, handle: str) -> None:
        """Clear the page once the store has begun a new conversation.

        If the command is refused, nothing changes.
        """
        while (item := chat.items.get(handle)) is not None and item.growing:
            await chat.changed(chat.epoch, chat.version)
        if all(one.handle == handle for one in await self.kept.exchanges(visitor.key)):
            chat.clear(keep=handle)


def _items(exchanges: Sequence[Exchange], labels: dict[Action, str]) -> list[Item]:
    items = []
    for number, kept in enumerate(exchanges):
        item = Item(kept.handle or f"kept-{number}", kept.prompt, open=kept.finish is None)
        ended = kept.finish in (Finish.STOP, Finish.FILTERED) or not kept.answer.strip()
        actions = [Action.RETRY] if ended else [Action.CONTINUE, Action.RETRY]
        buttons = tuple(
            Button(action, labels[action]) for action in actions if kept.handle and kept.finish
        )
        if kept.answer or kept.finish:
            item.parts[0] = (kept.answer, buttons)
        items.append(item)
    return items
