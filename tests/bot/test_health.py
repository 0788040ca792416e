"""What is known of the process's health, and how it is asked."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from adapters.edge.vitals import is_local
from bot.ask_health import ask
from bot.health import DEAF_SECONDS, Health
from bot.health_server import MOST_HEAD_BYTES, HealthServer
from bot.metrics import rendered
from bot.systemd import Notifier
from bot.watch import Watch
from engine.caps import Caps, SpendingSettings
from engine.contract import ChatKey, Finish, Usage
from engine.counters import Answered, Counters
from engine.errors import ModelRefused, ModelUnavailable, OutOfCredit, StorageFault
from engine.storage.pulse import Pulse
from tests.rigs.app_rig import TOKEN, running, texts
from tests.rigs.fakes import FakeClock
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer

OPERATOR = "the operator's token"


@dataclass
class Platform:
    """An adapter that was heard so long ago."""

    seconds: float = 1.0

    def silent_seconds(self) -> float:
        return self.seconds


@dataclass
class Copy:
    name: str = "hub"
    made_at: float = 0.0
    said: str = ""

    def overdue(self, now: float) -> str:
        return self.said


@dataclass
class Work:
    load: tuple[int, int] = (1, 2)
    caps: Caps = field(default_factory=lambda: Caps(SpendingSettings(), None, FakeClock()))


def healthy(clock: FakeClock | None = None, *platforms: str) -> Health:
    clock = clock or FakeClock()
    health = Health(clock, Counters(clock), OPERATOR)
    health.engine = Work()  # type: ignore[assignment]
    health.pulse = Pulse()
    health.metrics = partial(rendered, health)
    health.adapters = {name: Platform() for name in platforms or ("telegram",)}  # type: ignore[misc]
    return health


def causes(health: Health) -> list[str]:
    return [problem.cause for problem in health.problems()]


def test_a_process_in_which_nothing_is_wrong_is_ready() -> None:
    health = healthy()
    assert (health.ready, health.live, health.problems()) == (True, True, [])


def test_before_its_parts_are_built_it_is_not_ready() -> None:
    health = healthy()
    health.engine = None
    assert not health.ready


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("p.db: the disk is full; free some space", "disk"), ("p.db: STORAGE_LIMIT_MB is reached", "disk"),
     ("p.db: the file is damaged", "database")],
)  # fmt: skip
def test_a_write_that_failed_makes_it_unready_until_one_succeeds(fault: str, cause: str) -> None:
    health = healthy()
    assert health.pulse is not None
    health.pulse.fail(StorageFault(fault))
    assert (causes(health), health.ready) == ([cause], False)
    health.pulse.commit()
    assert (causes(health), health.ready) == ([], True)


def test_a_platform_is_deaf_after_two_minutes_and_the_others_go_on() -> None:
    health = healthy(None, "telegram", "discord")
    health.adapters["telegram"].seconds = DEAF_SECONDS + 1  # type: ignore[attr-defined]
    assert (causes(health), health.ready) == (["deaf telegram"], True)
    health.adapters["discord"].seconds = DEAF_SECONDS + 1  # type: ignore[attr-defined]
    assert (causes(health), health.ready) == (["deaf telegram", "deaf discord"], False)


def test_a_platform_that_refused_its_token_is_not_called_deaf_too() -> None:
    health = healthy()
    health.rejected["telegram"] = "the token is not accepted"
    health.adapters["telegram"].seconds = 1000.0  # type: ignore[attr-defined]
    assert (causes(health), health.ready) == (["token telegram"], False)


@pytest.mark.parametrize(
    ("error", "cause"),
    [(OutOfCredit("no"), "credit"), (ModelRefused("no", status=401), "token model")],
)
def test_credit_and_token_of_the_model_are_told_at_the_first_failure(
    error: Exception, cause: str
) -> None:
    health = healthy()
    health.counters.model_failed("a", error)  # type: ignore[arg-type]
    assert (causes(health), health.ready) == ([cause], False)
    health.counters.model_spoke("a")
    assert causes(health) == []


async def test_a_model_fails_for_everybody_after_five_failures_in_a_minute() -> None:
    clock = FakeClock()
    health = healthy(clock)
    health.counters.model_spoke("b")
    for _ in range(5):
        health.counters.model_failed("a", ModelUnavailable("status 503"))
    assert causes(health) == []
    await clock.advance(61)
    assert (causes(health), health.ready) == (["model a"], True)  # b still answers
    health.counters.model_failed("b", OutOfCredit("no"))
    assert not health.ready


def test_an_old_backup_is_told_and_messages_are_still_answered() -> None:
    health = healthy()
    health.copies.append(Copy(said="the newest snapshot is 3 h old"))
    assert (causes(health), health.ready) == (["backup hub"], True)


async def test_it_is_not_live_once_its_own_look_is_late() -> None:
    clock = FakeClock()
    health = healthy(clock)
    health.looked_at = clock.now()
    await clock.advance(200)
    assert not health.live
    assert (await health.report("/live", local=False, bearer="")).status == 503


async def test_readiness_tells_reasons_and_ages_to_this_machine_or_with_the_token_only() -> None:
    health = healthy()
    health.rejected["telegram"] = "the token is not accepted"
    health.copies.append(Copy(made_at=health.clock.time() - 60))
    stranger = await health.report("/ready", local=False, bearer="")
    assert (stranger.status, stranger.body) == (503, "not ready\n")
    for told in (
        await health.report("/ready", local=True, bearer=""),
        await health.report("/ready", local=False, bearer=OPERATOR),
    ):
        found = json.loads(told.body)
        assert found["wrong"] == ["telegram does not accept its token: the token is not accepted"]
        assert found["ages_seconds"] == {"heard from telegram": 1.0, "backup hub": 60.0}


async def test_metrics_are_for_this_machine_or_with_the_token() -> None:
    health = healthy()
    assert (await health.report("/metrics", local=False, bearer="guess")).status == 403
    assert (await health.report("/metrics", local=False, bearer=OPERATOR)).status == 200
    health.token = ""
    assert (await health.report("/metrics", local=False, bearer="")).status == 403
    assert (await health.report("/metrics", local=True, bearer="")).status == 200


async def test_cost_and_estimated_tokens_are_metrics_by_model() -> None:
    health = healthy()
    used = Usage(100, 20, estimated=True, model="org/one", cost=2_500_000)
    answered = Answered(Finish.STOP, "org/one", used, 1.0)
    health.counters.answered(ChatKey("fake", "4711"), answered)
    text = await rendered(health)
    assert 'pipit_cost_total{model="org/one",currency="USD"} 0.0025' in text
    assert 'pipit_tokens_estimated_total{model="org/one"} 120' in text
    assert "4711" not in text


@pytest.mark.parametrize(
    ("peer", "headers", "local"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.1", {}, False),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.1"}, False),
    ],
)
def test_a_request_through_a_proxy_does_not_come_from_this_machine(
    peer: str, headers: dict[str, str], local: bool
) -> None:
    assert is_local(peer, headers) is local


# --- the server ---


@dataclass
class Serving:
    port: int
    health: Health
    seen: list[str] = field(default_factory=list)

    async def get(self, raw: bytes) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        answer = await reader.read()
        writer.close()
        return answer.decode()


@pytest.fixture
async def serving() -> AsyncIterator[Serving]:
    health = healthy()
    server = HealthServer(health, "127.0.0.1", 0, FakeClock())
    await server.open()
    yield Serving(server.port, health)
    await server.close()


async def test_the_server_answers_probes(serving: Serving) -> None:
    head, body = (await serving.get(b"GET /ready HTTP/1.1\r\nHost: x\r\n\r\n")).split("\r\n\r\n")
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    assert json.loads(body)["ready"] is True
    assert (await serving.get(b"HEAD /live HTTP/1.1\r\n\r\n")).endswith("\r\n\r\n")
    assert "404" in await serving.get(b"GET /other HTTP/1.1\r\n\r\n")
    assert "405" in await serving.get(b"POST /ready HTTP/1.1\r\n\r\n")


async def test_a_head_that_is_too_long_is_refused(serving: Serving) -> None:
    assert "431" in await serving.get(b"GET /live HTTP/1.1\r\nX: " + b"x" * MOST_HEAD_BYTES)


async def test_a_probe_that_fails_gets_an_answer(serving: Serving) -> None:
    serving.health.copies.append(None)  # type: ignore[arg-type]
    assert "500" in await serving.get(b"GET /ready HTTP/1.1\r\n\r\n")


# --- the command ---


async def test_the_command_asks_the_running_process(
    serving: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    set_to = {"HEALTH_PORT": str(serving.port), "HEALTH_HOST": "0.0.0.0"}
    nowhere = Path("no such file")
    assert await asyncio.to_thread(ask, set_to, nowhere) == 0
    serving.health.closed = "p.db: the file is damaged"
    assert await asyncio.to_thread(ask, set_to, nowhere) == 1
    assert "the file is damaged" in capsys.readouterr().out


def test_the_command_says_that_nothing_answers(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert ask({"HEALTH_PORT": str(port)}, Path("no such file")) == 69
    assert f"nothing answers on 127.0.0.1, port {port}" in capsys.readouterr().err
    assert ask({}, Path("no such file")) == 78


# --- systemd ---


async def test_systemd_is_told_the_start_and_the_signs_of_life(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(address)
        clock = FakeClock()
        health = healthy(clock)
        notifier = Notifier(address, "30000000")
        assert notifier.watchdog_seconds == 30.0
        watch = Watch(health, clock, notifier)
        await watch.look()
        assert told.recv(1000).decode().split("\n") == ["WATCHDOG=1", "STATUS=answering", "READY=1"]
        health.rejected["telegram"] = "no"
        await watch.look()
        assert told.recv(1000) == b"WATCHDOG=1\nSTATUS=telegram does not accept its token: no"


async def test_while_writes_fail_a_write_is_tried_at_each_look() -> None:
    clock = FakeClock()
    health = healthy(clock)
    tried: list[int] = []

    async def beat() -> None:
        tried.append(1)
        if len(tried) == 1:
            raise StorageFault("still full")
        assert health.pulse is not None
        health.pulse.commit()

    health.beat = beat
    watch = Watch(health, clock, Notifier(""))
    await watch.look()
    assert tried == []
    assert health.pulse is not None
    health.pulse.fail(StorageFault("the disk is full"))
    for _ in range(3):
        await watch.look()
    assert (len(tried), health.problems()) == (2, [])


async def test_an_admin_who_is_slow_to_reach_delays_no_sign_of_life() -> None:
    clock = FakeClock()
    health = healthy(clock)
    began: list[int] = []

    class Slow:
        async def take(self, problems: object) -> None:
            began.append(1)
            await clock.sleep(1000)

    watch = Watch(health, clock, Notifier(""), Slow())  # type: ignore[arg-type]
    for _ in range(3):
        await watch.look()
        await clock.advance(10)
        assert clock.now() - health.looked_at == 10
    await watch.close()
    assert len(began) == 1


# --- the whole process ---


async def fetched(port: int, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    return answer.partition("\r\n\r\n")[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def samples(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


async def test_a_running_process_tells_its_health_and_its_metrics(tmp_path: Path) -> None:
    port = free_port()
    more: dict[str, Any] = {"HEALTH_PORT": str(port)}
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        model.queue.append(Reply("An answer that is counted and is long enough."))
        async with running(server, model, tmp_path / "p.db", **more):
            server.say(7, "hi")
            await server.until(lambda s: bool(texts(s)))
            ready = json.loads(await fetched(port, "/ready"))
            assert (ready["ready"], ready["wrong"]) == (True, [])
            assert {"heard from telegram", "committed write", "model success"} <= set(
                ready["ages_seconds"]
            )
            while True:
                text = await fetched(port, "/metrics")
                found = samples(text)
                if found.get('pipit_answers_total{end="stop"}'):
                    break
    assert found["pipit_ready"] == 1
    assert found['pipit_platform_calls_total{platform="telegram",result="ok"}'] >= 1
    assert found["pipit_resident_memory_bytes"] > 10e6
    assert found["pipit_database_bytes"] > 0
    series = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(series) == len(set(series)) >= 24
    assert "telegram:7" not in text
