"""Open the panel: import Gradio on first use, and allow only a few of its routes.

Gradio's page loads fonts and a script from other hosts. Those lines are removed, and the content
policy would block them too. Gradio's routes for files, uploads and proxies are closed, because the
panel does not need them.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from adapters.web.requests import language_of
from adapters.web.wording import words_in

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from adapters.web.host import Host
    from engine.tasks import Tasks

POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'self'"
)
_OPEN = re.compile(
    r"(?:|/|/config|/info|/theme\.css|/favicon\.ico|/manifest\.json|/heartbeat/.*"
    r"|(?:/gradio_api)?/(?:queue/(?:join|data)|info|heartbeat/.*|startup-events|reset)|/startup-events"
    r"|/(?:assets|static)/.*|/(?:gradio_api/)?cancel)"
)
_OUTSIDE = re.compile(
    rb"<(?:link|meta|script)\b[^>]*(?:href|src|content)=\"https?://[^>]*>(?:\s*</script>)?"
)


class PanelDoor:
    """An ASGI application that loads Gradio at its first request and passes requests to it."""

    def __init__(self, adapter: Host, tasks: Tasks) -> None:
        self._adapter, self._tasks = adapter, tasks
        self._opening = asyncio.Lock()
        self._app: Any = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one request (ASGI)."""
        path = scope["path"][len(scope.get("root_path", "")) :]
        if not _OPEN.fullmatch(path):
            await Response(status_code=404)(scope, receive, send)
            return
        async with self._opening:
            if self._app is None:
                self._app = await self._open()
        whole = path in ("", "/")
        filtered = _Filter(send, await self._direction(scope)) if whole else _Headed(send)
        await self._app(scope, receive, filtered)

    async def _direction(self, scope: MutableMapping[str, Any]) -> str:
        """Return the direction of writing in the visitor's chat."""
        language = await language_of(self._adapter, scope["pipit"].visitor)
        return "rtl" if words_in(language).right_to_left else "ltr"

    async def _open(self) -> Any:
        """Build the panel and start its queue. Return the application.

        Gradio is imported in a thread, because the import takes seconds. The queue runs in a task
        of its own, which also ends it.
        """
        loop = asyncio.get_running_loop()
        build = await loop.run_in_executor(None, _import)
        app = build(self._adapter)
        started = asyncio.Event()
        self._tasks.spawn(_live(app, started), "panel")
        await started.wait()
        return app


def _import() -> Any:
    from adapters.web.panel.panel import build_panel  # noqa: PLC0415 - imported on first use

    return build_panel


async def _live(app: Any, started: asyncio.Event) -> None:
    """Keep the application's lifespan open. One task must both enter and leave it."""
    async with app.router.lifespan_context(app):
        started.set()
        await asyncio.Event().wait()


class _Headed:
    """Add the page's security headers to a response, and remove Gradio's CORS headers.

    Gradio's CORS headers would let pages on other ports of this machine read its responses with
    cookies. If Gradio sets no caching rule for a response, the response must not be stored.
    """

    def __init__(self, send: Any) -> None:
        self._send = send

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message["headers"]
                if not name.lower().startswith(b"access-control-")
            ]
            if not any(name.lower() == b"cache-control" for name, _ in kept):
                kept.append((b"cache-control", b"no-store"))
            message["headers"] = [
                *kept,
                (b"content-security-policy", POLICY.encode()),
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"no-referrer"),
            ]
        await self._send(message)


class _Filter(_Headed):
    """Remove the lines of Gradio's page that name other hosts, and set the page's text direction.

    The page is collected first and sent as a whole.
    """

    def __init__(self, send: Any, direction: str) -> None:
        super().__init__(send)
        self._direction = direction.encode()
        self._start: MutableMapping[str, Any] = {}
        self._body = b""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body = _OUTSIDE.sub(b"", self._body).replace(
            b"<html", b'<html dir="%s"' % self._direction, 1
        )
        kept = [
            (name, value)
            for name, value in self._start["headers"]
            if name.lower() != b"content-length"
        ]
        self._start["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
        await super().__call__(self._start)
        await super().__call__({"type": "http.response.body", "body": body})
