"""People and groups with the decisions about them (`engine.storage.people.People`).

These tables store ids as the platform writes them, and not as numbers of `authors`. A decision
therefore stays when all other data of the person is erased.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from engine.contract import ChatKey, Inbound
from engine.people import Person, Role, State, Subject
from engine.storage.packing import pack_question, unpack_question
from engine.storage.people import (
    HELD_BYTES,
    HELD_MESSAGES,
    LOG_ROWS,
    MOST_ASKING,
    Asked,
    Decision,
    Due,
    Held,
    Listed,
)
from engine.storage.sql.database import Database, Db
from engine.storage.sql.numbers import present_key, storable
from engine.tasks import Clock

_COLUMNS = (
    "person, platform, subject, grouped, name, language, chat, handle, state, role, decided_by, "
    "decided_at, version, card"
)
_FIND = f"SELECT {_COLUMNS} FROM people WHERE platform = ? AND subject = ?"  # noqa: S608 - a constant of this module
_LOAD = f"SELECT {_COLUMNS} FROM people WHERE person = ?"  # noqa: S608 - as above
_INSERT = """INSERT INTO people(platform, subject, grouped, name, language, chat, handle, state,
    role, asked_at, due) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT(platform, subject) DO NOTHING"""
_COUNT = "SELECT count(*) FROM people WHERE state = ? AND (CAST(? AS TEXT) = '' OR role = ?)"
_KEEP = """INSERT INTO held(person, chat, message_id, user_id, direct, at, handle, body)
    VALUES(?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT(chat, message_id) DO UPDATE SET body = excluded.body"""
_IS_HELD = "SELECT 1 FROM held WHERE chat = ? AND message_id = ?"
_MEET = """UPDATE people SET chat = ?, handle = '', name = ?, language = ? WHERE person = ?
    AND (chat <> ? OR name <> ? OR language <> ?)"""
_DECIDE = """UPDATE people SET state = ?, role = ?, decided_by = ?, decided_at = ?,
    version = version + 1, due = ? WHERE person = ?"""
# A blocked person or group gets no news any more.
_NO_NEWS = """DELETE FROM news WHERE chat IN (SELECT chat FROM chats WHERE key IN (:chat, :subject)
    OR substr(key, 1, length(:subject) + 1) = :subject || ':')"""
_LOG = "INSERT INTO decisions(at, decided_by, subject, what) VALUES(?, ?, ?, ?)"
_TRIM = """DELETE FROM decisions WHERE line <= (SELECT max(line) FROM decisions) - ?"""
_LISTED = f"""SELECT {_COLUMNS} FROM people ORDER BY CASE WHEN state = 'asking' THEN 0 ELSE 1 END,
    CASE WHEN decided_at > asked_at THEN decided_at ELSE asked_at END DESC, person DESC
    LIMIT ? OFFSET ?"""  # noqa: S608 - as above
_DUE = f"SELECT {_COLUMNS} FROM people WHERE due = ? ORDER BY person LIMIT ?"  # noqa: S608 - as above
_HELD = """SELECT line, chat, message_id, direct, handle, body FROM held
    WHERE person = ? AND PLATFORM(chat) IN TEXTS(?) ORDER BY line LIMIT 1000"""
_ASKING = "SELECT count(*) FROM people WHERE state = 'asking' AND card = ?"
_FIRST_UNCARDED = "SELECT min(person) FROM people WHERE state = 'asking' AND card = 2"
_CARD = """SELECT 1 FROM ledger l JOIN chats c ON c.chat = l.chat
    WHERE c.key = ? AND l.message_id = ?"""
_LOGGED = "SELECT at, decided_by, subject, what FROM decisions ORDER BY line DESC LIMIT ? OFFSET ?"

# This statement is used by the sweep.
OLD_ASKING = "state = 'asking' AND asked_at < :asked"
# These statements are used by `PersonalData`. An empty :person means everybody in the chat. A
# decision stays, without the name. Otherwise a blocked person could ask again.
AMOUNT = """SELECT count(*) FROM held
    WHERE chat = :key AND (CAST(:person AS TEXT) = '' OR user_id = :person)"""
EXPORT_HELD = """SELECT line, message_id, at, user_id, body FROM held WHERE chat = :key
    AND (CAST(:person AS TEXT) = '' OR user_id = :person) AND line > :after
    ORDER BY line LIMIT :most"""
_IN_SCOPE = """(platform = :platform AND subject = CASE WHEN CAST(:person AS TEXT) = ''
    THEN :chat_id ELSE :person END OR chat = :key AND CAST(:person AS TEXT) = '')"""
EXPORT = f"""SELECT person, subject, name, state, role, decided_at FROM people
    WHERE {_IN_SCOPE} AND person > :after ORDER BY person LIMIT :most"""  # noqa: S608 - as above
ERASE = (
    """DELETE FROM held
    WHERE chat = :key AND (CAST(:person AS TEXT) = '' OR user_id = :person)""",
    f"""DELETE FROM people WHERE {_IN_SCOPE} AND state = 'asking'
    AND NOT EXISTS (SELECT 1 FROM held h WHERE h.person = people.person)""",  # noqa: S608 - as above
    f"""UPDATE people SET name = '', language = '', chat = '', handle = ''
    WHERE {_IN_SCOPE}""",  # noqa: S608 - as above
)
# These statements are used for a chat that gets another key (`moves`).
MOVE = (
    """UPDATE people SET subject = :new_id WHERE platform = :platform AND subject = :old_id
    AND NOT EXISTS (SELECT 1 FROM people o
        WHERE o.platform = :platform AND o.subject = :new_id)""",
    "UPDATE people SET chat = :key, handle = '' WHERE chat = :former",
    """UPDATE held SET chat = :key, message_id = :former || ' ' || message_id, handle = ''
    WHERE chat = :former""",
)


def move_values(former: ChatKey, key: ChatKey) -> dict[str, str]:
    """Return the parameters of `MOVE`."""
    return {
        "platform": key.platform,
        "old_id": former.chat_id,
        "new_id": key.chat_id,
        "former": str(former),
        "key": str(key),
    }


class SqlPeople:
    """Implements `engine.storage.people.People`. Every method raises `StorageFault`."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def find(self, subject: Subject) -> Person | None:
        return await self._store.query(lambda db: _find(db, subject))

    async def load(self, number: int) -> Person | None:
        return await self._store.query(lambda db: _load(db, number))

    async def ask(self, person: Person, inbound: Inbound, handle: str) -> Asked:
        now = self._clock.time()

        async def op(db: Db) -> Asked:
            found = await _find(db, person.subject)
            first = found is None
            if found is None:
                if await _number(db, _COUNT, State.ASKING.value, "", "") >= MOST_ASKING:
                    return Asked(person, full=True)
                asking = replace(person, state=State.ASKING, chat=inbound.key, handle=handle)
                found = await _enter(db, asking, now, Due.TELL)
            if found.state is not State.ASKING:
                return Asked(found)
            return Asked(found, first, await _keep(db, found, inbound, handle, now))

        return await self._store.transact(op)

    async def meet(self, person: Person) -> bool:
        now, chat, name = self._clock.time(), str(person.chat or ""), storable(person.name)

        async def op(db: Db) -> bool:
            found = await _find(db, person.subject)
            if found is None:
                await _enter(db, person, now, Due.NOTHING)
                return True
            facts = (chat, name, person.language)
            await db.run(_MEET, *facts, found.number, *facts)
            return found.chat != person.chat

        return await self._store.transact(op)

    async def rename(self, subject: Subject, name: str) -> None:
        sql = "UPDATE people SET name = ? WHERE platform = ? AND subject = ?"
        values = (storable(name), subject.platform, subject.subject_id)
        await self._store.transact(lambda db: db.run(sql, *values))

    async def decide(
        self, person: Person, by: str, *, version: int | None = None
    ) -> tuple[Person, bool]:
        now = self._clock.time()

        async def op(db: Db) -> tuple[Person, bool]:
            found = await _find(db, person.subject, lock=True)
            if found is None:
                if version is not None:  # the row of the button no longer exists
                    return person, False
                found = await _enter(db, person, now, Due.NOTHING)
            elif version is not None and found.version != version:
                return found, False
            elif (found.state, found.role) == (person.state, person.role):
                return found, True
            state, role = person.state.value, person.role.value
            await db.run(_DECIDE, state, role, by, int(now), Due.SETTLE.value, found.number)
            if person.state is State.BLOCKED:
                await db.run("DELETE FROM held WHERE person = ?", found.number)
                subject = {"chat": str(found.chat or ""), "subject": str(person.subject)}
                await db.run(_NO_NEWS, subject)
            what = f"{state} {role}" if person.allowed else state
            await _write_log(db, now, by, person.subject, what)
            return await _load(db, found.number) or found, True

        return await self._store.transact(op)

    async def remove(self, subject: Subject, by: str) -> bool:
        now = self._clock.time()

        async def op(db: Db) -> bool:
            sql = "DELETE FROM people WHERE platform = ? AND subject = ?"
            removed = await db.run(sql, subject.platform, subject.subject_id) > 0
            if removed:
                await _write_log(db, now, by, subject, "removed")
            return removed

        return await self._store.transact(op)

    async def listed(self, skip: int, most: int) -> Listed:
        async def op(db: Db) -> Listed:
            rows = await db.all(_LISTED, most, skip)
            total = await _number(db, "SELECT count(*) FROM people")
            return Listed([_person(row) for row in rows], total)

        return await self._store.query(op)

    async def count(self, state: State, role: Role | None = None) -> int:
        wanted = role.value if role else ""
        return await self._store.query(lambda db: _number(db, _COUNT, state.value, wanted, wanted))

    async def log(self, skip: int, most: int) -> list[Decision]:
        rows = await self._store.query(lambda db: db.all(_LOGGED, most, skip))
        return [Decision(float(at), by, subject, what) for at, by, subject, what in rows]

    async def announce(self, number: int, cards: int) -> bool | None:
        async def op(db: Db) -> bool | None:
            row = await db.one(
                "SELECT card, state FROM people WHERE person = ? FOR_UPDATE()", number
            )
            if row is None or row[1] != State.ASKING.value:
                return None
            card = int(row[0])
            if not card:
                card = 1 if await _number(db, _ASKING, 1) < cards else 2
                await db.run("UPDATE people SET card = ? WHERE person = ?", card, number)
            if card == 1:
                return True
            return False if await _number(db, _FIRST_UNCARDED) == number else None

        return await self._store.transact(op)

    async def has_card(self, key: ChatKey, message_id: str) -> bool:
        async def op(db: Db) -> bool:
            values = (await present_key(db, key), message_id)
            return await db.one(_CARD, *values) is not None

        return await self._store.query(op)

    async def due(self, due: Due, most: int) -> list[Person]:
        rows = await self._store.query(lambda db: db.all(_DUE, due.value, most))
        return [_person(row) for row in rows]

    async def done(self, person: Person) -> None:
        sql = "UPDATE people SET due = 0 WHERE person = ? AND version = ?"
        await self._store.transact(lambda db: db.run(sql, person.number, person.version))

    async def held(self, number: int, platforms: Collection[str]) -> list[Held]:
        rows = await self._store.query(lambda db: db.all(_HELD, number, list(platforms)))
        return [_held(*row) for row in rows]

    async def release(self, number: int) -> None:
        await self._store.transact(lambda db: db.run("DELETE FROM held WHERE line = ?", number))


async def _find(db: Db, subject: Subject, *, lock: bool = False) -> Person | None:
    sql = f"{_FIND} FOR_UPDATE()" if lock else _FIND
    row = await db.one(sql, subject.platform, subject.subject_id)
    return None if row is None else _person(row)


async def _load(db: Db, number: int) -> Person | None:
    row = await db.one(_LOAD, number)
    return None if row is None else _person(row)


async def _enter(db: Db, person: Person, now: float, due: Due) -> Person:
    """Insert a row if there is none. Return the row."""
    await db.run(
        _INSERT,
        person.subject.platform,
        person.subject.subject_id,
        int(person.group),
        storable(person.name),
        storable(person.language),
        str(person.chat or ""),
        person.handle,
        person.state.value,
        person.role.value,
        int(now),
        due.value,
    )
    return await _find(db, person.subject, lock=True) or person


async def _keep(db: Db, person: Person, inbound: Inbound, handle: str, now: float) -> bool:
    """Keep a message if there is room for it. Return whether it is kept."""
    body, chat = pack_question(inbound, ""), str(inbound.key)
    if len(body) > HELD_BYTES:
        return False
    known = await db.one(_IS_HELD, chat, inbound.message_id)
    held = await _number(db, "SELECT count(*) FROM held WHERE person = ?", person.number)
    if known is None and held >= HELD_MESSAGES:
        return False
    who, direct = inbound.author.user_id, int(inbound.direct)
    await db.run(
        _KEEP, person.number, chat, inbound.message_id, who, direct, int(now), handle, body
    )
    return True


async def _write_log(db: Db, now: float, by: str, subject: Subject, what: str) -> None:
    await db.run(_LOG, int(now), by, str(subject), what)
    await db.run(_TRIM, LOG_ROWS)


async def _number(db: Db, sql: str, *values: object) -> int:
    row = await db.one(sql, *values)
    return int(row[0] or 0) if row else 0


def _person(row: Any) -> Person:
    (
        number, platform, subject, group, name, language, chat, handle, state, role, decided_by,
        decided_at, version, card,
    ) = row  # fmt: skip
    return Person(
        Subject(platform, subject),
        State(state),
        Role(role),
        int(number),
        name,
        bool(group),
        decided_by,
        float(decided_at),
        int(version),
        ChatKey.parse(chat) if chat else None,
        handle,
        language,
        bool(card),
    )


def _held(number: int, chat: str, message_id: str, direct: int, handle: str, body: bytes) -> Held:
    inbound, _ = unpack_question(ChatKey.parse(chat), message_id, body)
    return Held(int(number), replace(inbound, direct=bool(direct)), handle)
