"""One answer's place on the page."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.web.visits import Chats
from engine.attachments import Attachment
from engine.contract import Button, ChatKey, Limits, More, Pace, SentId, at_once
from engine.errors import DeliveryFailed

LIMITS = Limits(
    # A part is rendered anew with each edit, so its length bounds what an edit costs.
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
    """Show an answer in memory; the pages that read the chat follow.

    Nothing here waits for a network.
    """

    def __init__(self, chats: Chats, key: ChatKey, handle: str) -> None:
        self._chats, self._key, self._handle = chats, key, handle

    @property
    def limits(self) -> Limits:
        """Return what fits and how often."""
        return LIMITS

    @property
    def handle(self) -> str:
        """Return the id of the question that is answered."""
        return self._handle

    async def typing(self) -> None:
        """Do nothing: the page shows an answer that has no words yet as on its way."""

    async def send(self, text: str, buttons: Sequence[Button], part: int) -> SentId:
        """Show a part; a part shown before is shown anew."""
        self._show(self._handle, part, text, buttons)
        return SentId(f"{self._handle}.{part}")

    async def edit(self, sent: SentId, text: str, buttons: Sequence[Button]) -> None:
        """Replace a part, also of an earlier process."""
        handle, part = split_sent(sent)
        self._show(handle, part, text, buttons)

    async def delete(self, sent: SentId) -> None:
        """Remove a part."""
        handle, part = split_sent(sent)
        chat = self._chats.get(self._key)
        chat.show(handle, part, None)
        self._chats.settle(chat)

    async def locate(
        self, text: str, buttons: Sequence[Button], part: int, more: More = at_once
    ) -> SentId:
        """Show the part: a repeated one changes nothing."""
        del more
        return await self.send(text, buttons, part)

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Offer a file for download, as long as this process keeps it."""
        chat = self._chats.get(self._key)
        part = chat.add_file(self._handle, name, content, caption)
        self._chats.settle(chat)
        return SentId(f"{self._handle}.{part}")

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:  # noqa: ARG002 - never called with any
        """Raise `DeliveryFailed`: the page takes no files."""
        raise DeliveryFailed("the page takes no files")

    def _show(self, handle: str, part: int, text: str, buttons: Sequence[Button]) -> None:
        chat = self._chats.get(self._key)
        chat.show(handle, part, (text, tuple(buttons)))
        self._chats.settle(chat)


def split_sent(sent: SentId) -> tuple[str, int]:
    """Take a message's id apart into handle and part."""
    handle, _, part = sent.rpartition(".")
    return handle, int(part)
