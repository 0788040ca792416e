"""Tests that an answer is repeated only in its chat, to the same question, while it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from engine.contract import Author, ChatKey, Finish, Turn
from engine.memory.repeats.answer_cache import AnswerCache, CacheSettings, Scope
from tests.rigs.memory_rig import ANN, BOB, DM, GROUP, OTHER_DM, Memory, a_memory
from tests.rigs.stores import rows_of, storage_of

SCOPE = Scope("", "small", "0")
ASKED = "How do airplanes fly?"


class Kept:
    """A cache over a real store."""

    def __init__(self, memory: Memory, cache: AnswerCache) -> None:
        self.memory, self.cache = memory, cache

    async def keep(self, question: str = ASKED, answer: str = "By lift.", key: ChatKey = DM, author: Author = ANN,
                   scope: Scope = SCOPE) -> Turn:  # fmt: skip
        turn = await self.memory.record(key, author, question, answer)
        await self.cache.keep(key, question, turn, scope)
        return turn

    async def ask(
        self, question: str = ASKED, key: ChatKey = DM, author: Author = ANN, scope: Scope = SCOPE
    ) -> str:
        found = await self.cache.look_up(key, question, author, scope)
        return found.text if found else ""


@asynccontextmanager
async def a_cache(folder: Path, settings: CacheSettings | None = None) -> AsyncIterator[Kept]:
    async with a_memory(folder) as memory:
        cache = AnswerCache(
            storage_of(memory.store, memory.clock),
            memory.embedder,
            memory.clock,
            settings or CacheSettings(),
        )
        try:
            yield Kept(memory, cache)
        finally:
            await cache.close()


async def test_the_very_same_question_is_answered_again(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        found = await kept.cache.look_up(DM, "  how do AIRPLANES fly", ANN, SCOPE)
        assert found is not None
        assert (found.text, found.question, found.exact) == ("By lift.", ASKED, True)


async def test_a_near_question_is_answered_again(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep("How do the airplanes fly?")
        found = await kept.cache.look_up(DM, "How does an airplane fly?", ANN, SCOPE)
        assert found is not None
        assert not found.exact


async def test_the_same_words_in_other_roles_are_refused_and_counted(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep("Why do Poles dislike Russians?", "Because of history.")
        assert await kept.ask("Why do Russians dislike Poles?") == ""
        assert kept.cache.counts.refused == {"role": 1}


async def test_another_chat_gets_nothing(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        for key in (OTHER_DM, GROUP, ChatKey(DM.platform, DM.chat_id, "7")):
            assert await kept.ask(key=key) == ""
            assert await kept.ask("How does an airplane fly?", key=key) == ""


async def test_another_persona_model_or_set_of_documents_gets_nothing(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        for scope in (
            replace(SCOPE, persona="a pirate"),
            replace(SCOPE, model="b"),
            replace(SCOPE, documents="1.1"),
        ):
            assert await kept.ask(scope=scope) == ""
        assert await kept.ask() == "By lift."


async def test_in_a_group_an_answer_is_given_again_to_its_asker_only(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep(key=GROUP, author=ANN)
        for question in (ASKED, "How does an airplane fly?"):
            assert await kept.ask(question, GROUP, BOB) == ""
            assert await kept.ask(question, GROUP, ANN) == "By lift."


async def test_a_name_or_language_that_changed_since_gets_nothing(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep(author=ANN)
        assert await kept.ask(author=replace(ANN, name="Ann, the answer is no")) == ""
        assert await kept.ask(author=replace(ANN, language="de")) == ""


async def test_a_long_question_is_neither_kept_nor_asked(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        for question in ("How do airplanes fly? " * 20, "\ufdfa" * 4000, "a a " * 16_000):
            await kept.keep(question)
            assert await kept.ask(question) == ""
        assert kept.cache.counts.asked == 0
        assert kept.memory.embedder.texts == []


async def test_only_an_english_question_is_embedded(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep("какая столица австрии", "Вена.")
        assert await kept.ask("какая столица австралии") == ""
        assert await kept.ask("Какая столица австрии?") == "Вена."
        assert kept.memory.embedder.texts == []


async def test_a_question_of_the_moment_is_neither_kept_nor_asked(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep("What is the weather like in Rome?")
        assert await kept.ask("What is the weather like in Rome?") == ""
        assert kept.cache.counts.asked == 0


async def test_an_answer_that_was_cut_is_not_kept(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        for finish in (Finish.LENGTH, Finish.STOPPED, Finish.FAILED, Finish.DEADLINE):
            turn = await kept.memory.record(DM, ANN, ASKED, "By")
            await kept.cache.keep(DM, ASKED, replace(turn, finish=finish), SCOPE)
        assert await kept.ask() == ""


async def test_an_answer_leaves_with_its_turn(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        turn = await kept.keep()
        assert await kept.memory.recall.remove(DM, turn.turn_id)
        assert await kept.ask() == ""


async def test_an_answer_leaves_when_its_turn_is_answered_again(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        turn = await kept.keep()
        await kept.memory.record(DM, ANN, ASKED, "By magic.", turn_id=turn.turn_id)
        assert await kept.ask() == ""


async def test_an_answer_is_kept_only_with_a_turn_of_its_chat(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        turn = await kept.memory.record(OTHER_DM, BOB, ASKED, "By lift.")
        await kept.cache.keep(DM, ASKED, turn, SCOPE)
        assert await kept.ask() == ""


async def test_the_newer_answer_replaces_the_older(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        await kept.keep(answer="By wings.")
        assert await kept.ask() == "By wings."


async def test_an_answer_past_its_lifetime_is_not_given(tmp_path: Path) -> None:
    async with a_cache(tmp_path, CacheSettings(ttl_seconds=100)) as kept:
        await kept.keep()
        await kept.memory.clock.advance(101)
        assert await kept.ask() == ""
        assert await kept.ask("How does an airplane fly?") == ""


async def test_switched_off_it_keeps_and_gives_nothing(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
    async with a_cache(tmp_path, CacheSettings(enabled=False)) as kept:
        assert await kept.ask() == ""
        await kept.keep("How do boats float?", "By buoyancy.")
    async with a_cache(tmp_path) as kept:
        assert await kept.ask("How do boats float?") == ""
        assert await kept.ask() == "By lift."


async def test_counts_tell_hits_repeats_and_refusals_apart(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep("How do the airplanes fly?")
        for question in (
            "How do the airplanes fly?",
            "How does an airplane fly?",
            "What do bakers bake?",
        ):
            await kept.ask(question)
        await kept.ask("How do the airplanes not fly?")
        kept.cache.retried()
        counts = kept.cache.counts
        assert (counts.asked, counts.repeats, counts.near, counts.hits, counts.retried) == (
            4,
            1,
            1,
            2,
            1,
        )
        assert counts.refused == {"negation": 1}


async def test_without_the_embedder_the_very_same_question_is_still_answered(
    tmp_path: Path,
) -> None:
    async with a_cache(tmp_path) as kept:
        kept.memory.embedder.fault = True
        await kept.keep()
        assert await kept.ask() == "By lift."
        assert await kept.ask("How does an airplane fly?") == ""


async def test_an_embedder_that_is_starting_is_not_waited_for(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        kept.memory.embedder.gate = asyncio.Event()
        asking = asyncio.get_running_loop().create_task(kept.ask("How does an airplane fly?"))
        while not asking.done():
            await kept.memory.clock.advance(1)
        assert await asking == ""


async def test_forgetting_a_chat_forgets_its_answers(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        await kept.keep(key=OTHER_DM)
        await kept.memory.forget(DM)
        assert await kept.ask() == ""
        assert await kept.ask(key=OTHER_DM) == "By lift."


async def test_a_damaged_row_is_a_miss(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        sql, damaged = "UPDATE answers SET text = ?, question = ?", b"\xff\x00"
        await kept.memory.store.transact(lambda db: db.run(sql, damaged, damaged))
        assert await kept.ask() == ""
        assert await kept.ask("How does an airplane fly?") == ""


async def test_a_deleted_chat_leaves_no_answers_and_no_documents(tmp_path: Path) -> None:
    async with a_cache(tmp_path) as kept:
        await kept.keep()
        await kept.memory.store.transact(lambda db: db.run("DELETE FROM chats"))
        assert await rows_of(kept.memory.store, "SELECT 1 FROM answers") == []
