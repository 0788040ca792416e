"""Tests of the webhook's port, which may be open to anybody."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator

import pytest

from engine.tasks import Tasks
from tests.adapters.web.wire import connect, drop, request, send
from tests.rigs import telegram_rig
from tests.rigs.fakes import FakeClock
from tests.rigs.ports import free_port
from tests.rigs.telegram_rig import Intake, Rig
from tests.servers.telegram import TelegramServer

server = telegram_rig.server
SECRET = "X-Telegram-Bot-Api-Secret-Token: s3cret"


class Hook(Rig):
    """An adapter behind a webhook, with a fake clock."""

    def __init__(self, server: TelegramServer) -> None:
        port = free_port()
        self.url, self.intake, self.clock = f"http://127.0.0.1:{port}", Intake(), FakeClock()
        super().__init__(
            server,
            self.intake,
            self.clock,
            webhook_url=f"{self.url}/telegram",
            webhook_secret="s3cret",
            port=port,
            host="127.0.0.1",
        )


@pytest.fixture
async def hook(server: TelegramServer) -> AsyncIterator[Hook]:
    hook = Hook(server)
    await server.until(lambda s: s.calls_of("setWebhook") and s.calls_of("setWebhook")[0].status)
    yield hook
    await hook.close()


@pytest.mark.parametrize("body", [b"[" * 50_000, b'{"a":' * 50_000, b"9" * 500_000, b"\xff"])
async def test_a_body_that_cannot_be_read_is_skipped_and_not_asked_for_again(
    hook: Hook, body: bytes
) -> None:
    said = await send(hook.url, request("/telegram", SECRET, method="POST", body=body))
    assert (said.status, hook.adapter.unreadable, hook.intake.offered) == (200, 1, 0)


async def test_a_long_body_is_refused(hook: Hook) -> None:
    head = request("/telegram", SECRET, "Content-Length: 20000000", method="POST")
    assert (await send(hook.url, head, b"x" * 2_000_000)).status in (0, 413)
    assert hook.intake.offered == 0


async def test_a_compressed_body_is_not_unpacked(hook: Hook) -> None:
    packed = gzip.compress(b'{"update_id": 1}')
    head = request("/telegram", SECRET, "Content-Encoding: gzip", method="POST", body=packed)
    assert (await send(hook.url, head)).status == 200
    assert hook.adapter.unreadable == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (
            request("/telegram", method="POST", body=b"{}").replace(b"Connection: close\r\n", b""),
            403,
        ),
        (request("/telegram").replace(b"Connection: close\r\n", b""), 405),
        (request("/elsewhere").replace(b"Connection: close\r\n", b""), 404),
        (b"nonsense\r\n\r\n", 400),
    ],
)
async def test_a_refused_connection_is_closed(hook: Hook, sent: bytes, status: int) -> None:
    assert (await send(hook.url, sent * 3)).status == status


@pytest.mark.parametrize(
    "beginning",
    [b"", b"POST /tele", request("/telegram", SECRET, "Content-Length: 100", method="POST")],
)
async def test_a_connection_without_a_whole_request_is_closed_in_time(
    hook: Hook, beginning: bytes
) -> None:
    _, writer, reader = await connect(hook.url)
    writer.write(beginning)
    await writer.drain()
    tasks = Tasks("test")
    said = tasks.spawn(reader.read(), "rest")
    while not said.done():
        await hook.clock.advance(1)
        await asyncio.sleep(0.001)  # give the network time
        assert hook.clock.now() < 1_200
    await drop(writer)
    await tasks.close()


async def test_connections_without_a_request_do_not_hold_up_telegram(
    hook: Hook, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = hook.adapter.webhook.gate
    monkeypatch.setattr(gate, "limits", type(gate.limits).within(100))
    writers = []
    for _ in range(200):
        _, writer, _ = await connect(hook.url)
        writer.write(b"POST /tele")
        writers.append(writer)
    server.say(42, "Hello")
    await server.until(lambda s: s.pending_updates == 0)
    assert hook.intake.texts == ["Hello"]
    await drop(*writers)


async def test_what_strangers_send_writes_nothing_to_the_log(
    hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for sent in (
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
        request("/"),
    ):
        await send(hook.url, sent)
    assert [record.name for record in caplog.records if record.name.startswith("aiohttp")] == []
    assert "Traceback" not in caplog.text
