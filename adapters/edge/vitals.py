"""The interface through which a listening server answers probes and returns metrics.

The probes ask whether the process is alive and whether it is ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

LIVE, READY, METRICS = "/live", "/ready", "/metrics"
PATHS = (LIVE, READY, METRICS)
# Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/).
METRICS_KIND = "text/plain; version=0.0.4; charset=utf-8"
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_FORWARDED = ("x-forwarded-for", "forwarded")


@dataclass(frozen=True)
class Report:
    """The response to a probe."""

    status: int
    body: str
    kind: str = "text/plain; charset=utf-8"


class Vitals(Protocol):
    """The health of the process, for the probes of a listening server."""

    async def report(self, path: str, *, local: bool, bearer: str) -> Report:
        """Answer a probe.

        Details and metrics are returned only to requests from this machine (`local`) and to
        requests with the operator's token (`bearer`).
        """


def bearer_of(authorization: str) -> str:
    """Return the token of an Authorization header, or "" if it has none."""
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def is_local(peer: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from this machine without a proxy."""
    return peer.startswith(_LOOPBACK) and not any(name in headers for name in _FORWARDED)
