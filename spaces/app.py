"""Start Pipit's page as a Space expects it: on port 7860, with a small database in /data.

If a setting is missing, a page explains it, because visitors of a Space whose process ends see only
an error.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import MutableMapping
from html import escape
from pathlib import Path
from typing import cast

from adapters.edge.gate import BACKLOG, Gate, quiet_accepts
from bot import app
from bot.logs import set_up
from bot.settings import load
from engine.errors import SettingsError
from engine.tasks import SystemClock, Tasks

log = logging.getLogger("space")

_UNSET = (
    'HF_TOKEN: missing; set it as a secret under "Settings → Variables and secrets": a Hugging '
    "Face token with the "
    'permission "Make calls to Inference Providers"'
)
NO_TELEGRAM = (
    "TELEGRAM_BOT_TOKEN is not used: Telegram's API cannot be reached from a Space. Run "
    "the bot on a worker host."
)


def main() -> int:
    """Serve the page, or an explanation of what is missing; return the exit code."""
    set_up("INFO", ())
    set_defaults(os.environ)
    if os.environ.pop("TELEGRAM_BOT_TOKEN", ""):
        log.warning(NO_TELEGRAM)
    try:
        settings = load()
    except SettingsError as error:
        return _explain(list(error.problems))
    if settings.model is None:
        return _explain([_UNSET])
    set_up(settings.log_level, settings.secrets, settings.log_format)
    return asyncio.run(app.run(settings))


def set_defaults(environment: MutableMapping[str, str]) -> None:
    """Set the defaults that differ on a Space, unless its owner has set the variables."""
    defaults = {
        "WEB": "1",
        "PORT": "7860",
        "WEB_HOST": "0.0.0.0",  # noqa: S104 - a Space's own proxy connects from outside
        "MEMORY": "WORDS",
        "DATABASE_PATH": str(_database()),
        "STORAGE_LIMIT_MB": "64",
        "TRUSTED_PROXIES": "1",  # the Space's own proxy
    }
    for name, value in defaults.items():
        if not environment.get(
            name, ""
        ).strip():  # an empty variable counts as unset, as everywhere in Pipit
            environment[name] = value


def _database() -> Path:
    """Return the database's path. Without /data the database lasts only until the next restart."""
    if os.access("/data", os.W_OK | os.X_OK):
        return Path("/data/pipit.db")
    log.warning("/data cannot be written: all chats are lost at the next restart")
    return Path(tempfile.gettempdir()) / "pipit.db"


def _explain(problems: list[str]) -> int:
    """Show a page with the problems until the Space restarts; return the exit code.

    A Space restarts when one of its variables is set.
    """
    for problem in problems:
        log.error("%s", problem)
    items = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width">'
        '<meta name="color-scheme" content="light dark"><title>Pipit</title>'
        '<body style="font:16px/1.5 system-ui;max-width:40em;margin:auto;padding:16px">'
        f"<h1>Pipit is not set up yet</h1><ul>{items}</ul>"
    ).encode()
    asyncio.run(_serve(body))
    return app.EXIT_SETTINGS


async def _serve(body: bytes) -> None:
    """Answer every request with one page, until cancelled."""
    clock, tasks = SystemClock(), Tasks("space")
    gate = Gate("space", clock)
    quiet_accepts("space", clock)
    tasks.spawn(gate.watch(), "late connections")
    server = await asyncio.get_running_loop().create_server(
        gate.wrap(lambda: OnePage(body)),
        "0.0.0.0",  # noqa: S104 - to be reached from outside
        _port(),
        backlog=BACKLOG,
    )
    async with server:
        await server.serve_forever()


class OnePage(asyncio.Protocol):
    """A connection that answers any request with one page and is then closed."""

    def __init__(self, body: bytes) -> None:
        self._answer = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        self._asked = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport, to which the answer will be written."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Send the page once the request's header is complete."""
        self._asked = self._asked[-4:] + data
        if b"\r\n\r\n" in self._asked and self._transport is not None:
            self._transport.write(self._answer)
            self._transport.close()


def _port() -> int:
    port = os.environ.get("PORT", "")
    return int(port) if port.isascii() and port.isdigit() and 0 < int(port) < 65_536 else 7860


if __name__ == "__main__":
    sys.exit(main())
