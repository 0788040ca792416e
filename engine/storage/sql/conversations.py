"""Chats in the store: settings, newest turns, usage (`engine.storage.ports.Conversations`)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.contract import Author, ChatKey, Finish, Material, Turn, Usage
from engine.kept import Conversation
from engine.storage.codec import unpack
from engine.storage.packing import pack_material, unpack_material
from engine.storage.records import (
    DAY_SECONDS,
    WINDOW_TURNS,
    ChatState,
    ChatUsage,
)
from engine.storage.sql.database import Database, Db
from engine.storage.sql.endings import count
from engine.storage.sql.moves import move_chat
from engine.storage.sql.numbers import (
    chat_number,
    enter_author,
    enter_chat,
    storable,
)
from engine.storage.sql.spending import spend
from engine.tasks import Clock


class SqlConversations:
    """Read and change chats. Every method raises `StorageFault`."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def load(self, key: ChatKey) -> ChatState:
        async def op(db: Db) -> ChatState:
            chat = await db.one(
                "SELECT chat, model, persona, language, time_zone, voice, fresh_after FROM chats "
                "WHERE key = ?",
                str(key),
            )
            evicted = await db.one("SELECT 1 FROM evictions WHERE key = ?", str(key)) is not None
            if chat is None:
                return ChatState(evicted=evicted)
            number, model, persona, language, time_zone, voice, fresh_after = chat
            rows = await db.all(
                "SELECT t.turn, a.user_id, a.name, t.prompt, t.answer, t.finish, t.at, t.material "
                "FROM turns t JOIN authors a USING(author) WHERE t.chat = ? AND t.turn > ? "
                "AND t.conversation = ? ORDER BY t.turn DESC LIMIT ?",
                number,
                fresh_after,
                fresh_after,
                WINDOW_TURNS,
            )
            turns = [_turn(row) for row in reversed(rows)]
            return ChatState(turns, model, persona, language, time_zone, voice, evicted)

        return await self._store.query(op)

    async def choose(
        self,
        key: ChatKey,
        *,
        model: str | None = None,
        persona: str | None = None,
        language: str | None = None,
        time_zone: str | None = None,
        voice: str | None = None,
        by: Author | None = None,
    ) -> None:
        wished = (model, persona, language, time_zone, voice)
        given = [None if text is None else storable(text) for text in wished]

        async def op(db: Db) -> None:
            chat = await enter_chat(db, key, self._clock.time())
            now, platform = self._clock.time(), key.platform
            author = await enter_author(db, platform, by, now) if by and persona else 0
            await db.run(
                "UPDATE chats SET model = coalesce(?, model), persona = coalesce(?, persona), "
                "language = coalesce(?, language), time_zone = coalesce(?, time_zone), "
                "voice = coalesce(?, voice), "
                "persona_by = CASE WHEN ? THEN ? ELSE persona_by END WHERE chat = ?",
                *given,
                persona is not None,
                author,
                chat,
            )

        await self._store.transact(op)

    async def move(self, former: ChatKey, key: ChatKey) -> bool:
        now = self._clock.time()
        return await self._store.transact(lambda db: move_chat(db, former, key, now))

    async def begin_anew(self, key: ChatKey) -> None:
        async def op(db: Db) -> None:
            chat = await enter_chat(db, key, self._clock.time())
            await db.run(
                "UPDATE chats SET fresh_after = "
                "(SELECT coalesce(max(turn), 0) FROM turns WHERE turns.chat = chats.chat) WHERE "
                "chat = ?",
                chat,
            )

        await self._store.transact(op)

    async def earlier(self, key: ChatKey, most: int) -> list[Conversation]:
        async def op(db: Db) -> list[Conversation]:
            return await conversations(db, await chat_number(db, key), most)

        return await self._store.query(op)

    async def resume(self, key: ChatKey, turn_id: int) -> bool:
        async def op(db: Db) -> bool:
            changed = await db.run(
                "UPDATE chats SET fresh_after = (SELECT conversation FROM turns WHERE turn = ?) "
                "WHERE chat = ? AND EXISTS (SELECT 1 FROM turns WHERE turn = ? AND turns.chat = "
                "chats.chat)",
                turn_id,
                await chat_number(db, key),
                turn_id,
            )
            return changed > 0

        return await self._store.transact(op)

    async def describe(
        self, key: ChatKey, turn_id: int, descriptions: Mapping[str, str], usage: Usage
    ) -> Material | None:
        async def op(db: Db) -> Material | None:
            chat = await chat_number(db, key)
            sql = (
                "SELECT material, author, at, finish FROM turns WHERE turn = ? AND chat = ? "
                "FOR_UPDATE()"
            )
            found = await db.one(sql, turn_id, chat)
            if found is None or chat is None:
                return None
            blob, author, at, finish = found
            if usage != Usage():
                day = int(at // DAY_SECONDS)
                await count(db, chat, author, day, Finish(finish), usage, turns=0)
                await spend(db, chat, author, float(at), usage, answers=0)
            material = unpack_material(blob).described(descriptions)
            packed = pack_material(material)
            await db.run("UPDATE turns SET material = ? WHERE turn = ?", packed, turn_id)
            await db.run("DELETE FROM turn_vectors WHERE turn = ?", turn_id)
            return material

        return await self._store.transact(op)

    async def usage(self, key: ChatKey) -> ChatUsage:
        today = int(self._clock.time() // DAY_SECONDS)

        async def op(db: Db) -> ChatUsage:
            row = await db.one(
                "SELECT coalesce(sum(turns), 0), coalesce(sum(prompt_tokens + answer_tokens), 0), "
                "coalesce(sum(turns) FILTER (WHERE day = ?), 0), "
                "coalesce(sum(prompt_tokens + answer_tokens) FILTER (WHERE day = ?), 0) FROM "
                "usage WHERE chat = ?",
                today,
                today,
                await chat_number(db, key),
            )
            return ChatUsage(*map(int, row or (0, 0, 0, 0)))

        return await self._store.query(op)


async def conversations(db: Db, chat: int | None, most: int) -> list[Conversation]:
    """Return the newest conversations of a chat, sorted by their newest turns, newest first."""
    rows = await db.all(
        "SELECT f.turn, f.prompt, g.at, g.turns, f.conversation = c.fresh_after FROM "
        "(SELECT min(turn) AS first, max(turn) AS last, max(at) AS at, count(*) AS turns "
        "FROM turns WHERE chat = ? GROUP BY conversation) g JOIN turns f ON f.turn = "
        "g.first JOIN chats c ON c.chat = f.chat ORDER BY g.last DESC LIMIT ?",
        chat,
        most,
    )
    return [
        Conversation(first, unpack(prompt), float(at), turns, bool(running))
        for first, prompt, at, turns, running in rows
    ]


def _turn(row: tuple[int, str, str, bytes, bytes, str, int, bytes | None]) -> Turn:
    number, user_id, name, prompt, answer, finish, at, material = row
    return Turn(
        Author(user_id, name),
        unpack(prompt),
        unpack(answer),
        Finish(finish),
        float(at),
        number,
        material=unpack_material(material),
    )
