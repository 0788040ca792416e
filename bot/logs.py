"""Log to standard error as text or JSON, with secrets removed.

Each line has the time with its zone and, while a question is answered, the number of its ledger row
(`engine.counters.question`). The next process after a kill uses the same number.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from datetime import datetime, timezone

from engine.counters import question

# These libraries log URLs with tokens, payloads or message texts, some even at INFO.
NOISY = ("aiohttp", "asyncio", "discord", "faiss", "filelock", "httpcore", "httpcore2",
         "httpx", "httpx2", "huggingface_hub", "markdown_it", "telegram", "urllib3")  # fmt: skip
TEXT, JSON = "TEXT", "JSON"
FORMATS = (TEXT, JSON)


class Redacted(logging.Formatter):
    """A formatter that removes known secrets from every line and traceback."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s%(asked)s: %(message)s")
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def hide(self, secrets: Iterable[str]) -> None:
        """Remove further secrets from now on."""
        self._secrets = sorted({*self._secrets, *filter(None, secrets)}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the formatted record without secrets."""
        record.asked = f" #{number}" if (number := question.get()) else ""
        return self._without_secrets(super().format(record))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - the library's
        """Return the time of a record in this host's zone, with the zone's offset from UTC."""
        at = datetime.fromtimestamp(record.created, timezone.utc).astimezone()
        return at.isoformat(sep=" ", timespec="milliseconds")

    def _without_secrets(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


class RedactedJson(Redacted):
    """A formatter that writes each record as one JSON object on a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON without secrets.

        Secrets are removed from each value before it is encoded, because the encoding could change
        a secret's form.
        """
        at = datetime.fromtimestamp(record.created, timezone.utc)
        fields = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "question": question.get(),
            "message": record.getMessage(),
            "traceback": self.formatException(record.exc_info) if record.exc_info else "",
        }
        kept = {name: self._without_secrets(value) for name, value in fields.items() if value}
        return json.dumps(kept, ensure_ascii=False)


def set_up(level: str, secrets: Iterable[str], form: str = TEXT) -> None:
    """Log records of at least this level to standard error. Libraries log only warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter((RedactedJson if form == JSON else Redacted)(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def also_hide(secrets: Iterable[str]) -> None:
    """Remove further secrets from all lines of the log."""
    secrets = tuple(secrets)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Redacted):
            handler.formatter.hide(secrets)
