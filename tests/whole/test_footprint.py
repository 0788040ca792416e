"""Tests that the whole process tree stays under 512 MB, with the embedder and under load."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.rigs.footprint import Crowd
from tests.rigs.torch_build import cuda_mb

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
