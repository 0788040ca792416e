"""Show one answer in the console."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from adapters.console.attached import read_file
from engine.attachments import Sign
from engine.contract import Limits, Pace, SentId, at_once
from engine.errors import DeliveryFailed
from engine.groups import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.attachments import Attachment, Made
    from engine.contract import Author, Button, More

LIMITS = Limits(
    max_units=100_000,
    measure=len,
    pace=Pace(
        spacing_seconds=0.05,
        window_calls=1000,
        window_seconds=10.0,
        reserve_calls=100,
        overall_calls=1000,
        overall_seconds=10.0,
    ),
)


class Desk(Protocol):
    """The part of the adapter that shows answers (`adapters.console.adapter`)."""

    async def show(self, handle: str, part: int, text: str, buttons: Sequence[Button]) -> SentId:
        """Show a part."""

    async def save(
        self,
        handle: str,
        name: str,
        content: bytes,
        caption: str,
        part: int = -1,
        buttons: Sequence[Button] = (),
    ) -> SentId:
        """Save a file and print its path."""

    async def forget(self, sent: SentId) -> None:
        """Remove an unfinished part."""


class ConsoleSink:
    """Show one answer in the console (see `engine.contract.ReplySink`)."""

    def __init__(self, adapter: Desk, handle: str) -> None:
        self._adapter = adapter
        self._handle = handle

    @property
    def limits(self) -> Limits:
        """Return the limits. A terminal has almost none."""
        return LIMITS

    @property
    def handle(self) -> str:
        """Return the message id of the question."""
        return self._handle

    async def typing(self, sign: Sign = Sign.TYPING) -> None:
        """Do nothing, because the spinner turns from the moment of the question."""

    async def send(
        self, text: str, buttons: Sequence[Button], part: int, made: Made | None = None
    ) -> SentId:
        """Show a part. It replaces a part with the same number that was shown before.

        Raises `DeliveryFailed` if a picture or a recording cannot be saved.
        """
        return await self._show(self._handle, part, text, buttons, made)

    async def edit(
        self, sent: SentId, text: str, buttons: Sequence[Button], made: Made | None = None
    ) -> None:
        """Replace a part. A part from an earlier run is printed once it is final."""
        handle, part = split_sent(sent)
        await self._show(handle, part, text, buttons, made)

    async def _show(
        self, handle: str, part: int, text: str, buttons: Sequence[Button], made: Made | None
    ) -> SentId:
        if made is None:
            return await self._adapter.show(handle, part, text, buttons)
        try:
            stem, _, ending = made.name.rpartition(".")
            name = f"{stem}-{handle}.{ending}"
            return await self._adapter.save(handle, name, made.content, text, part, buttons)
        except OSError as error:
            raise DeliveryFailed(f"the file could not be saved: {error.strerror}") from error

    async def delete(self, sent: SentId) -> None:
        """Remove an unfinished part. Finished text stays on the terminal."""
        await self._adapter.forget(sent)

    async def locate(
        self,
        text: str,
        buttons: Sequence[Button],
        part: int,
        more: More = at_once,
        made: Made | None = None,
    ) -> SentId:
        """Show the part again. If it is already shown, nothing changes."""
        del more
        return await self.send(text, buttons, part, made)

    async def send_file(self, name: str, content: bytes, caption: str) -> SentId:
        """Save the file under a free name, readable only by its owner.

        Raises `DeliveryFailed` if the file cannot be saved.
        """
        try:
            return await self._adapter.save(self._handle, name, content, caption)
        except OSError as error:
            raise DeliveryFailed(f"the file could not be saved: {error.strerror}") from error

    async def fetch(self, attachment: Attachment, max_bytes: int) -> bytes:
        """Read a file that the person named with ``/file``."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, read_file, attachment.ref, max_bytes)

    async def standing(self, author: Author) -> Standing:  # noqa: ARG002 - there are no groups
        """Return a standing in which nobody administers this chat, because it is not a group."""
        return Standing()


def split_sent(sent: SentId) -> tuple[str, int]:
    """Split a message's id into the handle of its sink and the number of its part."""
    handle, _, part = sent.rpartition(".")
    return handle, int(part)
