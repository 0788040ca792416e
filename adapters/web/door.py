"""Admit visitors to the page: their cookie, the password, and no requests from other sites.

A visitor is a random token in a cookie that no script can read. The chat's key is a digest of the
token. Neither the store nor a log therefore has anything that gives access to a visitor's chat.
Over HTTPS the names of the cookies have the prefix ``__Host-``. A browser accepts such a cookie
only from exactly this host, so neither a neighbouring domain nor a plain-HTTP page can plant one
(RFC 6265bis).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adapters.web.wording import LANGUAGES
from engine.contract import Author, ChatKey
from engine.text.language_tags import primary_language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.tasks import Clock

PLATFORM = "web"
VISITOR_COOKIE, PASS_COOKIE = "pipit", "pipit_pass"
COOKIE_SECONDS = 400 * 86_400  # browsers keep no cookie longer than this (RFC 6265bis)
PASS_DAYS = 90  # a pass expires after this many days unless a visit renews it
DAY_SECONDS = 86_400
MOST_LANGUAGES = 10  # the limit on the tags of an Accept-Language header that are read
LANGUAGE_CHARACTERS = 35  # the recommended longest language tag (RFC 5646, section 4.4.1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,8}")
_PASS = re.compile(r"([0-9]{1,6})\.[0-9a-f]{64}")
# One derivation takes 32 MB and a quarter of a second, and happens only at the start (OWASP's
# parameters).
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 3, "maxmem": 64_000_000, "dklen": 32}


@dataclass(frozen=True)
class Visitor:
    """A browser. Its `token` gives access to its chat and is written only into its cookie."""

    token: str
    key: ChatKey
    author: Author


def visitor_of(token: str, accept_language: str = "") -> Visitor | None:
    """Return the visitor with this token, or None if the text is not a token."""
    return _visitor(token, accept_language) if _TOKEN.fullmatch(token) else None


def new_visitor(accept_language: str = "") -> Visitor:
    """Return a new visitor, whose token is 256 random bits."""
    return _visitor(secrets.token_urlsafe(32), accept_language)


def _visitor(token: str, accept_language: str) -> Visitor:
    name = hashlib.sha256(b"pipit visitor " + token.encode()).hexdigest()[:32]
    author = Author(name, "", wanted_language(accept_language))
    return Visitor(token, ChatKey(PLATFORM, name), author)


def wanted_language(accept_language: str) -> str:
    """Return the first tag of a language that Pipit speaks, or else the first tag, or "".

    Browsers list the languages in the person's order, so the weights are not read.
    """
    parts = accept_language.split(",", MOST_LANGUAGES)[:MOST_LANGUAGES]
    found = [_LANGUAGE.match(part.strip()) for part in parts]
    tags = [tag.group()[:LANGUAGE_CHARACTERS] for tag in found if tag]
    return next((tag for tag in tags if primary_language(tag) in LANGUAGES), "".join(tags[:1]))


# The key is random for each process, so nobody can compute the address from a stored origin.
_ORIGIN_KEY = secrets.token_bytes(32)


def of_origin(visitor: Visitor, address: str) -> Visitor:
    """Return the visitor with a keyed hash of the network address as `Author.origin`."""
    origin = hmac.new(_ORIGIN_KEY, address.encode(), hashlib.sha256).hexdigest()[:16]
    return replace(visitor, author=replace(visitor.author, origin=origin))


def cookie_name(name: str, *, secure: bool) -> str:
    """Return a cookie's name. Over HTTPS it has the prefix ``__Host-``."""
    return f"__Host-{name}" if secure else name


def cookie_of(headers: Sequence[str], name: str) -> str:
    """Return the value of a cookie, or "" if there is none or if there are two different values.

    Takes linear time. ``http.cookies`` takes quadratic time before Python 3.9.20, 3.10.15, 3.11.10
    and 3.12.6 (CVE-2024-7592). Two different values are a sign that somebody planted a cookie.
    """
    found = set()
    for part in ";".join(headers).split(";"):
        key, _, value = part.partition("=")
        if key.strip(" \t") == name:
            found.add(value.strip(" \t"))
    return found.pop() if len(found) == 1 else ""


def cookie(name: str, value: str, *, secure: bool) -> str:
    """Return the value of a Set-Cookie header. An empty `value` deletes the cookie.

    Over HTTPS another site may show the page in a frame, as Hugging Face Spaces does. In such a
    frame a browser keeps only cookies with ``SameSite=None``. ``Partitioned`` binds the cookie to
    that site. `is_foreign` refuses requests from other sites.
    """
    place = "SameSite=None; Secure; Partitioned" if secure else "SameSite=Lax"
    seconds = COOKIE_SECONDS if value else 0
    name = cookie_name(name, secure=secure)
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; {place}"


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Return whether a page of another site made this request.

    Every current browser sends at least one of the two headers that show this.
    """
    site = headers.get("sec-fetch-site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = headers.get("origin", "")
    try:
        return bool(origin) and urlsplit(origin).netloc != headers.get("host", "")
    except ValueError:  # the origin is malformed, because a bracket is not closed
        return True


def is_secure(scheme: str, headers: Mapping[str, str]) -> bool:
    """Return whether the browser uses HTTPS, either to this server or to a proxy before it."""
    proto = headers.get("x-forwarded-proto", "").split(",")[0].strip()
    return "https" in (scheme, proto)


def _as_typed(password: str) -> bytes:
    """Return a password in its normal form, Unicode's NFC.

    Keyboards encode some letters in different ways.
    """
    return unicodedata.normalize("NFC", password.strip()).encode("utf-8", "replace")


class Password:
    """The page's password and its passes.

    A pass in a cookie proves that its visitor knew the password. A pass is bound to one visitor and
    one day. It ends after `PASS_DAYS`, or when the password is changed. The key of the passes is
    derived slowly, so a stolen pass does not help to guess the password. Creating this object takes
    a quarter of a second.
    """

    def __init__(self, password: str, clock: Clock) -> None:
        self._password, self._clock = _as_typed(password), clock
        self._key = b""
        if password:
            self._key = hashlib.scrypt(password.encode(), salt=b"pipit page pass", **_SCRYPT)

    @property
    def needed(self) -> bool:
        """Return whether the page has a password at all."""
        return bool(self._password)

    def new_pass(self, visitor: Visitor) -> str:
        """Return a pass for a visitor, issued today."""
        return self._pass(visitor, self._today())

    def knows(self, visitor: Visitor | None, given: str) -> bool:
        """Return whether a visitor has a valid pass, or the page needs no pass."""
        if not self._password:
            return True
        parts = _PASS.fullmatch(given)
        if visitor is None or parts is None:
            return False
        day = int(parts.group(1))
        fresh = 0 <= self._today() - day <= PASS_DAYS
        return hmac.compare_digest(given, self._pass(visitor, day)) and fresh

    def right(self, given: str) -> bool:
        """Return whether this is the password. The comparison takes constant time.

        Spaces around it are ignored, because the keyboard of a phone adds a space after a word.
        """
        return hmac.compare_digest(_as_typed(given), self._password)

    def _pass(self, visitor: Visitor, day: int) -> str:
        said = f"pipit page {visitor.token} {day}".encode()
        return f"{day}.{hmac.new(self._key, said, hashlib.sha256).hexdigest()}"

    def _today(self) -> int:
        return int(self._clock.time() // DAY_SECONDS)
