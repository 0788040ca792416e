"""Show one answer on the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from adapters.web.visits import Chats
from engine.attachments import Attachment, Made, Sign
from engine.contract import Action, Author, Button, ChatKey, Limits, More, Pace, SentId, at_once
from engine.groups import Standing

LIMITS = Limits(
    # Each edit renders the whole part again, so this length limits the work of an edit.
    max_units=8000,
    measure=len,
    pace=Pace(
        spacing_seconds=0.2,
        window_calls=1000,
        window_seconds=10.0,
        reserve_calls=100,
        overall_calls=20_000,
        overall_seconds=10.0,
    ),
)


class WebSink:
    """Show an answer in the memory of its chat.

    The pages that show the chat are updated from there. No call waits for a network.
    """

    def __init__(self, chats: Chats, key: ChatKey, handle: str) -> None:
        self._chats, self._key, self._handle = chats, key, handle

    @property
    def limits(self) -> Limits:
        """Return the limits, which are the same for all chats."""
        return LIMITS

    @property
    def handle(self) -> str:
        """Return the id of the question that is answered."""
        return self._handle

    async def typing(self, sign: Sign = Sign.TYPING) -> None:
        """Do nothing, because the page itself shows that an answer is being prepared."""

    async def send(
        self, text: str, buttons: Sequence[Button], part: int, made: Made | None = None
    ) -> SentId:
        """Show a part. It replaces a part with the same number."""
        self._show(self._handle, part, text, buttons, made)
        return SentId(f"{self._handle}.{part}")

    async def edit(
        self, sent: SentId, text: str, buttons: Sequence[Button], made: Made | None = None
    ) -> None:
        """Replace a part, even if an earlier process sent it."""
        handle, part = split_sent(sent)
        self._show(handle, part, text, buttons, made)

    async def delete(self, sent: SentId) -> None:
        """Remove a part of the answer."""
        handle, part = split_sent(sent)
        chat = self._chats.get(self._key)
        chat.show(handle, part, None)
        self._chats.settle(chat)

    async def locate(
        self,
        text: str,
        buttons: Sequence[Button],
        part: int,
        more: More = at_once,
        made: Made | None = None,
    ) -> SentId:
        """Make sure that the page shows this part of the answer. Add it if it is missing."""
        del more
        return await self.send(text, buttons, part, made)

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Offer a file for download as long as this process keeps it in memory."""
        chat = self._chats.get(self._key)
        part = chat.add_file(self._handle, name, content, caption)
        self._chats.settle(chat)
        return SentId(f"{self._handle}.{part}")

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        """Return a file that the visitor sent, as long as this process keeps it."""
        return self._chats.uploads.fetch(self._key, attachment.ref, max_bytes)

    async def standing(self, author: Author) -> Standing:  # noqa: ARG002 - there are no groups
        """Return a standing in which nobody administers this chat, because it is not a group."""
        return Standing()

    def _show(
        self, handle: str, part: int, text: str, buttons: Sequence[Button], made: Made | None
    ) -> None:
        chat = self._chats.get(self._key)
        chat.show(handle, part, (text, tuple(buttons)), made)
        self._chats.settle(chat)


class MenuSink(WebSink):
    """A sink that collects the answer to a command of the menu. The chat does not show it.

    `ended` is set when the answer is complete, and `shown` when the page shows the chat as the
    command left it. `text` is the answer. `address` is the address of a file that came with the
    answer. After a kill, the next process shows the answer in the chat instead.
    """

    def __init__(self, chats: Chats, key: ChatKey, handle: str) -> None:
        super().__init__(chats, key, handle)
        self.text, self.address = "", ""
        self.ended, self.shown = asyncio.Event(), asyncio.Event()

    async def delete(self, sent: SentId) -> None:
        """Remove the text of a withdrawn message."""
        del sent
        self.text = ""

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Keep a file for download. The menu shows its address."""
        self.text = caption
        self.address = self._chats.get(self._key).keep_file(name, content)
        self.ended.set()
        return SentId(f"{self._handle}.0")

    def _show(
        self, handle: str, part: int, text: str, buttons: Sequence[Button], made: Made | None
    ) -> None:
        del handle, part
        self.text = text
        if made is not None:
            self.address = self._chats.get(self._key).keep_file(made.name, made.content)
        if all(button.action is not Action.STOP for button in buttons):
            self.ended.set()


def split_sent(sent: SentId) -> tuple[str, int]:
    """Split a message's id into the handle of its sink and the number of its part."""
    handle, _, part = sent.rpartition(".")
    return handle, int(part)
