"""Serve the REST calls of the imitated Discord.

The steps of a call are: log, faults, token, rate limits, handler, response. ``discord_messages``
and ``discord_interactions`` define the routes. This module knows no route by name.
"""

from __future__ import annotations

import json
import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable

from aiohttp import BodyPartReader, web

from tests.servers.discord_limits import Answer, Call, Fault, RateLimits, Refusal, Watch

if TYPE_CHECKING:
    from tests.servers.discord_world import Clock


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    name: str
    content: bytes
    content_type: str


@dataclass
class Request:
    """A call as a handler sees it.

    `files` are keyed by the number in their field name ``files[n]``.
    """

    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: dict[int, Upload] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """Return an id from the path."""
        return int(self.params[name])

    @property
    def channel_id(self) -> int | None:
        return int(self.params["channel_id"]) if "channel_id" in self.params else None


Handler = Callable[[Request], Answer]


@dataclass(frozen=True)
class Route:
    """A method and a path with its handler.

    `bucket` names the rate limit that it counts against. `with_token` routes need the bot's token;
    the others are those of interactions, which carry their own and are outside the global limit.
    """

    name: str
    method: str
    path: str
    handler: Handler
    bucket: str = ""
    with_token: bool = True

    @property
    def pattern(self) -> str:
        return re.sub(r"\{(\w+_id)\}", r"{\1:\\d+}", self.path)


class Rest:
    """The REST server: it answers calls and keeps their log."""

    def __init__(self, token: str, clock: Clock, limits: RateLimits, watch: Watch) -> None:
        self._token = token
        self._clock = clock
        self._watch = watch
        self.limits = limits
        self.calls: list[Call] = []
        self.faults: list[Fault] = []

    def mount(self, app: web.Application, prefix: str, routes: list[Route]) -> None:
        """Serve `routes` below `prefix`, and Discord's 404 for everything else there."""
        for route in routes:
            app.router.add_route(route.method, prefix + route.pattern, self._serve(route))
        unknown = Route("unknown", "*", "/{anything:.*}", _not_found)
        app.router.add_route("*", prefix + unknown.path, self._serve(unknown))

    def _serve(self, route: Route) -> Callable[[web.Request], Any]:
        async def serve(incoming: web.Request) -> web.StreamResponse:
            return await self._respond(route, incoming)

        return serve

    async def _respond(self, route: Route, incoming: web.Request) -> web.StreamResponse:
        request = await _read(incoming)
        call = self._log(route, incoming, request)
        fault = self._pick_fault(call)
        self._watch.changed()
        if fault is not None:
            await fault.pause()
        if fault is not None and fault.cuts_before:
            return self._cut(call, incoming)
        answer = (fault and fault.answer()) or self._answer(route, request, incoming)
        if fault is not None and fault.cuts_after:
            return self._cut(call, incoming)
        self.limits.note(answer)
        self._close(call, answer.status, answer.payload)
        return _response(answer)

    def _log(self, route: Route, incoming: web.Request, request: Request) -> Call:
        names = tuple(file.name for file in request.files.values())
        call = Call(
            self._clock(), route.name, incoming.method, route.path, incoming.path, request.channel_id, request.body,
            request.query, incoming.headers, names,
        )  # fmt: skip
        self.calls.append(call)
        return call

    def _pick_fault(self, call: Call) -> Fault | None:
        for fault in self.faults:
            if fault.matches(call.name, call.channel_id):
                fault.used += 1
                call.fault = fault.kind
                return fault
        return None

    def _answer(self, route: Route, request: Request, incoming: web.Request) -> Answer:
        if route.with_token and incoming.headers.get("Authorization") != f"Bot {self._token}":
            return Answer(401, {"message": "401: Unauthorized", "code": 0})
        major = request.params.get("channel_id") or request.params.get("token", "")
        refused, headers = self.limits.take(route.bucket, major, counts_globally=route.with_token)
        answer = refused or _carry_out(route, request)
        answer.headers.update(headers)
        return answer

    def _cut(self, call: Call, incoming: web.Request) -> web.StreamResponse:
        self._close(call, 0, None)
        reset(incoming)
        return web.Response()

    def _close(self, call: Call, status: int, payload: Any) -> None:
        call.status, call.answer, call.answered_at = status, payload, self._clock()
        self._watch.changed()


def reset(incoming: web.Request) -> None:
    """Reset a connection, so that the peer receives nothing of the pending data."""
    if incoming.transport is None:
        return
    raw = incoming.transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    incoming.transport.abort()


def _carry_out(route: Route, request: Request) -> Answer:
    try:
        return route.handler(request)
    except Refusal as refusal:
        return refusal.answer()


def _not_found(_: Request) -> Answer:
    raise Refusal(404, 0, "404: Not Found")


def _response(answer: Answer) -> web.Response:
    """Send a response.

    The content type is exactly ``application/json``, which discord.py requires.
    """
    if answer.payload is None:
        return web.Response(
            status=204 if answer.status == 200 else answer.status, headers=answer.headers
        )
    html = isinstance(answer.payload, str)
    body = answer.payload if html else json.dumps(answer.payload)
    headers = {**answer.headers, "Content-Type": "text/html" if html else "application/json"}
    return web.Response(status=answer.status, body=body.encode(), headers=headers)


async def _read(incoming: web.Request) -> Request:
    request = Request(incoming.match_info, dict(incoming.query))
    if incoming.content_type == "multipart/form-data":
        await _read_parts(incoming, request)
    elif incoming.can_read_body:
        request.body = _json(await incoming.text())
    return request


async def _read_parts(incoming: web.Request, request: Request) -> None:
    parts = await incoming.multipart()
    while isinstance(part := await parts.next(), BodyPartReader):
        field_name = part.name or ""
        content = bytes(await part.read(decode=True))
        if field_name == "payload_json":
            request.body = _json(content.decode())
        elif (numbered := re.fullmatch(r"files\[(\d+)\]", field_name)) is not None:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            request.files[int(numbered[1])] = Upload(part.filename or "unknown", content, kind)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
