"""What each visitor's page shows, kept in memory so that a page that lost its network reads on where it was.

A `Chat` is a list of items with a version that grows with every change; a reader asks for what changed since a version.
Items beyond the limits leave the memory, the store keeps them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cachetools import LRUCache

from adapters.markup.html import file_link, render_html
from engine.contract import Action, Button, ChatKey, SentId

CHATS = 512
ITEMS = 60
FILES = 4

Shown = tuple[str, tuple[Button, ...]]


@dataclass
class Item:
    """A question and what is shown of its answer, in parts; without parts an answer is on its way.

    `open`: read from the store, and not ended there. `links` are files under a part, as (address, name).
    """

    handle: str
    prompt: str
    parts: dict[int, Shown] = field(default_factory=dict)
    links: dict[int, tuple[str, str]] = field(default_factory=dict)
    open: bool = False
    version: int = 0
    _blocks: list[str] | None = None

    def show(self, part: int, shown: Shown | None) -> None:
        """Replace a part or, with None, remove it."""
        self._blocks, self.open = None, False
        if shown is None:
            self.parts.pop(part, None)
        else:
            self.parts[part] = shown

    @property
    def blocks(self) -> list[str]:
        """Return the answer as HTML; rendered when it is asked for, since most states of a growing text never are."""
        if self._blocks is None:
            self._blocks = []
            for part, (text, _) in sorted(self.parts.items()):
                self._blocks += render_html(text)
                if part in self.links:
                    self._blocks.append(file_link(*self.links[part]))
        return self._blocks

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Return the buttons under the last part."""
        return self.parts[max(self.parts)][1] if self.parts else ()

    @property
    def growing(self) -> bool:
        """Say whether more is to come."""
        return self.open or not self.parts or any(button.action is Action.STOP for button in self.buttons)

    def sent(self) -> SentId:
        """Name the message that carries the buttons."""
        return SentId(f"{self.handle}.{max(self.parts, default=0)}")


class Chat:
    """What one visitor's page shows; make it inside a coroutine."""

    def __init__(self, key: ChatKey) -> None:
        self.key = key
        self.epoch = secrets.token_hex(4)  # versions of another process, or of before it left the memory, mean nothing
        self.version = 0
        self.items: dict[str, Item] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.loaded = False
        self.readers = 0
        self.loading = asyncio.Lock()
        self._changed = asyncio.Event()

    def ask(self, handle: str, prompt: str) -> bool:
        """Add a question; False if it is there already."""
        if handle in self.items:
            return False
        self._touch(self.items.setdefault(handle, Item(handle, prompt)))
        return True

    def show(self, handle: str, part: int, shown: Shown | None) -> None:
        """Show or remove a part of an answer; a question that is not known any more is shown without its words."""
        item = self.items.setdefault(handle, Item(handle, ""))
        item.show(part, shown)
        self._touch(item)

    def begin(self, items: Sequence[Item]) -> None:
        """Put what the store keeps before what has happened since; what is on the page already stays."""
        now, self.items = self.items, {item.handle: item for item in items}
        for handle, item in now.items():
            item.prompt = item.prompt or (self.items[handle].prompt if handle in self.items else "")
            self.items[handle] = item
        self.loaded = True

    def clear(self, keep: str = "") -> None:
        """Take everything off the page but one item."""
        self.items = {handle: item for handle, item in self.items.items() if handle == keep}
        self.files.clear()
        self.epoch = secrets.token_hex(4)
        self._wake()

    def withdraw(self, handle: str) -> None:
        """Take a question back that was not accepted."""
        self.items.pop(handle, None)
        self.epoch = secrets.token_hex(4)
        self._wake()

    def add_file(self, handle: str, name: str, content: bytes, caption: str) -> int:
        """Offer a file for download as a part of an answer and return the part; the oldest files leave."""
        link = secrets.token_urlsafe(12)
        self.files[link] = (name, content)
        while len(self.files) > FILES:
            del self.files[next(iter(self.files))]
        item = self.items.setdefault(handle, Item(handle, ""))
        part = max(item.parts, default=-1) + 1
        item.links[part] = (f"file/{link}", name)
        self.show(handle, part, (caption, ()))
        return part

    def since(self, version: int) -> Iterator[Item]:
        """Give the items that changed after a version, in order."""
        return (item for item in self.items.values() if item.version > version)

    @property
    def growing(self) -> bool:
        """Say whether an answer is on its way."""
        return any(item.growing for item in self.items.values())

    async def changed(self, epoch: str, version: int) -> None:
        """Wait until something is newer than that."""
        while self.epoch == epoch and self.version <= version:
            await self._changed.wait()

    def _touch(self, item: Item) -> None:
        item.version = self.version + 1
        while len(self.items) > ITEMS:
            del self.items[next(iter(self.items))]
        self._wake()

    def _wake(self) -> None:
        self.version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


class Chats:
    """The chats in memory: those that are read or answered, and the latest others."""

    def __init__(self, most: int = CHATS) -> None:
        self._idle: LRUCache[ChatKey, Chat] = LRUCache(most)
        self._busy: dict[ChatKey, Chat] = {}

    def __len__(self) -> int:
        return len(self._idle) + len(self._busy)

    def get(self, key: ChatKey) -> Chat:
        """Return a chat, a new one if it is not in memory."""
        chat = self._busy.get(key) or self._idle.get(key) or Chat(key)
        self.settle(chat)
        return chat

    def settle(self, chat: Chat) -> None:
        """Keep a chat as long as somebody reads it or it grows."""
        if chat.readers or chat.growing:
            self._busy[chat.key] = chat
        else:
            self._busy.pop(chat.key, None)
            self._idle[chat.key] = chat
