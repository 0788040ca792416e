"""Hold the state of each visitor's page, so that a page that lost its network can continue.

A `Chat` is a list of items with a version that grows with every change. A reader asks for the items
that changed since a version. Items beyond the limits are evicted from memory. The store keeps them.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field

from cachetools import LRUCache

from adapters.markup.html import file_link, made_html, render_html
from adapters.web.uploads import Uploads
from engine.attachments import Made
from engine.contract import Action, Button, ChatKey, SentId

CHATS, CHATS_BYTES = 512, 16_000_000
ITEMS = 60
ITEM_BYTES = 1000  # an estimate for an item's Python objects, without its texts
TIMES_SHOWN = 3  # an answer is held as text, and as HTML of about twice its length
FILES, FILES_BYTES, FILES_PER_CHAT = 256, 16_000_000, 4

Shown = tuple[str, tuple[Button, ...]]
Files = MutableMapping[tuple[ChatKey, str], tuple[str, bytes]]
"""The files that answers of all chats offer: (chat, link) to (name, content)."""


@dataclass
class Item:
    """A question and the parts of its answer. An item without parts has no answer yet.

    `open` is true if the item was read from the store, where its answer has not ended. `links` are
    the files under a part, as (address, name). `made` are the pictures and recordings above the
    text of a part, as HTML. `_rendered` caches the HTML of the parts that were requested since
    their last change. While an answer grows, only its last part is rendered again.
    """

    handle: str
    prompt: str
    parts: dict[int, Shown] = field(default_factory=dict)
    links: dict[int, tuple[str, str]] = field(default_factory=dict)
    made: dict[int, str] = field(default_factory=dict)
    open: bool = False
    version: int = 0
    _rendered: dict[int, list[str]] = field(default_factory=dict)

    def show(self, part: int, shown: Shown | None) -> None:
        """Replace a part, or remove it if `shown` is None."""
        self._rendered.pop(part, None)
        self.open = False
        if shown is None:
            self.parts.pop(part, None)
            self.made.pop(part, None)
        else:
            self.parts[part] = shown

    @property
    def blocks(self) -> list[str]:
        """Return the answer as blocks of HTML.

        It is rendered only on request, because most states of a growing text are never shown.
        """
        return [block for part in sorted(self.parts) for block in self._part(part)]

    def _part(self, part: int) -> list[str]:
        if part not in self._rendered:
            self._rendered[part] = render_html(self.parts[part][0])
            if part in self.made:
                self._rendered[part].insert(0, self.made[part])
            if part in self.links:
                self._rendered[part].append(file_link(*self.links[part]))
        return self._rendered[part]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Return the buttons under the last part."""
        return self.parts[max(self.parts)][1] if self.parts else ()

    @property
    def growing(self) -> bool:
        """Return whether the answer is still growing."""
        return (
            self.open
            or not self.parts
            or any(button.action is Action.STOP for button in self.buttons)
        )

    @property
    def recorded(self) -> bool:
        """Return whether the item is an answer that has ended.

        The notice of a command has no Retry button.
        """
        return any(button.action is Action.RETRY for button in self.buttons)

    @property
    def size_bytes(self) -> int:
        """Estimate the item's memory in bytes, as if its HTML were cached already."""
        texts = sum(sys.getsizeof(text) for text, _ in self.parts.values())
        return ITEM_BYTES + sys.getsizeof(self.prompt) + TIMES_SHOWN * texts

    def sent(self) -> SentId:
        """Return the id of the message that has the buttons."""
        return SentId(f"{self.handle}.{max(self.parts, default=0)}")


def no_files(most: int = FILES, most_bytes: int = FILES_BYTES) -> Files:
    """Return a cache for files, limited in number and bytes. It evicts the least recently used."""
    share = most_bytes // most  # `Chats.__init__` explains this
    return LRUCache(most_bytes, getsizeof=lambda file: min(most_bytes, max(share, len(file[1]))))


class Chat:
    """The state of one visitor's page. Create it inside a coroutine."""

    def __init__(self, key: ChatKey, files: Files | None = None) -> None:
        self.key = key
        # Versions are comparable only while the chat stays in the memory of one process. The epoch
        # names this time.
        self.epoch = secrets.token_hex(4)
        self.version = 0
        self.items: dict[str, Item] = {}
        self.language = ""
        """The language code that the chat has chosen, "" if it has not chosen one."""
        self._files = no_files() if files is None else files
        self.loaded = False
        self.readers = 0
        self.loading = asyncio.Lock()
        self._changed = asyncio.Event()

    def ask(self, handle: str, prompt: str) -> bool:
        """Add a question. Return False if it is there already."""
        if handle in self.items:
            return False
        self._touch(self.items.setdefault(handle, Item(handle, prompt)))
        return True

    def show(self, handle: str, part: int, shown: Shown | None, made: Made | None = None) -> None:
        """Show a part of an answer, or remove it if `shown` is None.

        A picture or a recording is shown above the text. If the question has been evicted, the
        answer is shown without it.
        """
        item = self.items.setdefault(handle, Item(handle, ""))
        if made is not None:
            item.made[part] = made_html(self.keep_file(made.name, made.content), made)
        item.show(part, shown)
        self._touch(item)

    def begin(self, items: Sequence[Item]) -> None:
        """Add the stored items.

        They are placed before the items that arrived in the meantime. Such an item stays, and only
        a missing prompt is taken from the stored item.
        """
        now, self.items = self.items, {item.handle: item for item in items}
        for handle, item in now.items():
            item.prompt = item.prompt or (self.items[handle].prompt if handle in self.items else "")
            self.items[handle] = item
        self.loaded = True

    def clear(self) -> None:
        """Remove all items and files."""
        self._show_only({})

    def replace(self, items: Sequence[Item], keep: str) -> None:
        """Replace the items and remove all files.

        The item `keep` and growing answers stay. They are placed after the new items.
        """
        stay = {one.handle: one for one in self.items.values() if one.handle == keep or one.growing}
        self._show_only({**{item.handle: item for item in items}, **stay})

    def speak(self, language: str) -> None:
        """Set the chat's language. A page that shows another language reloads."""
        if language != self.language:
            self.language = language
            self.epoch = secrets.token_hex(4)
            self._wake()

    def withdraw(self, handle: str) -> None:
        """Remove a question that was not accepted."""
        self.items.pop(handle, None)
        self.epoch = secrets.token_hex(4)
        self._wake()

    def add_file(self, handle: str, name: str, content: bytes, caption: str) -> int:
        """Offer a file as a new part of an answer. Return the part's number.

        The chat's oldest files are evicted.
        """
        address = self.keep_file(name, content)
        item = self.items.setdefault(handle, Item(handle, ""))
        part = max(item.parts, default=-1) + 1
        item.links[part] = (address, name)
        self.show(handle, part, (caption, ()))
        return part

    def keep_file(self, name: str, content: bytes) -> str:
        """Offer a file for download and return its address. The chat's oldest files are evicted."""
        link = secrets.token_urlsafe(12)
        _leave_files(self._files, self.key, FILES_PER_CHAT - 1)
        self._files[self.key, link] = (name, content)
        return f"file/{link}"

    def file(self, link: str) -> tuple[str, bytes] | None:
        """Return the name and content of a file of this chat, or None if it is evicted."""
        return self._files.get((self.key, link))

    @property
    def size_bytes(self) -> int:
        """Estimate the chat's memory in bytes, without its files."""
        return sum(item.size_bytes for item in self.items.values())

    def since(self, version: int) -> Iterator[Item]:
        """Return the items that changed after a version, in order."""
        return (item for item in self.items.values() if item.version > version)

    @property
    def growing(self) -> bool:
        """Return whether an answer of this chat has not ended yet."""
        return any(item.growing for item in self.items.values())

    async def changed(self, epoch: str, version: int) -> None:
        """Wait until the chat has a newer version, or another epoch."""
        while self.epoch == epoch and self.version <= version:
            await self._changed.wait()

    def _show_only(self, items: dict[str, Item]) -> None:
        self.items = items
        _leave_files(self._files, self.key, 0)
        self.epoch = secrets.token_hex(4)
        self._wake()

    def _touch(self, item: Item) -> None:
        item.version = self.version + 1
        while len(self.items) > ITEMS:
            del self.items[next(iter(self.items))]
        self._wake()

    def _wake(self) -> None:
        self.version += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _leave_files(files: Files, key: ChatKey, stay: int) -> None:
    """Remove a chat's oldest files until only `stay` files are left."""
    own = [place for place in files if place[0] == key]
    for place in own[: max(0, len(own) - stay)]:
        del files[place]


class Chats:
    """The chats in memory.

    Every chat that has a reader or a growing answer is held. A limited number of other recent chats
    is held too.
    """

    def __init__(self, most: int = CHATS, most_bytes: int = CHATS_BYTES) -> None:
        # A small chat counts as one share of the bytes, so that at most `most` chats fit. A chat
        # that is larger than the cache counts as the whole cache.
        share = most_bytes // most
        self._idle: LRUCache[ChatKey, Chat] = LRUCache(
            most_bytes, getsizeof=lambda chat: min(most_bytes, max(share, chat.size_bytes))
        )
        self._busy: dict[ChatKey, Chat] = {}
        self._files = no_files()
        self.uploads = Uploads()

    def __len__(self) -> int:
        return len(self._idle) + len(self._busy)

    def get(self, key: ChatKey) -> Chat:
        """Return a chat. A chat that is not in memory is created."""
        chat = self._busy.get(key) or self._idle.get(key) or Chat(key, self._files)
        self.settle(chat)
        return chat

    def settle(self, chat: Chat) -> None:
        """Keep a chat in memory while it has readers or grows. Otherwise let the cache evict it."""
        self._busy.pop(chat.key, None)
        # The chat is removed first, so that its size is measured again if it is added below.
        self._idle.pop(chat.key, None)
        if chat.readers or chat.growing:
            self._busy[chat.key] = chat
        else:
            self._idle[chat.key] = chat
