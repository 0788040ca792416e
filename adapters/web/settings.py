"""The settings of the page."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WebSettings:
    """Where the page listens, and who is admitted.

    An empty `password` admits everybody. `questions_per_address` bounds the questions of one
    network address in a minute, because a browser can become a new visitor at any time.
    `trusted_proxies` is the number of proxies before the page, whose forwarded addresses are
    believed. `hosts` are the names that the page answers to, in lower case.
    """

    port: int = 8080
    host: str = "0.0.0.0"  # noqa: S104 - a page is to be reached from outside
    password: str = field(default="", repr=False)
    questions_per_address: int = 60
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ()
