"""The settings of probes, metrics and messages to admins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.env_reader import Reader


@dataclass(frozen=True)
class HealthSettings:
    """The settings of probes and metrics.

    If `port` is 0, they are served only on the page's port. `token` allows details and metrics for
    requests from other machines.
    """

    port: int = 0
    host: str = "127.0.0.1"
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class AlertSettings:
    """A webhook that receives the messages to admins. `form` is NTFY, GOTIFY or JSON."""

    url: str = field(default="", repr=False)
    form: str = "NTFY"


def read_health(read: Reader) -> HealthSettings:
    """Read the settings of probes and metrics."""
    return HealthSettings(
        port=read.integer("HEALTH_PORT", 0, 0, 65_535, ""),
        host=read.text("HEALTH_HOST", "127.0.0.1"),
        token=read.secret("METRICS_TOKEN", r"[!-~]{8,200}", "8 to 200 characters without blanks"),
    )


def read_alerts(read: Reader) -> AlertSettings:
    """Read the settings of the webhook that receives the messages to admins."""
    return AlertSettings(
        url=read.secret("ALERT_URL", r"https?://\S+", "an address that begins with https://"),
        form=read.choice("ALERT_FORMAT", "NTFY", ("NTFY", "GOTIFY", "JSON")),
    )
