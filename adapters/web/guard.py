"""Check every request to the page and to the panel before it reaches a handler.

`Guard` reads a request's header and body within limits and refuses bad requests. It passes on a
cleaned ASGI scope. The scope has the headers that the page and the panel need, and the host and the
scheme that the browser sees. Its only cookies are the visitor's. No code behind the guard therefore
parses a header of unknown size.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adapters.edge.addresses import client_network
from adapters.edge.seldom import Seldom
from adapters.edge.vitals import PATHS, bearer_of, is_local
from adapters.web.door import (
    PASS_COOKIE,
    VISITOR_COOKIE,
    Password,
    Visitor,
    cookie_name,
    cookie_of,
    is_foreign,
    is_secure,
    of_origin,
    visitor_of,
)
from adapters.web.icons import OPEN_PATHS
from adapters.web.limits import Turnstile
from adapters.web.refusals import Answer, Refusal
from engine.tasks import describe

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from adapters.edge.gate import Connection, Gate
    from adapters.web.settings import WebSettings
    from engine.tasks import Clock

log = logging.getLogger(__name__)

MOST_BODY_BYTES = 64_000
# The size of a question of 64,000 characters as JSON with four bytes each, and the number of
# questions of that size that may be read at once.
MOST_QUESTION_BYTES, LONG_QUESTIONS = 300_000, 8
MOST_COOKIE_BYTES = 4_096
MOST_HEADER_BYTES, MOST_HEADERS = 16_384, 100
MOST_TARGET_BYTES = 4_096
PIECES = "/upload/"  # only the first request for a file counts as a question
# Hosting platforms send probes to the IP address, with any Host header.
_PROBES = frozenset(("/health", *PATHS))
_OPEN_PATHS = frozenset(("/", "/login", "/logout", *_PROBES, *OPEN_PATHS))
_UNCOUNTED_POSTS = frozenset(("/login", "/logout"))  # the limits on password attempts are separate
_STREAMS = re.compile(r"/events|/gradio(?:/gradio_api)?/(?:heartbeat/.*|queue/data)")
# Only these headers are passed on. All others, such as X-Forwarded-Host and Range, are dropped.
_PASSED_ON = frozenset(
    b"accept accept-encoding accept-language content-type if-none-match last-event-id".split()
)  # fmt: skip
_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_LOCAL = re.compile(r"(?:.*\.)?localhost|[^.]+|.*\.(?:local|lan|home|internal|home\.arpa)")
_NUMERIC = re.compile(r"\[.*\]|\d{1,3}(?:\.\d{1,3}){3}")


@dataclass(frozen=True)
class Facts:
    """The facts that `Guard` found about a request. Handlers read them from ``scope["pipit"]``.

    `local` is true if the request comes from this machine without a proxy. `bearer` is the token
    that the request carries.
    """

    visitor: Visitor | None
    known: bool
    address: str
    secure: bool
    local: bool = False
    bearer: str = ""


class Head:
    """The head of a request: its target and headers. It is parsed in linear time."""

    def __init__(self, scope: MutableMapping[str, Any], settings: WebSettings) -> None:
        self._raw: list[tuple[bytes, bytes]] = list(scope["headers"])
        self._settings = settings
        self.method, self.path = scope["method"], scope["path"]
        self.target_bytes = len(scope["raw_path"]) + len(scope["query_string"])
        self.peer = scope["client"][0] if scope["client"] else ""
        self._scheme = scope["scheme"]

    def all(self, name: bytes) -> list[str]:
        """Return all values of a header."""
        return [value.decode("latin-1") for key, value in self._raw if key == name]

    @cached_property
    def size_bytes(self) -> int:
        """Return the length of all headers in bytes."""
        return sum(len(key) + len(value) + 4 for key, value in self._raw)

    @property
    def count(self) -> int:
        """Return the number of headers."""
        return len(self._raw)

    @cached_property
    def cookie_bytes(self) -> int:
        """Return the length of all Cookie headers in bytes."""
        return sum(len(value) for key, value in self._raw if key == b"cookie")

    @cached_property
    def names(self) -> dict[str, str]:
        """Return the headers by name. For a repeated header only the last value is kept."""
        return {key.decode("latin-1"): value.decode("latin-1") for key, value in self._raw}

    @cached_property
    def host(self) -> str:
        """Return the host that the browser asked for, or "" if it is missing or malformed.

        A trusted proxy may name the host in X-Forwarded-Host. The last value comes from the nearest
        proxy.
        """
        hosts = self.all(b"host")
        if self._settings.trusted_proxies and self.all(b"x-forwarded-host"):
            hosts = [self.all(b"x-forwarded-host")[-1].rpartition(",")[2].strip()]
        return hosts[0] if len(hosts) == 1 and _HOST.fullmatch(hosts[0]) else ""

    @cached_property
    def secure(self) -> bool:
        """Return whether the browser uses HTTPS."""
        return is_secure(self._scheme, self.names)

    @cached_property
    def address(self) -> str:
        """Return the network to which the request is attributed."""
        forwarded = self.all(b"x-forwarded-for")
        return client_network(self.peer, forwarded, self._settings.trusted_proxies)

    @property
    def foreign(self) -> bool:
        """Return whether a page of another site made the request."""
        return is_foreign({**self.names, "host": self.host})

    def cookie(self, name: str) -> str:
        """Return the value of one of Pipit's cookies."""
        return cookie_of(self.all(b"cookie"), cookie_name(name, secure=self.secure))

    def expected_bytes(self) -> int:
        """Return the announced length of the body in bytes, or 0 if none is announced.

        Raises ValueError if the header is malformed.
        """
        lengths = self.all(b"content-length")
        if not lengths:
            return 0
        if len(set(lengths)) > 1 or not re.fullmatch(r"\d{1,18}", lengths[0]):
            raise ValueError("no length")
        return int(lengths[0])

    @property
    def most_bytes(self) -> int:
        """Return the largest number of bytes that the request's body may have."""
        long = self.path == "/ask" or self.path.startswith(PIECES)
        return MOST_QUESTION_BYTES if long else MOST_BODY_BYTES

    @property
    def is_long(self) -> bool:
        """Return whether the announced body is that of a long question."""
        return self.most_bytes >= self.expected_bytes() > MOST_BODY_BYTES

    def clean(self, visitor: Visitor | None, body_bytes: int) -> list[tuple[bytes, bytes]]:
        """Return the headers that the applications behind the guard receive."""
        kept = [(key, value) for key, value in self._raw if key in _PASSED_ON]
        kept.append((b"host", self.host.encode()))
        if body_bytes:
            kept.append((b"content-length", str(body_bytes).encode()))
        if visitor is not None:
            kept.append((b"cookie", f"{VISITOR_COOKIE}={visitor.token}".encode()))
        return kept


def is_known_host(host: str, settings: WebSettings) -> bool:
    """Return whether the page answers to this host name.

    Anybody can let a name resolve to the page's address, and so use the page through a visitor's
    browser (DNS rebinding). Without a password, a proxy or `hosts`, the page therefore answers only
    to IP addresses and local names.
    """
    name = re.sub(r":\d+\Z", "", host).lower().rstrip(".")
    if _NUMERIC.fullmatch(name) or name in settings.hosts:
        return True
    if settings.hosts:
        return name == "localhost"
    return bool(settings.password or settings.trusted_proxies or _LOCAL.fullmatch(name))


class Guard:
    """The ASGI application that checks each request before the page's own application."""

    def __init__(
        self, app: Any, settings: WebSettings, password: Password, gate: Gate, clock: Clock
    ) -> None:
        self._app, self._settings, self._password, self._gate = app, settings, password, gate
        self._questions = Turnstile(settings.questions_per_address, clock)
        self._told = Seldom(log, clock)
        self._long = 0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on, or refuse it."""
        connection = self._gate.connection(scope.get("client"))
        if scope["type"] != "http" or connection is None:
            # The client has disconnected. The server sends no lifespan events and accepts no
            # websockets.
            return
        answer = Answer(send)
        try:
            await self._serve(scope, receive, answer, connection)
        except Exception as error:  # noqa: BLE001 - a stranger's request must not write a traceback, nor end unanswered
            self._told.warning("web: a request failed: %s", describe(error))
            if answer.begun:
                connection.abort()
            else:
                await answer.refuse(Refusal(500, closes=True))
        finally:
            connection.done()

    async def _serve(
        self,
        scope: MutableMapping[str, Any],
        receive: Any,
        answer: Answer,
        connection: Connection,
    ) -> None:
        head = Head(scope, self._settings)
        may_begin = connection.begin(head.address)
        answer.languages = head.names.get("accept-language", "")
        visitor = visitor_of(head.cookie(VISITOR_COOKIE), answer.languages)
        known = self._password.knows(visitor, head.cookie(PASS_COOKIE))
        refusal = (
            _misshapen(head)
            or (None if may_begin else Refusal(429, "crowded", closes=True))
            or self._unwanted(head, visitor if known else None)
        )
        streams = head.method == "GET" and _STREAMS.fullmatch(head.path)
        if refusal is None and streams and not connection.stream():
            refusal = Refusal(429, "pages")
        if refusal is not None:
            await answer.refuse(refusal)
            return
        body = b""
        if head.method == "POST":
            connection.expect_body()
            whole = await self._read_body(head, receive)
            if whole is None:
                await answer.refuse(_TOO_LARGE)
                return
            body = whole
            connection.serve()
        if visitor is not None:
            visitor = of_origin(visitor, head.address)
        bearer = bearer_of(head.names.get("authorization", ""))
        scope["pipit"] = Facts(
            visitor, known, head.address, head.secure, is_local(head.peer, head.names), bearer
        )
        scope["headers"] = head.clean(visitor, len(body))
        scope["scheme"] = "https" if head.secure else "http"
        await self._app(scope, _Replayed(body, receive), answer)

    async def _read_body(self, head: Head, receive: Any) -> bytes | None:
        """Return the body, or None if it is refused.

        It is refused if it is too long or incomplete, or if too many long bodies are being read.
        """
        if not head.is_long:
            return await _body(receive, MOST_BODY_BYTES)
        if self._long >= LONG_QUESTIONS:
            return None
        self._long += 1
        try:
            return await _body(receive, MOST_QUESTION_BYTES)
        finally:
            self._long -= 1

    def _unwanted(self, head: Head, visitor: Visitor | None) -> Refusal | None:
        """Return the refusal of a well-formed request, or None.

        `visitor` is None if the visitor is not admitted.
        """
        if head.path not in _PROBES and not is_known_host(head.host, self._settings):
            self._told.warning(
                "web: a request named the host %s; add it to WEB_HOSTS to allow it", head.host
            )
            return _UNKNOWN_HOST
        if head.method not in ("GET", "HEAD") and head.foreign:
            return Refusal(403)
        if head.path not in _OPEN_PATHS and visitor is None:
            return Refusal(401)
        free = head.path in _UNCOUNTED_POSTS or head.path.startswith(PIECES)
        counts = head.method == "POST" and not free
        if counts and not self._questions.passes(head.address):
            return Refusal(429, "hurried")
        return None


_TOO_LARGE = Refusal(413, "long", closes=True)
_UNKNOWN_HOST = Refusal(421, "name")


def _misshapen(head: Head) -> Refusal | None:
    """Return the refusal of a request for its head, or None if the head is sound."""
    said = _oversized(head)
    if said:
        return Refusal(414 if head.target_bytes > MOST_TARGET_BYTES else 431, said, closes=True)
    if not head.host and head.path not in _PROBES:
        return Refusal(400, "The Host header is missing or wrong.", closes=True)
    if head.method not in ("GET", "HEAD", "POST"):
        return Refusal(405, closes=True)
    try:
        expected = head.expected_bytes()
    except ValueError:
        return Refusal(400, "The Content-Length header is wrong.", closes=True)
    unasked = head.method != "POST" and (expected or head.all(b"transfer-encoding"))
    return _TOO_LARGE if expected > head.most_bytes or unasked else None


def _oversized(head: Head) -> str:
    """Return the text about the part of the head that is too long (`Refusal.said`), or ""."""
    if head.target_bytes > MOST_TARGET_BYTES:
        return "The address is too long."
    if head.cookie_bytes > MOST_COOKIE_BYTES:
        return "cookies"
    too_long = head.size_bytes > MOST_HEADER_BYTES or head.count > MOST_HEADERS
    return "The header is too long." if too_long else ""


async def _body(receive: Any, most: int) -> bytes | None:
    """Return the body, or None if it is longer than `most` bytes or incomplete."""
    body = b""
    while True:
        message = await receive()
        piece: bytes = message.get("body", b"")
        body += piece
        if message["type"] != "http.request" or len(body) > most:
            return None
        if not message.get("more_body"):
            return body


class _Replayed:
    """An ASGI `receive` that first returns the read body, then the server's own messages."""

    def __init__(self, body: bytes, receive: Any) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Any:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
