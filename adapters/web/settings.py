"""The settings of the web adapter."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WebSettings:
    """The address on which the page listens, and the visitors whom it admits.

    If `password` is empty, everybody is admitted. `questions_per_address` limits the questions of
    one network address in a minute. They are counted by address because a browser can become a new
    visitor at any time. `trusted_proxies` is the number of proxies before the page whose forwarded
    addresses are trusted. `hosts` are the host names, in lower case, to which the page answers. The
    menu offers the `models`. `hears` is true if voice messages are transcribed, so that the page
    can record them. `speaks` is true if answers can be spoken.
    """

    port: int = 8080
    host: str = "0.0.0.0"  # noqa: S104 - a page must be reachable from outside
    password: str = field(default="", repr=False)
    questions_per_address: int = 60
    trusted_proxies: int = 0
    hosts: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    hears: bool = False
    speaks: bool = False
