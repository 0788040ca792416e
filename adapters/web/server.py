"""The page's server: what a browser may ask for, and what it gets.

GET  /            the page, with what the chat shows     GET  /events     what changes, as server-sent events
POST /login       the password                           GET  /file/…     a file that an answer offered
POST /ask         a question: {"id", "text"}             GET  /health     for a host's probe
POST /press       a button: {"handle", "action"}         ANY  /gradio/…   the panel (`panel.py`)
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route

from adapters.web.door import (
    LOGINS_PER_ADDRESS,
    PASS_COOKIE,
    VISITOR_COOKIE,
    Password,
    Turnstile,
    Visitor,
    address_of,
    cookie,
    cookies_of,
    is_foreign,
    is_secure,
    new_token,
    visitor_of,
)
from adapters.web.page import login_page, page
from adapters.web.panel.door import PanelDoor
from adapters.web.stream import follow
from adapters.web.words import words_in
from engine.contract import Action
from engine.errors import StorageFault
from engine.tasks import Tasks
from engine.text import well_formed

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, AsyncIterator, MutableMapping

    from adapters.web.adapter import WebAdapter

MOST_BODY_BYTES = 64_000
MOST_TEXT = 8_000
MOST_CONNECTIONS = 1_000
STREAMS_PER_VISITOR = 6
STREAMS_PER_ADDRESS = 200  # a whole class behind one router, and not all connections there are
_QUESTION_ID = re.compile(r"[0-9a-z-]{8,64}\Z")
_OPEN_PATHS = frozenset(("/", "/login", "/health"))


async def serve(adapter: WebAdapter, listener: socket.socket) -> None:
    """Serve until the adapter closes."""
    tasks = Tasks("page")
    panel = PanelDoor(adapter, tasks)
    config = uvicorn.Config(
        build_app(adapter, panel),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # signals are the process's (bot.app)
    stopper = tasks.spawn(_stop(server, adapter.closing), "stop")
    try:
        await server.serve(sockets=[listener])
    finally:
        stopper.cancel()
        await tasks.close()


async def _stop(server: Any, closing: asyncio.Event) -> None:
    await closing.wait()
    server.should_exit = True


def build_app(adapter: WebAdapter, panel: Any) -> Any:
    """Return the ASGI application."""
    desk = Desk(adapter)
    routes = [
        Route("/", desk.page),
        Route("/health", desk.health),
        Route("/login", desk.login, methods=["POST"]),
        Route("/ask", desk.ask, methods=["POST"]),
        Route("/press", desk.press, methods=["POST"]),
        Route("/events", desk.events),
        Route("/file/{link}", desk.file),
        Mount("/gradio", panel),
    ]
    return Guard(_Zipped(Starlette(routes=routes)), adapter)


class _Zipped:
    """Compress what is not streamed: an event must leave when it happens."""

    def __init__(self, app: Any) -> None:
        self._plain, self._zipped = app, GZipMiddleware(app, minimum_size=500, compresslevel=6)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        streamed = (
            scope["path"] == "/events"
            or "/queue/data" in scope["path"]
            or "/heartbeat" in scope["path"]
        )
        await (self._plain if streamed else self._zipped)(scope, receive, send)


class Guard:
    """Stand before everything: no foreign request, and nothing but the way in without visitor and password."""

    def __init__(self, app: Any, adapter: WebAdapter) -> None:
        self._app = app
        self._password = Password(adapter.settings.password)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Let a request through, or answer it (ASGI)."""
        if scope["type"] != "http":
            return  # the panel needs no web socket, and the server sends no lifespan
        request = Request(scope)
        cookies = cookies_of(request.headers)
        visitor = visitor_of(cookies.get(VISITOR_COOKIE, ""), request.headers)
        known = self._password.knows(visitor, cookies)
        scope["pipit"] = (visitor, known)
        if scope["method"] not in ("GET", "HEAD") and is_foreign(request.headers):
            await Response(status_code=403)(scope, receive, send)
        elif scope["path"] not in _OPEN_PATHS and (visitor is None or not known):
            await Response(status_code=401)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Desk:
    """Answer requests; `Guard` has let them in."""

    def __init__(self, adapter: WebAdapter) -> None:
        self._adapter = adapter
        self._password = Password(adapter.settings.password)
        self._questions = Turnstile(adapter.settings.questions_per_address, adapter.clock)
        self._logins = Turnstile(LOGINS_PER_ADDRESS, adapter.clock)
        self._streams: Counter[str] = Counter()

    async def health(self, _request: Any) -> Any:
        """Say that the process serves."""
        return Response("ok", media_type="text/plain")

    async def page(self, request: Any) -> Any:
        """Give the page, and a visitor's cookie that lasts from now."""
        visitor, known = request.scope["pipit"]
        if visitor is None:
            visitor = visitor_of(new_token(), request.headers)
            known = not self._adapter.settings.password
        words = words_in(visitor.author.language)
        if known:
            try:
                chat = await self._adapter.chat(visitor)
            except StorageFault:
                return Response(words.offline, status_code=503, headers={"Retry-After": "5"})
            html, policy = page(chat, words, MOST_TEXT)
        else:
            html, policy = login_page(words, wrong="wrong" in request.query_params)
        response = HTMLResponse(html, headers={**_HEADERS, "Content-Security-Policy": policy})
        self._set(response, request, VISITOR_COOKIE, visitor.token)
        return response

    async def login(self, request: Any) -> Any:
        """Let in who knows the password."""
        visitor, _ = request.scope["pipit"]
        form = await _body(request)
        given = _form_field(form, "password")
        if (
            visitor is None
            or not self._logins.passes(_address(request))
            or not self._password.right(given)
        ):
            return RedirectResponse("./?wrong", status_code=303)
        response = RedirectResponse("./", status_code=303)
        self._set(response, request, PASS_COOKIE, self._password.proof(visitor))
        return response

    async def ask(self, request: Any) -> Any:
        """Take a question."""
        data = _fields(await _body(request), id=str, text=str)
        if (
            data is None
            or not _QUESTION_ID.match(data["id"])
            or not 0 < len(data["text"].strip()) <= MOST_TEXT
        ):
            return Response(status_code=400)
        if not self._questions.passes(_address(request)):
            return Response(status_code=429, headers={"Retry-After": "30"})
        try:
            await self._adapter.ask(_visitor(request), data["id"], well_formed(data["text"]))
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        return JSONResponse({}, status_code=202)

    async def press(self, request: Any) -> Any:
        """Take a pressed button."""
        data = _fields(await _body(request), handle=str, action=str)
        if data is None or data["action"] not in {action.value for action in Action}:
            return Response(status_code=400)
        if not self._questions.passes(_address(request)):
            return Response(status_code=429, headers={"Retry-After": "30"})
        try:
            word = await self._adapter.press(
                _visitor(request), well_formed(data["handle"]), Action(data["action"])
            )
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        return JSONResponse({"word": word})

    async def events(self, request: Any) -> Any:
        """Stream what changes; a page that comes back says what it has seen (`Last-Event-ID`, or ``?seen=``)."""
        if (
            request.method == "HEAD"
        ):  # a page that asks whether it may still in; a stream would hold its connection
            return Response()
        try:
            chat = await self._adapter.chat(_visitor(request))
        except StorageFault:
            return Response(status_code=503)
        address = _address(request)
        if chat.readers >= STREAMS_PER_VISITOR or self._streams[address] >= STREAMS_PER_ADDRESS:
            return Response(status_code=429)
        seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        events = self._counted(address, follow(self._adapter, chat, seen))
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    async def _counted(
        self, address: str, events: AsyncGenerator[bytes, None]
    ) -> AsyncIterator[bytes]:
        self._streams[address] += 1
        try:
            async for event in events:
                yield event
        finally:
            self._streams[address] -= 1
            self._streams += Counter()  # which forgets who is down to none
            await events.aclose()

    async def file(self, request: Any) -> Any:
        """Give a file that an answer offered."""
        try:
            chat = await self._adapter.chat(_visitor(request))
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        found = chat.file(request.path_params["link"])
        return Response(status_code=404) if found is None else _download(found[1], found[0])

    def _set(self, response: Any, request: Any, name: str, value: str) -> None:
        secure = is_secure(request.url.scheme, request.headers)
        response.headers.append("Set-Cookie", cookie(name, value, secure=secure))


_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def _visitor(request: Any) -> Visitor:
    visitor: Visitor = request.scope["pipit"][0]
    return visitor


def _address(request: Any) -> str:
    return address_of(request.client.host if request.client else "", request.headers)


async def _body(request: Any) -> bytes:
    """Return the body, or nothing of one that is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            return b""
    return body


def _fields(body: bytes, **kinds: type) -> dict[str, Any] | None:
    """Return the fields of a JSON object, None unless all are there and of their kinds."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):  # the latter at a few thousand brackets
        return None
    sound = isinstance(data, dict) and all(
        isinstance(data.get(name), kind) for name, kind in kinds.items()
    )
    return data if sound else None


def _form_field(body: bytes, name: str) -> str:
    return parse_qs(body.decode("utf-8", "replace")).get(name, [""])[0]


def _download(content: bytes, name: str) -> Any:
    plain = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII) or "file"
    headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)
