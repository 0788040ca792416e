"""The settings of the store: a file on this machine, or a PostgreSQL server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.storage.postgres.address import Address

SERVER_URL = (
    r"postgres(?:ql)?://\S+",
    "a URL such as postgresql://user:password@host:5432/pipit",
)
RUNNING = "Pipit is running with this database; stop it first"
NO_DRIVER = "DATABASE_URL: PostgreSQL needs asyncpg: pip install -r requirements-postgres.txt"


@dataclass(frozen=True)
class StoreSettings:
    """The settings of the store: its place, how long it keeps turns, and its size limit.

    * `path` is the file, unless `server` names a database on a server.
    * `session_ttl_seconds` is how long an idle chat stays in memory.
    * `retention_days` is how long turns are kept. 0 keeps them until the size limit is reached.
    * `limit_bytes` is the size limit. 0, which only a server may have, means no limit.
    """

    path: Path
    session_ttl_seconds: float
    retention_days: int
    limit_bytes: int
    server: Address | None = None

    @property
    def name(self) -> str:
        """Return the name of the database as messages may show it, without its password."""
        return str(self.path) if self.server is None else self.server.place
