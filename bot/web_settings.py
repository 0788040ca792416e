"""The settings of the web page."""

from __future__ import annotations

import ipaddress
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.web import WebSettings
    from bot.env_reader import Reader


def read_web(read: Reader) -> WebSettings | None:
    """Return the settings of the page, or None if the page is off or Gradio is missing."""
    wanted = read.choice("WEB", "0", ("0", "1")) == "1"
    port = read.integer("PORT", 8080, 1, 65_535, "") if wanted else 0
    password = read.secret("WEB_PASSWORD", r"\S.{5,198}\S", "a password of 7 to 200 characters")
    proxies = read.integer("TRUSTED_PROXIES", 0, 0, 9, "proxies before the page")
    hosts = _hosts(read)
    # Without a password, only this machine may use the page, unless the operator sets another host.
    host = read.text("WEB_HOST") or ("0.0.0.0" if password else "127.0.0.1")  # noqa: S104 - see above
    if not _is_address(host):
        read.problems.append(
            f"WEB_HOST={host!r}: takes an IP address of this machine, such as 127.0.0.1 or 0.0.0.0"
        )
    if not wanted:
        return None
    if read.text("TELEGRAM_WEBHOOK_URL"):
        read.problems.append(
            "WEB: the page and a webhook cannot both listen on PORT; leave TELEGRAM_WEBHOOK_URL out"
        )
    if find_spec("gradio") is None:
        read.problems.append(
            "WEB: the page needs Gradio: make install-web, or pip install -r requirements-web.txt"
        )
        return None
    from adapters.web import (  # noqa: PLC0415 - its parts are loaded only where they are used
        WebSettings,
    )

    return WebSettings(
        port=port, host=host, password=password, trusted_proxies=proxies, hosts=hosts
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return text == "localhost"
    return True


def _hosts(read: Reader) -> tuple[str, ...]:
    hosts = tuple(name.lower() for name in read.names("WEB_HOSTS"))
    wrong = [name for name in hosts if not re.fullmatch(r"[a-z0-9._-]{1,253}", name)]
    if wrong:
        read.problems.append(
            f"WEB_HOSTS={wrong[0]!r}: takes a comma list of host names without port, such as "
            f"bot.example.org"
        )
    return hosts
