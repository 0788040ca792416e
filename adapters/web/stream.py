"""Changes of a chat as server-sent events; of a growing answer only the blocks that differ.

Each event's id is ``epoch.version``; a browser that lost its network sends the last one back and
reads on from there. An event's data is JSON: ``reset`` true before a page is built anew; ``items``,
each with its handle and either its whole ``html`` or ``from`` (so many blocks stay) with the
``blocks`` behind them and the ``foot``.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from adapters.web.page import foot, item_html
from engine.errors import DeadlinePassed, Interrupted
from engine.tasks import finish_by

if TYPE_CHECKING:
    from adapters.web.host import Host
    from adapters.web.visits import Chat, Item

BEAT_SECONDS = 15.0  # after so long without a change a comment is sent, or a proxy closes the line
_VERSION = re.compile(r"[0-9]{1,15}")


async def follow(adapter: Host, chat: Chat, seen: str) -> AsyncGenerator[bytes, None]:
    """Give events until the adapter closes; ended by the server when the browser leaves."""
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
    return {
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
