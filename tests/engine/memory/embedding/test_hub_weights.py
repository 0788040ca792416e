"""Tests of weights from the Hub, with the Hub's own client against a small hub on loopback."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from aiohttp import web

from engine.errors import MemoryFault
from engine.memory.embedding.embedder import EmbedderSettings, ProcessEmbedder, locate_model
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
MODEL, COMMIT = "some/model", f"{1:040x}"


class Hub:
    """A hub that serves one model's files (the calls of huggingface_hub 0.36 to 2.4).

    `fetched` are the requested files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fetched: list[str] = []
        self.app = web.Application()
        self.app.router.add_get(f"/api/models/{MODEL}/revision/main", self._info)
        self.app.router.add_get(f"/api/models/{MODEL}", self._info)
        self.app.router.add_get(f"/api/models/{MODEL}/tree/{{commit}}", self._tree)
        self.app.router.add_get(f"/{MODEL}/resolve/{{commit}}/{{path:.+}}", self._file)

    def _files(self) -> list[Path]:
        return [path for path in self._folder.rglob("*") if path.is_file()]

    async def _info(self, _: web.Request) -> web.Response:
        files = [{"rfilename": path.relative_to(self._folder).as_posix()} for path in self._files()]
        return web.json_response(
            {"id": MODEL, "modelId": MODEL, "sha": COMMIT, "siblings": files, "tags": []}
        )

    async def _tree(self, _: web.Request) -> web.Response:
        return web.json_response(
            [
                {
                    "type": "file",
                    "path": path.relative_to(self._folder).as_posix(),
                    "size": path.stat().st_size,
                    "oid": "a" * 40,
                }
                for path in self._files()
            ]
        )

    async def _file(self, request: web.Request) -> web.Response:
        content = (self._folder / request.match_info["path"]).read_bytes()
        if request.method == "GET":
            self.fetched.append(request.match_info["path"])
        tag = hashlib.sha256(content).hexdigest()
        return web.Response(body=content, headers={"X-Repo-Commit": COMMIT, "ETag": f'"{tag}"'})


@pytest_asyncio.fixture
async def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    made = Hub(Path(locate_model("")))
    runner = web.AppRunner(made.app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    monkeypatch.setenv("HF_ENDPOINT", f"http://{host}:{port}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    yield made
    await runner.cleanup()


async def _embed_once() -> None:
    embedder = ProcessEmbedder(EmbedderSettings(model=MODEL), SystemClock())
    try:
        assert (await embedder.embed(["Is the harbour open?"])).shape == (1, 384)
    finally:
        await embedder.close()


async def test_a_model_comes_from_the_hub_and_later_without_it(hub: Hub) -> None:
    await _embed_once()
    assert "model.safetensors" in hub.fetched
    hub.fetched.clear()

    await _embed_once()
    assert hub.fetched == []


async def test_without_a_way_to_the_hub_the_operator_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    with pytest.raises(
        MemoryFault, match="some/model is not a folder, and the hub does not provide it"
    ):
        await _embed_once()
