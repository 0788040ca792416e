"""What the page needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WebSettings:
    """Where to listen, and who may come in: everybody, or who knows the password.

    `questions_per_address` bounds what comes from one network address in a minute, since a browser
    can leave its visitor behind as often as it likes; many phones may share an address.
    `trusted_proxies` says how many proxies stand before the page: so many forwarded addresses are
    believed. `hosts` are the names that the page answers to, in lower case.
    """

    port: int = 8080
    host: str = "0.0.0.0"  # noqa: S104 - a page is to be reached from outside
    password: str = field(default="", repr=False)
    questions_per_address: int = 60
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ()
