"""Ask the running process whether it is ready: ``pipit health``, for HEALTHCHECK and people.

Only the ports are read from the settings, so that the command is fast.
"""

from __future__ import annotations

import http.client
import sys
from collections.abc import Mapping
from pathlib import Path

from adapters.edge.vitals import READY
from bot import EXIT_NOT_DONE, EXIT_OK, EXIT_SETTINGS, EXIT_UNAVAILABLE
from bot.env_reader import reader_of

SECONDS = 5.0


def ask(environment: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> int:
    """Print the process's report on itself. Return 0 if it is ready."""
    read = reader_of(environment, dotenv)
    port = read.integer("HEALTH_PORT", 0, 0, 65_535, "")
    host = read.text("HEALTH_HOST", "127.0.0.1")
    if not port and read.text("WEB") == "1":
        port, host = read.integer("PORT", 8080, 0, 65_535, ""), "127.0.0.1"
    if not port:
        print("set HEALTH_PORT, or WEB=1, so that the process can be asked", file=sys.stderr)
        return EXIT_SETTINGS
    # An address that means all addresses of this machine is replaced by the loopback address.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing is bound
    try:
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
        connection.request("GET", READY)
        answer = connection.getresponse()
        print(answer.read(64_000).decode("utf-8", "replace").strip())
        connection.close()
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        print(f"nothing answers on {host}, port {port} ({reason})", file=sys.stderr)
        return EXIT_UNAVAILABLE
    return EXIT_OK if answer.status == 200 else EXIT_NOT_DONE
