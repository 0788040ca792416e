"""A large file is read in one buffer, within its limit, and no error names the token."""

from __future__ import annotations

import pytest

from adapters.telegram import TelegramAdapter
from adapters.telegram.downloads import SMALL_BYTES
from engine.attachments import Attachment
from engine.errors import DeliveryFailed
from tests.rigs import telegram_rig
from tests.rigs.telegram_rig import sink_of
from tests.servers.telegram import TelegramServer, Upload

adapter, server = telegram_rig.adapter, telegram_rig.server
LARGE = b"x" * (SMALL_BYTES + 100_000)


def file_of(server: TelegramServer, size: int = 0) -> Attachment:
    stored = server.put_file(Upload("a.bin", "application/octet-stream", LARGE))
    return Attachment("a.bin", "application/octet-stream", size, stored.file_id)


async def test_a_large_file_is_read_whole(adapter: TelegramAdapter, server: TelegramServer) -> None:
    assert await sink_of(adapter).fetch(file_of(server), len(LARGE)) == LARGE


async def test_a_file_that_is_longer_than_said_is_refused(
    adapter: TelegramAdapter, server: TelegramServer
) -> None:
    with pytest.raises(DeliveryFailed, match="too large"):
        await sink_of(adapter).fetch(file_of(server), SMALL_BYTES + 1)


async def test_a_file_that_is_gone_is_an_error_without_its_address(
    adapter: TelegramAdapter, server: TelegramServer
) -> None:
    file = file_of(server)
    stored = server.world.files[file.ref]

    class Gone(dict):  # type: ignore[type-arg]  # getFile knows the file, its path is gone
        def values(self) -> list[object]:  # type: ignore[override]
            return []

    server.world.files = Gone({file.ref: stored})
    with pytest.raises(DeliveryFailed) as failed:
        await sink_of(adapter).fetch(file, len(LARGE))
    assert server.token not in str(failed.value)
