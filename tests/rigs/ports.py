"""Ports for servers that have to be told theirs before they listen."""

from __future__ import annotations

import secrets
import socket

# Below what Linux gives to outgoing connections (32768 on), or one of those may take the port in
# the meantime.
_FROM, _TO = 10_000, 32_000


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    while True:
        port = _FROM + secrets.randbelow(_TO - _FROM)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if _binds(probe, port):
                return port


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
