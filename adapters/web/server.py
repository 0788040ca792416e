"""The page's server.

GET   /          the page, with the chat as it is now
GET   /events    changes of the chat, as server-sent events
GET   /file/…    a file that an answer offered
GET   /health    "ok", for the probe of a hosting platform
GET   /live, /ready, /metrics    the health of the process (`adapters.edge.vitals`)
GET   /menu      the menu's contents: settings, chats, what is remembered, documents
POST  /menu      a choice in the menu: {"command", "value"}
GET   /later.js  the script of the menu and the copy buttons, loaded after the page is shown
GET   /attach.js, /voice.js   the scripts that add files and record voice messages
GET   /manifest.webmanifest, /icon-….png   for the home screen of a phone
POST  /login     the password
POST  /logout    delete this browser's cookies
POST  /ask       a question: {"id", "text", "files"}
POST  /upload…   a file (`adapters.web.uploads`)
POST  /press     a button: {"handle", "action"}
ANY   /gradio/…  the panel (`adapters.web.panel`)
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from adapters.edge.gate import BACKLOG, Gate, quiet_accepts
from adapters.edge.vitals import PATHS
from adapters.web.door import (
    PASS_COOKIE,
    VISITOR_COOKIE,
    Password,
    Visitor,
)
from adapters.web.files import file_routes
from adapters.web.guard import MOST_HEADER_BYTES, Facts, Guard
from adapters.web.limits import Logins, Verdict
from adapters.web.menu import Menu
from adapters.web.page import login_page, page
from adapters.web.panel.door import PanelDoor
from adapters.web.requests import (
    HEADERS,
    facts_of,
    fields_of,
    file_headers,
    form_field,
    newcomer,
    set_cookie,
    visitor_of_request,
)
from adapters.web.stream import follow
from adapters.web.uploading import ids_of, upload_routes
from adapters.web.wording import words_in
from engine.contract import OF_ANSWERS, ON_PEOPLE, Action
from engine.errors import StorageFault
from engine.tasks import Tasks
from engine.text import well_formed

if TYPE_CHECKING:
    import socket
    from collections.abc import MutableMapping

    from adapters.web.host import Host
    from adapters.web.uploads import Uploads

MOST_TEXT = 64_000  # the engine accepts this many characters as one question
STREAMS_PER_VISITOR = 6
_QUESTION_ID = re.compile(r"[0-9a-z-]{8,64}\Z")


async def serve(adapter: Host, listener: socket.socket) -> None:
    """Serve the page until the adapter closes."""
    # This logger would log every malformed or broken request of a stranger. `Guard` logs defects
    # itself.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    tasks = Tasks("page")
    quiet_accepts("web", adapter.clock)
    gate = Gate("web", adapter.clock, proxied=adapter.settings.trusted_proxies > 0)
    server = uvicorn.Server(_config(await _application(adapter, gate, tasks), gate))
    server.capture_signals = nullcontext  # the process handles signals itself (see bot.app)
    stopper = tasks.spawn(_stop(server, adapter.closing), "stop")
    tasks.spawn(gate.watch(), "late connections")
    try:
        await server.serve(sockets=[listener])
    finally:
        stopper.cancel()
        await tasks.close()


async def _application(adapter: Host, gate: Gate, tasks: Tasks) -> Any:
    loop = asyncio.get_running_loop()
    password = await loop.run_in_executor(None, Password, adapter.settings.password, adapter.clock)
    desk = Desk(adapter, password, Logins(password, adapter.clock, tasks))
    app = build_app(desk, Menu(adapter), PanelDoor(adapter, tasks), adapter.chats.uploads)
    return Guard(app, adapter.settings, password, gate, adapter.clock)


def _config(app: Any, gate: Gate) -> Any:
    def protocol(**arguments: Any) -> asyncio.Protocol:
        return gate.wrap(lambda: H11Protocol(**arguments))()

    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",  # a websocket would bypass the gate's protocol
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        h11_max_incomplete_event_size=2 * MOST_HEADER_BYTES,
        timeout_graceful_shutdown=2,
    )


async def _stop(server: Any, closing: asyncio.Event) -> None:
    await closing.wait()
    server.should_exit = True


def build_app(desk: Desk, menu: Menu, panel: Any, uploads: Uploads) -> Any:
    """Return the ASGI application that runs behind the guard."""
    routes = [
        Route("/", desk.page),
        Route("/health", desk.health),
        *(Route(path, desk.vitals) for path in PATHS),
        Route("/login", desk.login, methods=["POST"]),
        Route("/logout", desk.logout, methods=["POST"]),
        Route("/ask", desk.ask, methods=["POST"]),
        Route("/press", desk.press, methods=["POST"]),
        Route("/menu", menu.show),
        Route("/menu", menu.choose, methods=["POST"]),
        *file_routes(),
        *upload_routes(uploads),
        Route("/events", desk.events),
        Route("/file/{link}", desk.file),
        Mount("/gradio", panel),
    ]
    return _Zipped(Starlette(routes=routes))


class _Zipped:
    """Compress all responses except event streams, whose events must be sent at once."""

    def __init__(self, app: Any) -> None:
        self._plain, self._zipped = app, GZipMiddleware(app, minimum_size=500, compresslevel=6)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        streamed = (
            scope["path"] == "/events"
            or "/queue/data" in scope["path"]
            or "/heartbeat" in scope["path"]
        )
        await (self._plain if streamed else self._zipped)(scope, receive, send)


_PRESSED = frozenset(action.value for action in (*OF_ANSWERS, *ON_PEOPLE))


def _is_about(value: object) -> bool:
    """Return whether a value may be the object of a button (`Button.about`)."""
    return isinstance(value, str) and re.fullmatch(r"[a-zA-Z0-9-]{0,64}", value) is not None


class Desk:
    """The handlers of the requests that `Guard` allows."""

    def __init__(self, adapter: Host, password: Password, logins: Logins) -> None:
        self._adapter, self._password, self._logins = adapter, password, logins

    async def health(self, _request: Any) -> Any:
        """Respond with "ok" as long as the process runs."""
        return Response("ok", media_type="text/plain")

    async def vitals(self, request: Any) -> Any:
        """Respond to a probe of the process, or with its metrics."""
        facts = facts_of(request)
        if self._adapter.vitals is None:
            return Response(status_code=404)
        path = request.url.path
        report = await self._adapter.vitals.report(path, local=facts.local, bearer=facts.bearer)
        headers = {"Cache-Control": "no-store", "Content-Type": report.kind}
        return Response(report.body, report.status, headers)

    async def page(self, request: Any) -> Any:
        """Respond with the page and renew the visitor's cookies."""
        facts = facts_of(request)
        visitor, known = facts.visitor, facts.known
        if visitor is None:
            visitor = newcomer(request)
            known = not self._password.needed
        words = words_in(visitor.author.language)
        if known:
            try:
                chat = await self._adapter.chat(visitor)
            except StorageFault:
                return Response(words.offline, status_code=503, headers={"Retry-After": "5"})
            words = words_in(chat.language or visitor.author.language)
            leaves, hears = self._password.needed, self._adapter.settings.hears
            html, policy = page(chat, words, MOST_TEXT, leaves=leaves, hears=hears)
        else:
            told = {"wrong": words.wrong, "busy": words.busy}.get(request.url.query, "")
            html, policy = login_page(words, told)
        response = HTMLResponse(html, headers={**HEADERS, "Content-Security-Policy": policy})
        self._admit(response, facts, visitor, known=known)
        return response

    async def login(self, request: Any) -> Any:
        """Admit a person who knows the password, as a new visitor.

        The visitor gets a new token. A token that somebody planted in this browser before is
        therefore useless.
        """
        facts = facts_of(request)
        given = form_field(await request.body(), "password")
        verdict = await self._logins.check(facts.address, given)
        if verdict is not Verdict.RIGHT:
            return RedirectResponse(f"./?{verdict.value}", status_code=303)
        response = RedirectResponse("./", status_code=303)
        self._admit(response, facts, newcomer(request), known=True)
        return response

    async def logout(self, request: Any) -> Any:
        """Delete this browser's cookies, which logs it out."""
        response = RedirectResponse("./", status_code=303)
        for name in (VISITOR_COOKIE, PASS_COOKIE):
            set_cookie(response, facts_of(request), name, "")
        return response

    async def ask(self, request: Any) -> Any:
        """Submit a question. The response holds the engine's refusal if it is not answered."""
        data = fields_of(await request.body(), id=str, text=str)
        if (
            data is None
            or not _QUESTION_ID.match(data["id"])
            or (files := ids_of(data.get("files", []))) is None
            or not (0 if files else 1) <= len(data["text"].strip()) <= MOST_TEXT
        ):
            return Response(status_code=400)
        try:
            word = await self._adapter.ask(
                visitor_of_request(request), data["id"], well_formed(data["text"]), files
            )
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        return JSONResponse({"word": word} if word else {}, status_code=202)

    async def press(self, request: Any) -> Any:
        """Submit a pressed button. The response holds the engine's text for the visitor."""
        data = fields_of(await request.body(), handle=str, action=str)
        # A page that was opened before an update sends no `about`.
        about = data.get("about", "") if data is not None else None
        if data is None or data["action"] not in _PRESSED or not _is_about(about):
            return Response(status_code=400)
        visitor, handle = visitor_of_request(request), well_formed(data["handle"])
        try:
            word = await self._adapter.press(visitor, handle, Action(data["action"]), str(about))
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        return JSONResponse({"word": word})

    async def events(self, request: Any) -> Any:
        """Stream the changes of the chat.

        A page that reconnects names the last event that it has seen (`Last-Event-ID`, or
        ``?seen=``).
        """
        # A page sends HEAD to learn whether its visitor is still admitted. A stream would occupy a
        # connection.
        if request.method == "HEAD":
            return Response()
        try:
            chat = await self._adapter.chat(visitor_of_request(request))
        except StorageFault:
            return Response(status_code=503)
        if chat.readers >= STREAMS_PER_VISITOR:
            return Response(status_code=429)
        seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(
            follow(self._adapter, chat, seen), media_type="text/event-stream", headers=headers
        )

    async def file(self, request: Any) -> Any:
        """Respond with a file that an answer offered."""
        try:
            chat = await self._adapter.chat(visitor_of_request(request))
        except StorageFault:
            return Response(status_code=503, headers={"Retry-After": "3"})
        found = chat.file(request.path_params["link"])
        if found is None:
            return Response(status_code=404)
        name, content = found
        return Response(content, headers=file_headers(name))

    def _admit(self, response: Any, facts: Facts, visitor: Visitor, *, known: bool) -> None:
        """Set the visitor's cookies. The pass is set only for a visitor who is known."""
        set_cookie(response, facts, VISITOR_COOKIE, visitor.token)
        if known and self._password.needed:
            set_cookie(response, facts, PASS_COOKIE, self._password.new_pass(visitor))
