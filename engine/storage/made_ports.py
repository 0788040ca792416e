"""The port for pictures and recordings that services make for answers."""

from __future__ import annotations

from typing import Protocol

from engine.attachments import Made
from engine.contract import SentId
from engine.storage.records import Entry


class MadeShelf(Protocol):
    """The picture or recording of each open row. It is deleted when the row ends.

    It was paid for, so it is stored before it is sent. A process that continues the row sends the
    stored bytes. Every method raises `StorageFault` if the store fails.
    """

    async def keep_made(self, entry: Entry, made: Made) -> None:
        """Commit a picture or a recording of the answer until the row ends.

        It replaces an earlier one of the row. Raises `Superseded`.
        """

    async def made(self, entry: Entry) -> tuple[Made, SentId] | None:
        """Return what `keep_made` stored for this revision, and the message that shows it.

        The message is empty if none has been sent yet. Raises `Superseded`.
        """
