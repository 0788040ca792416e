"""The model server keeps to the chat completion protocol, and each fault is what its name says."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import aiohttp
import pytest

from engine.tasks import Tasks
from tests.servers.model import FAULTS, ModelServer, Reply
from tests.servers.model_faults import REFUSALS

HELLO = [{"role": "user", "content": "Hello you"}]


async def ask(server: ModelServer, **fields: Any) -> tuple[int, str]:
    body = {"model": "example/small", "messages": HELLO, "stream": True, **fields}
    async with (
        aiohttp.ClientSession() as session,
        session.post(server.base_url + "/chat/completions", json=body) as answer,
    ):
        return answer.status, await answer.text()


def chunks(text: str) -> list[Any]:
    lines = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


async def test_a_stream_is_role_then_content_then_finish_then_usage_then_done() -> None:
    async with ModelServer() as server:
        server.queue.append(Reply("Good day"))
        status, text = await ask(server, stream_options={"include_usage": True})
    role, first, second, finish, usage = chunks(text)
    assert (status, role["choices"][0]["delta"]) == (200, {"role": "assistant", "content": ""})
    assert [c["choices"][0]["delta"]["content"] for c in (first, second)] == ["Good", " day"]
    assert finish["choices"][0]["finish_reason"] == "stop"
    assert usage["choices"] == []
    assert usage["usage"] == {"prompt_tokens": 2, "completion_tokens": 2, "total_tokens": 4}
    assert text.endswith("data: [DONE]\n\n")


async def test_usage_is_sent_only_when_asked_for() -> None:
    async with ModelServer() as server:
        _, text = await ask(server)
    assert all("usage" not in chunk for chunk in chunks(text))


async def test_an_answer_over_max_tokens_finishes_by_length() -> None:
    async with ModelServer() as server:
        server.queue.append(Reply("a b c d"))
        _, text = await ask(server, max_tokens=2)
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks(text)) == "a b"
    assert chunks(text)[-1]["choices"][0]["finish_reason"] == "length"


async def test_without_a_script_the_answer_is_a_function_of_the_messages() -> None:
    async with ModelServer() as server:
        server.answer = lambda messages: messages[-1]["content"].upper()
        status, text = await ask(server, stream=False)
    assert (status, json.loads(text)["choices"][0]["message"]["content"]) == (200, "HELLO YOU")


async def test_a_wrong_token_is_refused_and_no_token_stands_in_the_log() -> None:
    async with ModelServer(token="right") as server:
        status, _ = await ask(server)
        assert status == 401
        assert "authorization" not in server.requests[0].headers
        assert "right" not in repr(server.requests[0])


@pytest.mark.parametrize("name", sorted(REFUSALS))
async def test_a_refusal_has_its_status_and_body(name: str) -> None:
    async with ModelServer() as server:
        status, text = await ask(server, model=f"fault:{name}")
    assert status == REFUSALS[name].status
    assert text == REFUSALS[name].encoded()[0].decode()


async def test_a_rate_limit_says_when_to_come_back() -> None:
    async with ModelServer() as server, aiohttp.ClientSession() as session:
        body = {"model": "fault:429", "messages": HELLO}
        async with session.post(server.base_url + "/chat/completions", json=body) as answer:
            assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("name", "last_line"),
    [
        (
            "error-object",
            'data: {"error": {"message": "CUDA error in worker 3", "type": "server_error"}}',
        ),
        ("error-overloaded", 'data: {"error": "Model is overloaded", "error_type": "overloaded"}'),
        ("error-event", 'data: {"message": "upstream connect error", "type": "upstream"}'),
        ("malformed", 'data: {"choices": [{"index": 0, "delta": {"cont'),
        ("not-an-object", "data: [1, 2, 3]"),
        ("done-without-space", "data:[DONE]"),
    ],
)
async def test_a_broken_stream_ends_with_the_line_of_its_fault(name: str, last_line: str) -> None:
    async with ModelServer() as server:
        _, text = await ask(server, model=f"fault:{name}")
    assert "One" in text
    assert text.strip().splitlines()[-1] == last_line


async def test_a_stream_without_finish_just_ends() -> None:
    async with ModelServer() as server:
        _, text = await ask(server, model="fault:no-finish")
    assert "[DONE]" not in text
    assert all(chunk["choices"][0]["finish_reason"] is None for chunk in chunks(text))


async def test_a_cut_stream_breaks_off_in_the_body() -> None:
    async with ModelServer() as server:
        with pytest.raises(aiohttp.ClientPayloadError):
            await ask(server, model="fault:cut")


async def test_an_empty_answer_finishes_without_content() -> None:
    async with ModelServer() as server:
        _, text = await ask(server, model="fault:empty")
    assert [c["choices"][0]["delta"].get("content", "") for c in chunks(text)] == ["", ""]


async def test_a_gate_lets_out_as_many_tokens_as_were_released() -> None:
    async with ModelServer() as server:
        gate = server.gate()
        server.queue.append(Reply("a b c", gate=gate))
        asking = Tasks("test").spawn(ask(server), "ask")
        call = await server.call(0)
        gate.release(3)
        await asking
        assert call.tokens_sent == 3


@pytest.mark.parametrize("name", ["stall", "stall-headers"])
async def test_a_client_that_goes_away_from_a_stalled_stream_is_noticed(name: str) -> None:
    async with ModelServer() as server:
        asking = Tasks("test").spawn(ask(server, model=f"fault:{name}"), "ask")
        call = await server.call(0)
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking
        await call.ended.wait()
        assert call.cancelled


async def test_the_server_ends_while_streams_are_held() -> None:
    async with ModelServer() as server:
        asking = Tasks("test").spawn(ask(server, model="fault:stall"), "ask")
        call = await server.call(0)
    with pytest.raises(aiohttp.ClientError):
        await asking
    assert call.ended.is_set()


async def test_models_and_health_and_stats_are_served() -> None:
    async with ModelServer() as server, aiohttp.ClientSession() as session:
        async with session.get(server.base_url + "/models") as answer:
            assert [m["id"] for m in (await answer.json())["data"]] == [
                "example/small",
                "example/large",
            ]
        async with session.get(server.base_url[:-3] + "/health") as answer:
            assert await answer.json() == {"status": "ok"}
        async with session.get(server.base_url[:-3] + "/stats") as answer:
            assert await answer.json() == {"requests": 0, "connections": 0}


def test_every_fault_has_one_name() -> None:
    assert len(FAULTS) == len(set(FAULTS))


async def test_connections_are_counted_once_each() -> None:
    async with ModelServer() as server, aiohttp.ClientSession() as session:
        for _ in range(2):
            body = {"model": "m", "messages": HELLO}
            async with session.post(server.base_url + "/chat/completions", json=body) as answer:
                await answer.read()
        assert (len(server.requests), server.connections) == (2, 1)
