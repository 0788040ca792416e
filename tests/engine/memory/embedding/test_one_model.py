"""Tests that vectors of two models are never compared: old ones are discarded and computed again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.answering.prompt import estimate_tokens
from engine.errors import MemoryFault
from engine.memory.embedding import one_model
from engine.memory.memory import Memory
from engine.storage.sql.memories import VectorRows
from tests.engine.memory.documents.test_documents import BIRDS
from tests.rigs.fakes import FakeClock
from tests.rigs.memory_rig import ANN, DM, FakeEmbedder, a_memory
from tests.rigs.stores import AnyDatabase, open_database, rows_of, storage_of

VECTORS = (
    "SELECT count(*) FROM turn_vectors UNION ALL SELECT count(*) FROM passages WHERE "
    "length(vectors) > 0"
)


class OtherEmbedder(FakeEmbedder):
    """An embedder of another model, with other vectors for every word."""

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.roll(await super().embed(texts), 7, axis=1)


class House:
    """A memory over one file and one model."""

    def __init__(self, store: AnyDatabase, embedder: FakeEmbedder) -> None:
        self.store, self.embedder = store, embedder
        self.memory = Memory(storage_of(store, FakeClock()), embedder, FakeClock(), estimate_tokens)
        self.recall, self.documents = self.memory.recall, self.memory._documents
        self.one_model = self.recall.embedder

    async def vectors(self) -> list[int]:
        return [row[0] for row in await rows_of(self.store, VECTORS)]

    async def close(self) -> None:
        await self.memory.close()
        await self.store.close()


async def fill(folder: Path) -> None:
    """Write a file with a turn and a document, with vectors of the usual model."""
    async with a_memory(folder) as memory:
        turn = await memory.record(DM, ANN, "My sister moved to Lisbon in spring", "How nice.")
        house = House(memory.store, memory.embedder)
        house.recall.remember(DM, turn)
        await house.recall.settle()
        await house.documents.add(DM, ANN, "birds.md", "", BIRDS)
        assert await house.vectors() == [1, 2]
        await house.memory.close()


async def open_house(folder: Path, embedder: FakeEmbedder) -> House:
    return House(await open_database(folder), embedder)


async def test_the_same_model_keeps_what_it_made(tmp_path: Path) -> None:
    await fill(tmp_path)
    house = await open_house(tmp_path, FakeEmbedder())
    assert await house.recall.find(DM, "Where does my sister live?", ANN)
    assert (await house.documents.find(DM, "stork nest"))[0].place == "Storks"
    assert await house.vectors() == [1, 2]
    assert len(house.recall) == 1
    assert house.embedder.texts.count(one_model.PROBE) == 1
    await house.close()


async def test_another_model_discards_all_vectors_tells_the_operator_and_makes_them_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await fill(tmp_path)
    house = await open_house(tmp_path, OtherEmbedder())
    house.embedder.fault = True
    await house.documents.find(DM, "stork nest")
    house.embedder.fault = False
    assert len(house.documents.indexes) == 1
    with caplog.at_level(logging.WARNING):
        assert await house.recall.find(DM, "Where does my sister live?", ANN)  # found by words
    assert "the embedding model has changed" in caplog.text
    assert (
        len(house.recall) == len(house.documents.indexes) == 0
    )  # the indexes held vectors of the other model
    assert await house.vectors() == [0, 0]
    await house.recall.find(DM, "Where does my sister live?", ANN)
    await house.recall.settle()
    await house.documents.find(DM, "stork nest")
    await house.documents.settle()
    assert await house.vectors() == [1, 2]
    await house.close()
    again = await open_house(tmp_path, OtherEmbedder())
    await again.recall.find(DM, "Where does my sister live?", ANN)
    assert await again.vectors() == [1, 2]
    await again.close()


async def test_whoever_came_before_the_models_were_compared_is_refused(tmp_path: Path) -> None:
    """A caller before the comparison may have read vectors of the other model from the file."""
    await fill(tmp_path)
    house = await open_house(tmp_path, OtherEmbedder())
    gate = house.embedder.gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    early = [loop.create_task(house.one_model.embed(["stork"])) for _ in range(3)]
    for _ in range(3):
        await asyncio.sleep(0)
    gate.set()
    outcomes = await asyncio.gather(*early, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [MemoryFault] * 3
    assert len(await house.one_model.embed(["stork"])) == 1
    await house.close()


async def test_a_discarding_that_was_broken_off_is_finished_by_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(tmp_path)
    monkeypatch.setattr(one_model, "DISCARDED_AT_ONCE", 1)
    house = await open_house(tmp_path, OtherEmbedder())
    assert await VectorRows(house.store).discard(1) == 1  # as far as a killed process had come
    await house.close()
    house = await open_house(tmp_path, OtherEmbedder())
    with pytest.raises(MemoryFault):
        await house.one_model.embed(["stork"])
    assert await house.vectors() == [0, 0]
    await house.close()


async def test_a_file_from_before_models_were_told_apart_is_taken_over_as_it_is(
    tmp_path: Path,
) -> None:
    await fill(tmp_path)
    house = await open_house(tmp_path, OtherEmbedder())
    await house.store.transact(lambda db: db.run("DELETE FROM embedding"))
    assert len(await house.one_model.embed(["stork"])) == 1
    assert await house.vectors() == [1, 2]
    await house.close()


async def test_an_embedder_that_is_away_discards_nothing(tmp_path: Path) -> None:
    await fill(tmp_path)
    house = await open_house(tmp_path, OtherEmbedder())
    house.embedder.fault = True
    with pytest.raises(MemoryFault, match="away"):
        await house.one_model.embed(["stork"])
    assert await house.vectors() == [1, 2]
    await house.close()
