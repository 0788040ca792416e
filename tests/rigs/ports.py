"""Find ports for servers that need to know their port before they listen."""

from __future__ import annotations

import secrets
import socket

# Ports below the range that Linux uses for outgoing connections (from 32768 on), because such a
# connection could take the port in the meantime.
_FROM, _TO = 10_000, 32_000


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
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
