"""Log lines to standard error, with secrets struck out."""

from __future__ import annotations

import logging
from collections.abc import Iterable

# These libraries put URLs with tokens, payloads or message texts into their lines, also below
# WARNING.
NOISY = ("aiohttp", "aiosqlite", "asyncio", "discord", "faiss", "filelock", "httpcore", "httpcore2", "httpx", "httpx2",
         "huggingface_hub", "markdown_it", "telegram", "urllib3")  # fmt: skip
FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class Redacted(logging.Formatter):
    """Format records and strike out known secrets, wherever in a line or a traceback they stand."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT)
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def set_up(level: str, secrets: Iterable[str]) -> None:
    """Send log lines of this level and above to standard error; libraries only speak of trouble."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
