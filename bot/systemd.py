"""Report the state of the process to systemd (sd_notify(3)), without a library.

Without systemd nothing happens.
"""

from __future__ import annotations

import logging
import socket

log = logging.getLogger(__name__)


class Notifier:
    """A sender of the process's state to the socket that systemd named.

    `address` is NOTIFY_SOCKET, or "" without systemd. `watchdog_seconds` is the time within which
    systemd expects a sign of life, or 0 if it expects none.
    """

    def __init__(self, address: str, watchdog_usec: str = "") -> None:
        # A name that begins with @ belongs to Linux's abstract namespace.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog_seconds = int(watchdog_usec) / 1e6 if watchdog_usec.isdigit() else 0.0

    def tell(self, *states: str) -> None:
        """Send states such as ``READY=1``. A failure is only logged at DEBUG."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
                told.settimeout(0)
                told.sendto("\n".join(states).encode(), self._address)
        except OSError as error:
            log.debug("systemd could not be notified: %s", error)
