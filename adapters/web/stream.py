"""Send a chat's changes as server-sent events. For a growing answer, only changed blocks are sent.

Each event's id is ``epoch.version``. A browser that lost its network sends the last id back and
continues from there. An event's data is JSON. ``reset`` is true if the page must be rebuilt. The
event then has the ``language`` that the chat has chosen, if any. ``items`` holds the changed items.
Each item has its handle and either its whole ``html``, or three fields: ``from`` (the number of
leading blocks that stay), ``blocks`` (the blocks after them) and ``foot``. ``growing`` is true, for
the chat and for each item, while an answer is growing.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from adapters.web.page import foot, item_html
from adapters.web.wording import words_in
from engine.errors import DeadlinePassed, Interrupted
from engine.tasks import finish_by

if TYPE_CHECKING:
    from adapters.web.host import Host
    from adapters.web.visits import Chat, Item

# After this long without a change, a comment is sent, because a proxy would close a silent
# connection.
BEAT_SECONDS = 15.0
_VERSION = re.compile(r"[0-9]{1,15}")


async def follow(adapter: Host, chat: Chat, seen: str) -> AsyncGenerator[bytes, None]:
    """Yield events until the adapter closes.

    The server ends the stream when the browser disconnects.
    """
    epoch, _, number = seen.partition(".")
    version = int(number) if _VERSION.fullmatch(number) and epoch == chat.epoch else -1
    page: dict[str, list[str]] = {}
    chat.readers += 1
    adapter.chats.settle(chat)
    try:
        yield b"retry: 1000\n\n"
        while not adapter.closing.is_set():
            if chat.epoch != epoch or chat.version > version:
                data = _changes(chat, page, version, reset=chat.epoch != epoch or version < 0)
                epoch, version = chat.epoch, chat.version
                told = json.dumps(data, ensure_ascii=False)
                yield f"id: {epoch}.{version}\ndata: {told}\n\n".encode()
            elif not await _changed(adapter, chat, epoch, version):
                yield b": still here\n\n"
    finally:
        chat.readers -= 1
        adapter.chats.settle(chat)


async def _changed(adapter: Host, chat: Chat, epoch: str, version: int) -> bool:
    limit = adapter.clock.now() + BEAT_SECONDS
    try:
        await finish_by(
            adapter.clock, limit, chat.changed(epoch, version), "page's stream", adapter.closing
        )
    except (DeadlinePassed, Interrupted):
        return False
    return True


def _changes(
    chat: Chat, page: dict[str, list[str]], version: int, *, reset: bool
) -> dict[str, Any]:
    if reset:
        page.clear()
    for gone in page.keys() - chat.items.keys():
        del page[gone]
    items = list(chat.items.values()) if reset else list(chat.since(version))
    spoken = {"language": words_in(chat.language).language} if reset and chat.language else {}
    return {
        **spoken,
        "reset": reset,
        "growing": chat.growing,
        "items": [_change(item, page) for item in items],
    }


def _change(item: Item, page: dict[str, list[str]]) -> dict[str, Any]:
    blocks, known = item.blocks, page.get(item.handle)
    page[item.handle] = list(blocks)
    change: dict[str, Any] = {"handle": item.handle, "growing": item.growing}
    if known is None:
        return {**change, "html": item_html(item)}
    same = next(
        (n for n, pair in enumerate(zip(known, blocks)) if pair[0] != pair[1]),
        min(len(known), len(blocks)),
    )
    return {**change, "from": same, "blocks": blocks[same:], "foot": foot(item)}
