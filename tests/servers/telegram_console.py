"""Talk to a bot through the Telegram server, from a shell or over HTTP.

Lines typed are said by user 42 in the private chat 42; ``/press Stop`` taps a button under the
newest message of the bot, ``/edit new text`` changes what was said last. What the bot shows is
printed at every change.

Over HTTP: POST ``/driver/say``, ``/driver/edit``, ``/driver/press``, ``/driver/inject`` and
``/driver/fault`` with the arguments of the `TelegramServer` methods as JSON; GET ``/driver/calls``
and ``/driver/messages/<chat id>``.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.servers.owned_tasks import OwnedTasks
from tests.servers.telegram import TOKEN, FloodModel, Message, TelegramServer, User

CHAT = 42


def _show(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def add_driver(server: TelegramServer) -> None:
    """Add routes by which another process can control the server. Call this before the start."""

    async def act(request: web.Request) -> web.Response:
        facts: dict[str, Any] = await request.json()
        if "user" in facts:
            facts["user"] = User(**facts["user"])
        verb = request.match_info["verb"]
        if verb not in ("say", "edit", "press", "inject", "fault", "block", "migrate"):
            raise web.HTTPNotFound
        result = server.inject(facts) if verb == "inject" else getattr(server, verb)(**facts)
        return web.json_response(
            result.json() if isinstance(result, Message) else {"result": str(result)}
        )

    async def calls(request: web.Request) -> web.Response:
        return web.json_response([asdict(call) for call in server.calls])

    async def messages(request: web.Request) -> web.Response:
        shown = server.messages(int(request.match_info["chat_id"]))
        return web.json_response(
            [{**m.json(), "revisions": [asdict(r) for r in m.revisions]} for m in shown]
        )

    server.app.router.add_post("/driver/{verb}", act)
    server.app.router.add_get("/driver/calls", calls)
    server.app.router.add_get("/driver/messages/{chat_id}", messages)


async def _print_changes(server: TelegramServer) -> None:
    seen: dict[int, int] = {}

    def news(server: TelegramServer) -> list[Message]:
        return [m for m in server.sent(CHAT) if len(m.revisions) > seen.get(m.message_id, 0)]

    while True:
        for message in await server.until(news, seconds=1e9):
            seen[message.message_id] = len(message.revisions)
            labels = "".join(f" [{label}]" for label, _ in message.shown.buttons)
            _show(f"bot, message {message.message_id}: {message.text}{labels}")


def _take(server: TelegramServer, line: str, last: int) -> int:
    """Carry out a typed line and return the id of the newest message."""
    verb, _, rest = line.partition(" ")
    if verb == "/press" and server.sent(CHAT):
        message = server.sent(CHAT)[-1]
        if rest in (label for label, _ in message.shown.buttons):
            server.press(CHAT, message.message_id, rest)
        else:
            _show(f"message {message.message_id} has no button {rest!r}")
    elif verb == "/edit" and last:
        server.edit(CHAT, last, rest)
    elif line:
        last = server.say(CHAT, line).message_id
    return last


async def _run(port: int, token: str, *, flood: bool) -> None:
    server, tasks, last = (
        TelegramServer(token, flood=FloodModel() if flood else None, port=port),
        OwnedTasks(),
        0,
    )
    add_driver(server)
    async with server:
        _show(
            f"TELEGRAM_API_URL={server.base_url}\nTELEGRAM_TOKEN={token}\nType what user {CHAT} "
            f"says; end with Ctrl-D."
        )
        tasks.spawn(_print_changes(server), "print what the bot shows")
        while line := await asyncio.to_thread(sys.stdin.readline):
            last = _take(server, line.strip(), last)
        await tasks.close()


def main() -> None:
    """Run the server until the input ends."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.servers.telegram", description="A Telegram server for bots."
    )
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--flood", action="store_true", help="refuse with 429 as Telegram does")
    given = parser.parse_args()
    asyncio.run(_run(given.port, given.token, flood=given.flood))
