"""Find the network address to which a request is attributed."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREFIX = 64  # one IPv6 customer has at least a /64 (RFC 6177) and may use any address in it


def network_of(address: str) -> str:
    """Return an IPv4 address unchanged, or the /64 network of an IPv6 address.

    Text that is not an address is returned too, cut to 64 characters. An IPv4 address in IPv6 form
    (``::ffff:192.0.2.1``) counts as IPv4.
    """
    parsed = _parsed(address)
    if parsed is None:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> _PREFIX << _PREFIX, _PREFIX)))
    return str(parsed)


def client_network(peer: str, forwarded: Sequence[str], proxies: int) -> str:
    """Return the network that a request comes from, given the number of trusted proxies before us.

    `forwarded` are the values of X-Forwarded-For. Each proxy appends the address that it saw. With
    n proxies, the n-th value from the end is therefore the client's address. Earlier values come
    from the client itself and are not trusted. Without a trusted proxy, the header is ignored.
    """
    if proxies <= 0:
        return network_of(peer)
    seen = [part.strip() for part in ",".join(forwarded).split(",") if part.strip()]
    client = seen[-min(proxies, len(seen))] if seen else peer
    return network_of(client if _parsed(client) is not None else peer)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parse an address that may have brackets, a port or a zone.

    Return None if it is not an address.
    """
    text = text[:64]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
