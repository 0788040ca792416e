"""Tests that a text which several parts of memory need is embedded once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MemoryFault
from engine.memory.embedding.embedder import vector_of
from engine.memory.embedding.recent import SHORT_CALL_TEXTS, RecentVectors
from tests.rigs.engine_rig import a_house
from tests.rigs.fakes import FakeClock, settle
from tests.rigs.memory_rig import FakeEmbedder
from tests.rigs.memory_rig import vector_of as the_vector


async def test_a_text_is_embedded_once_and_its_vector_is_the_same() -> None:
    embedder = FakeEmbedder()
    recent = RecentVectors(embedder)
    first = await recent.embed(["heron", "stork"])
    second = await recent.embed(["stork", "crane", "stork"])
    assert embedder.texts == ["heron", "stork", "crane"]
    assert np.array_equal(second[0], first[1])
    assert np.array_equal(second[2], first[1])
    assert np.allclose(second[1], the_vector("crane"))


async def test_a_text_that_is_under_way_is_not_sent_again() -> None:
    embedder = FakeEmbedder()
    embedder.gate = asyncio.Event()
    recent = RecentVectors(embedder)
    loop = asyncio.get_running_loop()
    calls = [loop.create_task(recent.embed(["heron", name])) for name in ("stork", "crane")]
    await settle()
    embedder.gate.set()
    await asyncio.gather(*calls)
    assert sorted(embedder.texts) == ["crane", "heron", "stork"]


async def test_a_documents_texts_are_not_kept() -> None:
    embedder = FakeEmbedder()
    recent = RecentVectors(embedder)
    texts = [f"passage {number}" for number in range(SHORT_CALL_TEXTS + 1)]
    await recent.embed(texts)
    await recent.embed(texts)
    assert len(embedder.texts) == 2 * len(texts)
    assert (await recent.embed([])).shape[0] == 0


async def test_a_fault_reaches_each_caller_and_the_next_one_tries_again() -> None:
    embedder = FakeEmbedder()
    embedder.fault = True
    recent = RecentVectors(embedder)
    for _ in range(2):
        with pytest.raises(MemoryFault):
            await recent.embed(["heron"])
    embedder.fault = False
    assert len(await recent.embed(["heron"])) == 1


async def test_what_was_erased_meanwhile_is_not_kept() -> None:
    embedder = FakeEmbedder()
    embedder.gate = asyncio.Event()
    recent = RecentVectors(embedder)
    call = asyncio.get_running_loop().create_task(recent.embed(["heron"]))
    await settle()
    recent.clear()
    embedder.gate.set()
    with pytest.raises(MemoryFault):
        await call
    await recent.embed(["heron"])
    assert embedder.texts == ["heron", "heron"]


async def test_one_part_of_a_question_waits_for_an_embedder_that_starts_and_the_others_do_not() -> (
    None
):
    embedder, clock = FakeEmbedder(), FakeClock()
    embedder.gate = asyncio.Event()
    recent = RecentVectors(embedder)
    asking = asyncio.get_running_loop().create_task(
        vector_of(recent, clock, "heron", seconds=1.5, purpose="first")
    )
    await clock.advance(1.5)
    assert await asking is None
    assert await vector_of(recent, clock, "heron", seconds=1.5, purpose="second") is None
    assert clock.now() == 1001.5
    embedder.gate.set()
    await settle()
    assert await vector_of(recent, clock, "heron", seconds=1.5, purpose="third") is not None
    assert embedder.texts == ["heron"]


async def test_closing_ends_what_is_under_way() -> None:
    embedder = FakeEmbedder()
    embedder.gate = asyncio.Event()
    recent = RecentVectors(embedder)
    call = asyncio.get_running_loop().create_task(recent.embed(["heron"]))
    await settle()
    await recent.close()
    with pytest.raises(MemoryFault):
        await call


async def test_a_turn_embeds_its_question_once(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    async with a_house(tmp_path, embedder=embedder) as house:
        for question in ("Where does the heron nest?", "Where does the stork nest?"):
            await house.ask(question)
            await settle()
        assert embedder.texts == []  # the prompt holds both turns, so nobody needs a vector
        assert house.memory is not None
        await house.memory.recall.settle()
        assert embedder.texts.count("Where does the stork nest?") == 1
        assert embedder.texts.count("Where does the heron nest?") == 1
