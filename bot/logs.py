"""Log to standard error, with secrets removed."""

from __future__ import annotations

import logging
from collections.abc import Iterable

# These libraries log URLs with tokens, payloads or message texts, some even at INFO.
NOISY = ("aiohttp", "asyncio", "discord", "faiss", "filelock", "httpcore", "httpcore2",
         "httpx", "httpx2", "huggingface_hub", "markdown_it", "telegram", "urllib3")  # fmt: skip
FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


class Redacted(logging.Formatter):
    """A formatter that removes known secrets from every line and traceback."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT)
        self._secrets = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """Return the formatted record without secrets."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line


def set_up(level: str, secrets: Iterable[str]) -> None:
    """Log records of this level and above to standard error, and of libraries only warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
