"""The web adapter: a server on one port, the chats that it shows, and the visitors' actions."""

from __future__ import annotations

import asyncio
import logging
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.web.door import PLATFORM
from adapters.web.sink import MenuSink, WebSink
from adapters.web.uploads import named
from adapters.web.visits import Chat, Chats, Item
from adapters.web.wording import words_in
from engine.contract import Action, Button, ChatKey, Finish, Inbound, Press, ReplySink
from engine.errors import ConnectionLost, StorageFault
from engine.tasks import Clock, SystemClock, Tasks, finish_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.edge.vitals import Vitals
    from adapters.web.door import Visitor
    from adapters.web.settings import WebSettings
    from engine.contract import Submit
    from engine.kept import Exchange, Kept

log = logging.getLogger(__name__)

STOP_COMMAND = "/stop"
# These commands may change which questions the page shows, or its language.
TURNING_COMMANDS = ("/new", "/chats", "/forget", "/language", "/memory")
# The words of the command after which the visitor's files are removed from memory too.
ERASED = ["/forget", "yes"]
# The commands that erase a chat. The first asks for confirmation, and the second confirms.
ERASE_COMMANDS = ("/forget", "/forget yes")
# The longest time that the menu waits for a command, which may itself wait for a running answer.
MENU_SECONDS = 20.0
ERASE_SECONDS = 10.0  # running answers have this long to end before a chat is erased


class WebAdapter:
    """The adapter that serves the page to many visitors. Each visitor is a chat of its own."""

    name = PLATFORM

    def __init__(
        self,
        settings: WebSettings,
        kept: Kept,
        clock: Clock | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        self.vitals = vitals
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
        `ConnectionLost` if the port is in use or the server ends.
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
            family = socket.AF_INET6 if ":" in self.settings.host else socket.AF_INET
            place = (self.settings.host, self.settings.port)
            listener = socket.create_server(place, family=family, backlog=512)
        except OSError as error:
            raise ConnectionLost(f"cannot listen on port {self.settings.port}") from error
        self.port = listener.getsockname()[1]
        return listener

    async def _serve(self, listener: socket.socket) -> None:
        from adapters.web.server import (  # noqa: PLC0415 - its libraries are loaded only where the page is on
            serve,
        )

        with listener:
            host = self.settings.host
            everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - compared, not listened to
            log.info(
                "web: the page is at http://%s:%d/%s",
                "127.0.0.1" if everywhere else host if ":" not in host else f"[{host}]",
                self.port,
                ", and at every address of this machine" if everywhere else "",
            )
            await serve(self, listener)

    # Actions of visitors

    async def chat(self, visitor: Visitor) -> Chat:
        """Return a visitor's chat. If it is not in memory, it is read from the store.

        Raises `StorageFault`.
        """
        chat = self.chats.get(visitor.key)
        async with chat.loading:
            if not chat.loaded:
                chat.language = await self.kept.language(visitor.key)
                chat.begin(await self._stored(visitor, chat))
        self.chats.settle(chat)
        return chat

    async def ask(
        self, visitor: Visitor, question_id: str, text: str, files: Sequence[str] = ()
    ) -> str:
        """Submit a question, with the ids of the files that were sent for it.

        Return the engine's refusal to show in place of an answer, or "" if there is none. A page
        may repeat a question if it does not know whether the question arrived, because the same id
        has no effect twice. Raises `StorageFault` if the question is not accepted.
        """
        chat = await self.chat(visitor)
        attachments = self.chats.uploads.attachments(visitor.key, files)
        prompt = named((file.name for file in attachments), text)
        shown = text.strip() != STOP_COMMAND and chat.ask(question_id, prompt)
        self.chats.settle(chat)
        sink = self.sink(visitor.key, question_id)
        try:
            inbound = self._inbound(visitor, question_id, text)
            word = await self._submit_item(replace(inbound, attachments=attachments), sink)
        except BaseException:
            if shown:
                chat.withdraw(question_id)
            raise
        if word and shown:  # the engine refused the question, and no answer follows
            await sink.send(word, (), 0)
        if text.split() == ERASED:
            self.chats.uploads.drop(visitor.key)
        if text.lstrip().startswith(TURNING_COMMANDS):
            self._tasks.spawn(self._follow(visitor, chat, question_id), "page turns")
        return word

    async def command(self, visitor: Visitor, text: str) -> MenuSink:
        """Carry out a command of the menu and return the sink with its answer.

        Raises `StorageFault`. Raises `DeadlinePassed` if a running answer delays the command for
        too long. The command is then carried out after that answer.
        """
        chat = await self.chat(visitor)
        if text.split() == ERASED:
            self.chats.uploads.drop(visitor.key)
        sink = MenuSink(self.chats, visitor.key, self.new_id())
        word = await self._submit_item(self._inbound(visitor, sink.handle, text), sink)
        if word:  # the engine refused the command
            sink.text = word
            return sink
        self._tasks.spawn(self._show_after(sink, visitor, chat), "menu")
        limit = self.clock.now() + MENU_SECONDS
        await finish_by(self.clock, limit, sink.shown.wait(), "a command of the menu")
        return sink

    async def press(self, visitor: Visitor, handle: str, action: Action, about: str = "") -> str:
        """Submit a pressed button.

        Return the engine's text for the visitor, or "" if there is none.
        """
        chat = await self.chat(visitor)
        item = chat.items.get(handle)
        if item is None:
            return ""
        # No part has a button yet, so the command stops the answer.
        if action is Action.STOP and not item.parts:
            await self.ask(visitor, self.new_id(), STOP_COMMAND)
            return ""
        press = Press(visitor.key, self.new_id(), item.sent(), visitor.author, action, about)
        # A continuation is a new item. A repeated answer replaces the old answer in its item.
        answered = self.new_id() if action is Action.CONTINUE else handle
        return await self._submit_item(press, self.sink(visitor.key, answered))

    async def erase(self, visitor: Visitor) -> bool:
        """Stop running answers, then erase all stored data of the chat.

        Return whether no data is left. Raises `StorageFault`, or `DeadlinePassed` if an answer does
        not end.
        """
        chat = await self.chat(visitor)
        for item in [item for item in chat.items.values() if item.growing]:
            await self.press(visitor, item.handle, Action.STOP)
        own = [self.new_id() for _ in ERASE_COMMANDS]
        for handle, command in zip(own, ERASE_COMMANDS):
            limit = self.clock.now() + ERASE_SECONDS
            await finish_by(self.clock, limit, _until_still(chat), "wait for answers to end")
            await self.ask(visitor, handle, command)
        await finish_by(
            self.clock,
            self.clock.now() + ERASE_SECONDS,
            _until_still(chat),
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

    async def _submit_item(self, item: Inbound | Press, sink: ReplySink) -> str:
        if self._submit is None:
            raise StorageFault("the page accepts no messages now")
        return await self._submit(item, sink)

    def _inbound(self, visitor: Visitor, message_id: str, text: str) -> Inbound:
        now = self.clock.time()
        return Inbound(
            visitor.key, message_id, visitor.author, text, direct=True, addressed=True, sent_at=now
        )

    async def _stored(self, visitor: Visitor, chat: Chat) -> list[Item]:
        """Return the items of the current conversation, read from the store."""
        words = words_in(chat.language or visitor.author.language)
        labels = {Action.CONTINUE: words.resume, Action.RETRY: words.retry}
        return _items(await self.kept.exchanges(visitor.key), labels)

    async def _follow(self, visitor: Visitor, chat: Chat, handle: str) -> None:
        """When a command that the visitor wrote has ended, show the chat as the command left it."""
        await _until_still(chat, handle)
        await self._show_stored(visitor, chat, handle)

    async def _show_after(self, sink: MenuSink, visitor: Visitor, chat: Chat) -> None:
        """When a command of the menu has ended, show the chat as the command left it."""
        await sink.ended.wait()
        try:
            await self._show_stored(visitor, chat, sink.handle)
        finally:
            sink.shown.set()

    async def _show_stored(self, visitor: Visitor, chat: Chat, handle: str) -> None:
        """Show the stored conversation if the page shows another conversation.

        If a command was refused, the page stays unchanged.
        """
        chat.speak(await self.kept.language(visitor.key))
        # The ledger row of the command itself may still be open. Its item on the page stays
        # unchanged.
        stored = [item for item in await self._stored(visitor, chat) if item.handle != handle]
        others = {item.handle for item in stored}
        recorded = {item.handle for item in chat.items.values() if item.recorded}
        if not others or others - chat.items.keys() or recorded - others:
            chat.replace(stored, keep=handle)


def _items(exchanges: Sequence[Exchange], labels: dict[Action, str]) -> list[Item]:
    items = []
    for number, kept in enumerate(exchanges):
        prompt = named(kept.files, kept.prompt)
        item = Item(kept.handle or f"kept-{number}", prompt, open=kept.finish is None)
        ended = kept.finish in (Finish.STOP, Finish.FILTERED) or not kept.answer.strip()
        actions = [Action.RETRY] if ended else [Action.CONTINUE, Action.RETRY]
        buttons = tuple(
            Button(action, labels[action]) for action in actions if kept.handle and kept.finish
        )
        if kept.answer or kept.finish:
            item.parts[0] = (kept.answer, buttons)
        items.append(item)
    return items


async def _until_still(chat: Chat, handle: str = "") -> None:
    """Wait until an answer has ended. Without a handle, wait for all answers of the chat."""
    while any(item.growing for item in chat.items.values() if handle in ("", item.handle)):
        await chat.changed(chat.epoch, chat.version)
