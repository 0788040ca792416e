"""The settings that admins chose in the chat (`engine.live.Chosen`)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.storage.sql.database import Database, Db

_PUT = (
    "INSERT INTO chosen(name, value) VALUES(?, ?) "
    "ON CONFLICT(name) DO UPDATE SET value = excluded.value"
)


class SqlChosen:
    """Read and change the chosen settings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> Mapping[str, str]:
        rows = await self._database.query(lambda db: db.all("SELECT name, value FROM chosen"))
        return {str(name): str(value) for name, value in rows}

    async def put(self, name: str, value: str | None) -> None:
        async def op(db: Db) -> None:
            if value is None:
                await db.run("DELETE FROM chosen WHERE name = ?", name)
            else:
                await db.run(_PUT, name, value)

        await self._database.transact(op)
