"""Tests that the whole process tree stays under 512 MB, with the embedder and under load."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.engine.media.pictures import made
from tests.rigs.footprint import Crowd
from tests.rigs.torch_build import cuda_mb
from tests.servers.model_faults import pictures_of
from tests.servers.telegram import Upload

LIMIT_BYTES = 512_000_000 + cuda_mb() * 2**20
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.timeout(150)
async def test_the_tree_fits_half_a_gigabyte_while_it_serves(tmp_path: Path) -> None:
    async with Crowd(tmp_path) as crowd:
        await crowd.talk()
        await crowd.until_embedded()
        assert crowd.now().processes > 1, "the embedder did not start"
        await crowd.serve(40)
        await crowd.talk(5)
        assert crowd.peak < LIMIT_BYTES


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_the_tree_fits_half_a_gigabyte_after_a_thousand_chats(tmp_path: Path) -> None:
    async with Crowd(tmp_path) as crowd:
        assert await crowd.serve(900) == 900
        await crowd.talk(100)
        await crowd.until_embedded()
        assert crowd.peak < LIMIT_BYTES


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_tree_fits_half_a_gigabyte_while_large_pictures_come_in(tmp_path: Path) -> None:
    huge = made((12_000, 9_000), mode="L", colour=120, quality=95)
    phone = made((4_032, 3_024), "PNG", colour="red")
    async with Crowd(tmp_path) as crowd:
        await crowd.serve(2)
        await crowd.until_embedded()
        for number, (name, kind, content) in enumerate(
            [("huge.jpg", "image/jpeg", huge), ("phone.png", "image/png", phone)] * 2
        ):
            file = Upload(name, kind, content, "document")
            crowd.telegram.say(900_000 + number, "what is this?", file=file)
        await crowd.serve(20)
        await crowd.telegram.until(
            lambda server: all(server.sent(900_000 + n) for n in range(4)), 120
        )
        assert len([call for call in crowd.model.requests if pictures_of(call.body)]) >= 4
        assert crowd.peak < LIMIT_BYTES
