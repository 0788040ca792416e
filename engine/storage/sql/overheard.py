"""Messages that were not addressed to the bot, of chats that listen (`overheard_ports.Overheard`).

These tables store members' ids as the platform writes them, and not as numbers of `authors`. A
person who never wrote to the bot therefore leaves no data behind when the last message is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.contract import Author, ChatKey, Inbound
from engine.storage.codec import pack, unpack
from engine.storage.records import OverheardBounds, OverheardMessage
from engine.storage.sql.database import Database, Db
from engine.storage.sql.numbers import enter_chat, present_key
from engine.tasks import Clock

_LISTENING = "SELECT c.key FROM listening l JOIN chats c USING(chat)"
_LISTEN = "INSERT INTO listening(chat, since) VALUES(:chat, :now) ON CONFLICT(chat) DO NOTHING"
_STOP = "DELETE FROM listening WHERE chat = :chat"
_OBJECT = (
    "INSERT INTO objections(place, user_id) VALUES(:place, :person) "
    "ON CONFLICT(place, user_id) DO NOTHING"
)
_ALLOW = "DELETE FROM objections WHERE place = :place AND user_id = :person"
_OBJECTS = "SELECT 1 FROM objections WHERE place = :place AND user_id = :person"
# The chat's choice and the member's objection are read by the same statement that writes, so they
# are never outdated.
_KEEP = """INSERT INTO overheard(chat, message_id, user_id, at, bytes, body)
    SELECT c.chat, :message_id, :person, :at, :bytes, :body
    FROM chats c JOIN listening l ON l.chat = c.chat
    WHERE c.key = :key AND NOT EXISTS (SELECT 1 FROM objections o
        WHERE o.place = :place AND o.user_id = :person)
    ON CONFLICT(chat, message_id) DO NOTHING"""
_TRIM = """DELETE FROM overheard WHERE line IN (SELECT line FROM (
        SELECT line, at, row_number() OVER newest AS rank, sum(bytes) OVER newest AS total
        FROM overheard WHERE chat = :chat WINDOW newest AS (ORDER BY at DESC, line DESC)) held
    WHERE held.rank > :messages OR held.total > :most_bytes OR held.at < :since)"""
_TOUCH = "UPDATE chats SET used_at = :now WHERE chat = :chat"
_AMEND = """UPDATE overheard SET bytes = :bytes, body = :body WHERE message_id = :message_id
    AND user_id = :person AND chat = (SELECT chat FROM chats WHERE key = :key)"""
_DROP = """DELETE FROM overheard WHERE message_id = :message_id
    AND chat = (SELECT chat FROM chats WHERE key = :key)"""
_NEWEST = """SELECT o.message_id, o.user_id, o.at, o.body FROM overheard o JOIN chats c USING(chat)
    WHERE c.key = :key AND o.at >= :since ORDER BY o.at DESC, o.line DESC LIMIT :most"""
_OF_GROUP = """DELETE FROM overheard WHERE user_id = :person AND chat IN (SELECT chat FROM chats
    WHERE key = :place OR substr(key, 1, length(:place) + 1) = :place || ':')"""
_ERASED = "UPDATE facts SET value = ONE_MORE(value) WHERE name = 'erased'"

# These statements are used by `PersonalData`. An empty :person means everybody.
_OF_SCOPE = "chat = :chat AND (CAST(:person AS TEXT) = '' OR user_id = :person)"
AMOUNT = f"SELECT count(*) FROM overheard WHERE {_OF_SCOPE}"  # noqa: S608 - a constant of this module
ERASE = f"DELETE FROM overheard WHERE {_OF_SCOPE}"  # noqa: S608 - as above
# A person's objection stays when their data is erased. Without it they would be overheard again.
ERASE_CHOICES = (
    _STOP,
    "DELETE FROM objections WHERE place = :place AND :place = :key",
)
EXPORT = f"""SELECT line, message_id, at, user_id, body FROM overheard
    WHERE {_OF_SCOPE} AND line > :after ORDER BY line LIMIT :most"""  # noqa: S608 - as above
EXPORT_OBJECTIONS = """SELECT o.rank, o.user_id FROM (
        SELECT row_number() OVER (ORDER BY user_id) AS rank, user_id FROM objections
        WHERE place = :place AND (CAST(:person AS TEXT) = '' OR user_id = :person)) o
    WHERE o.rank > :after ORDER BY o.rank LIMIT :most"""
# This statement is used by the sweep.
OLDEST = (
    "DELETE FROM overheard WHERE line IN (SELECT line FROM overheard ORDER BY at, line LIMIT :most)"
)
# These statements are used for a chat that gets another key (`moves`).
MARK_IDS = (
    "UPDATE overheard SET message_id = :former || ' ' || message_id WHERE chat = :old",
    "INSERT INTO objections(place, user_id) SELECT :key, user_id FROM objections "
    "WHERE place = :former ON CONFLICT(place, user_id) DO NOTHING",
    "DELETE FROM objections WHERE place = :former",
)


def place_of(key: ChatKey) -> str:
    """Return the group to which a topic's chat belongs, as text."""
    return str(ChatKey(key.platform, key.chat_id))


def person_values(key: ChatKey, user_id: str) -> dict[str, str]:
    """Return the parameters for a chat, its group and a person. An empty person means everybody."""
    return {"key": str(key), "place": place_of(key), "person": user_id}


class SqlOverheard:
    """Keep and read overheard messages. Every method raises `StorageFault`."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def listening(self) -> frozenset[ChatKey]:
        rows = await self._store.query(lambda db: db.all(_LISTENING))
        return frozenset(ChatKey.parse(row[0]) for row in rows)

    async def listen(self, key: ChatKey) -> None:
        now = self._clock.time()

        async def op(db: Db) -> None:
            await db.run(_LISTEN, {"chat": await enter_chat(db, key, now), "now": int(now)})

        await self._store.transact(op)

    async def stop(self, key: ChatKey) -> None:
        async def op(db: Db) -> None:
            row = await db.one("SELECT chat FROM chats WHERE key = ?", await present_key(db, key))
            if row is None:
                return
            values = {"chat": row[0], "person": ""}
            await db.run(_STOP, values)
            await _erase(db, ERASE, [values])

        await self._store.transact(op)

    async def object(self, key: ChatKey, user_id: str) -> None:
        async def op(db: Db) -> None:
            values = await _values(db, key, user_id)
            await db.run(_OBJECT, values)
            await _erase(db, _OF_GROUP, [values])

        await self._store.transact(op)

    async def allow(self, key: ChatKey, user_id: str) -> None:
        async def op(db: Db) -> None:
            await db.run(_ALLOW, await _values(db, key, user_id))

        await self._store.transact(op)

    async def objects(self, key: ChatKey, user_id: str) -> bool:
        async def op(db: Db) -> bool:
            return await db.one(_OBJECTS, await _values(db, key, user_id)) is not None

        return await self._store.query(op)

    async def keep(self, inbound: Inbound, bounds: OverheardBounds) -> bool:
        now = self._clock.time()

        async def op(db: Db) -> bool:
            values = {**await _values(db, inbound.key, inbound.author.user_id), **_packed(inbound)}
            values["at"] = int(min(inbound.sent_at, now))
            if not await db.run(_KEEP, values):
                return False
            chat = await db.one("SELECT chat FROM chats WHERE key = ?", values["key"])
            bound = {
                "chat": chat[0] if chat else -1,
                "messages": bounds.messages,
                "most_bytes": bounds.most_bytes,
                "since": int(now - bounds.seconds),
                "now": int(now),
            }
            await db.run(_TRIM, bound)
            await db.run(_TOUCH, bound)
            return True

        return await self._store.transact(op)

    async def amend(self, inbound: Inbound) -> bool:
        async def op(db: Db) -> bool:
            values = {**await _values(db, inbound.key, inbound.author.user_id), **_packed(inbound)}
            return await db.run(_AMEND, values) > 0

        return await self._store.transact(op)

    async def drop(self, key: ChatKey, message_ids: Sequence[str]) -> int:
        async def op(db: Db) -> int:
            name = await present_key(db, key)
            return await _erase(
                db, _DROP, [{"key": name, "message_id": one} for one in message_ids]
            )

        return await self._store.transact(op)

    async def newest(self, key: ChatKey, since: float, most: int) -> list[OverheardMessage]:
        async def op(db: Db) -> list[Any]:
            values = {"key": await present_key(db, key), "since": int(since), "most": most}
            return await db.all(_NEWEST, values)

        rows = await self._store.query(op)
        return [_message(*row) for row in reversed(rows)]


async def _values(db: Db, key: ChatKey, user_id: str) -> dict[str, Any]:
    return {**person_values(ChatKey.parse(await present_key(db, key)), user_id)}


def _packed(inbound: Inbound) -> dict[str, Any]:
    text = inbound.text or inbound.quoted
    body = pack(json.dumps([inbound.author.name, text], ensure_ascii=False))
    size = len(text.encode("utf-8", "replace"))
    return {"message_id": inbound.message_id, "bytes": size, "body": body}


def _message(message_id: str, user_id: str, at: int, body: bytes) -> OverheardMessage:
    name, text = json.loads(unpack(body))
    return OverheardMessage(message_id, Author(user_id, name), text, float(at))


async def _erase(db: Db, sql: str, each: Sequence[Mapping[str, Any]]) -> int:
    """Delete rows on request. If rows were deleted, the file is rewritten later."""
    count = sum([await db.run(sql, values) for values in each])
    if count:
        await db.run(_ERASED)
    return count
