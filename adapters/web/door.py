"""Who may in: visitors by cookie, a password if one is set, no request from another site, few from one address.

A visitor is a random token in a cookie that no script can read. The chat's key is a digest of it,
so that neither the store nor a log holds what would open somebody's chat.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections import deque
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cachetools import TTLCache

from engine.contract import Author, ChatKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.tasks import Clock

PLATFORM = "web"
VISITOR_COOKIE, PASS_COOKIE = "pipit", "pipit_pass"
COOKIE_SECONDS = 400 * 86_400  # browsers keep none longer (RFC 6265bis)
MINUTE_SECONDS = 60.0
LOGINS_PER_ADDRESS = 10
ADDRESS_CHARACTERS = 64  # the longest, an IPv6 address with a zone or a port, has fewer
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class Visitor:
    """A browser; `token` opens its chat and goes nowhere but into its cookie."""

    token: str
    key: ChatKey
    author: Author


def visitor_of(token: str, headers: Mapping[str, str]) -> Visitor | None:
    """Return whom a cookie's token names, None if it is none of ours."""
    if not _TOKEN.match(token):
        return None
    name = hashlib.sha256(b"pipit visitor " + token.encode()).hexdigest()[:32]
    spoken = _LANGUAGE.match(headers.get("accept-language", ""))
    return Visitor(
        token, ChatKey(PLATFORM, name), Author(name, "", spoken.group() if spoken else "")
    )


def new_token() -> str:
    """Return 256 random bits."""
    return secrets.token_urlsafe(32)


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the cookies of a request; unreadable ones count as none."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def cookie(name: str, value: str, *, secure: bool) -> str:
    """Return a Set-Cookie line.

    Over HTTPS the page may stand in a frame of another site (Spaces does that): there only a cookie
    with ``SameSite=None`` is kept, and ``Partitioned`` binds it to that site. What other sites ask
    is refused: `is_foreign`.
    """
    place = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"
    return f"{name}={value}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; {place}"


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Say whether another site's page made this request. Every browser of today sends one of the two headers."""
    site = headers.get("sec-fetch-site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc != headers.get("host", "")


def is_secure(scheme: str, headers: Mapping[str, str]) -> bool:
    """Say whether the browser speaks HTTPS, to us or to the proxy before us."""
    return (
        scheme == "https" or headers.get("x-forwarded-proto", "").split(",")[0].strip() == "https"
    )


def address_of(peer: str, headers: Mapping[str, str]) -> str:
    """Return the address that a request comes from: what the nearest proxy saw, if it comes from inside."""
    try:
        inside = not ipaddress.ip_address(peer).is_global
    except ValueError:
        inside = False
    seen = headers.get("x-forwarded-for", "").split(",")[-1].strip() if inside else ""
    return seen[:ADDRESS_CHARACTERS] or peer  # a header can be long, and addresses are remembered


class Password:
    """The page's password; what a visitor keeps proves that they knew it, and ends when it is changed."""

    def __init__(self, password: str) -> None:
        self._password = password.encode()

    def proof(self, visitor: Visitor) -> str:
        """Return what the visitor's cookie has to say."""
        return hmac.new(
            self._password, b"pipit page " + visitor.token.encode(), hashlib.sha256
        ).hexdigest()

    def knows(self, visitor: Visitor | None, cookies: Mapping[str, str]) -> bool:
        """Say whether a visitor may in."""
        if not self._password:
            return True
        given = cookies.get(PASS_COOKIE, "").encode()
        return visitor is not None and hmac.compare_digest(given, self.proof(visitor).encode())

    def right(self, given: str) -> bool:
        """Say whether this is the password, in a time that does not tell how much of it is right."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._password)


class Turnstile:
    """Let so many through from one address in a minute; 0 lets everybody through."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most, self._clock = most, clock
        self._recent: TTLCache[str, deque[float]] = TTLCache(
            4096, 2 * MINUTE_SECONDS, timer=clock.now
        )

    def passes(self, address: str) -> bool:
        """Count one and say whether it may pass."""
        if self._most <= 0:
            return True
        times, now = self._recent.get(address) or deque(), self._clock.now()
        while times and times[0] <= now - MINUTE_SECONDS:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        self._recent[address] = times
        return True
