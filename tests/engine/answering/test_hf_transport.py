"""Tests of what huggingface_hub keeps, closes and raises, with its installed version."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import importlib
import importlib.util
import inspect
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import huggingface_hub
import pytest
from huggingface_hub import errors

from engine.answering.hf_transport import (
    POOLED,
    Address,
    Chunks,
    FaultKind,
    HttpRefusal,
    read_fault,
)
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.contract import ChatMessage, Finish, Usage
from engine.errors import ModelError, ModelGarbled
from engine.tasks import SystemClock, Tasks, end
from tests.rigs.fakes import settle
from tests.servers.hub import HubServer
from tests.servers.model import ModelServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ROOT = Path(__file__).resolve().parents[3]
LONG = [ChatMessage("user", "long " * 500)]
needs_pool = pytest.mark.skipif(not POOLED, reason="0.36 has a session for each call")


async def answer(model: HuggingFaceModel, times: int, name: str = "m") -> None:
    for _ in range(times):
        async for _ in model.stream(LONG, 5, name):
            pass


async def live_objects() -> int:
    """Count the live objects, after collected generators have finished in the loop."""
    gc.collect()
    await settle()
    gc.collect()
    return len(gc.get_objects())


async def grown(model: HuggingFaceModel, times: int) -> int:
    """Return how many more objects are alive after this many answers."""
    await answer(model, 10)
    before = await live_objects()
    await answer(model, times)
    return await live_objects() - before


_ONE_ANSWER = """
import asyncio, sys
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.contract import ChatMessage

async def main():
    model = HuggingFaceModel(ModelSettings(sys.argv[1], models=("m",)))
    print("".join([delta.text async for delta in model.stream([ChatMessage("user", "hi")], 5, "m")]))
    await model.close()

asyncio.run(main())
"""


async def test_nobody_but_the_endpoint_is_asked(tmp_path: Path) -> None:
    """This runs in a process of its own, because earlier tests have already caused one-time requests."""
    environment = {"HF_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    async with ModelServer() as server, HubServer(token="hf_x") as hub:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _ONE_ANSWER, server.base_url),
            env={**environment, "HF_ENDPOINT": hub.url},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
        assert said.decode().strip()
        assert hub.requests == []


async def test_nothing_is_kept_of_an_answer() -> None:
    async with ModelServer(keep=1) as server:
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        assert await grown(model, 50) < 25
        await model.close()


async def test_nothing_is_kept_of_a_refusal_or_a_broken_answer() -> None:
    async with ModelServer(keep=1) as server:
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))

        async def fail(times: int) -> None:
            for name in ["fault:500", "fault:no-finish", "fault:cut", "fault:malformed"] * times:
                with contextlib.suppress(ModelError):
                    await answer(model, 1, name)

        await fail(3)
        before = await live_objects()
        await fail(13)
        assert await live_objects() - before < 26
        await model.close()


@needs_pool
async def test_a_shared_client_still_keeps_every_answer() -> None:
    """If this fails, the library's client is fixed, and `PooledEndpoint` may share one client again."""
    async with ModelServer(keep=1) as server:
        client = huggingface_hub.AsyncInferenceClient(base_url=server.base_url, api_key="none")

        async def ask() -> None:
            stream = await client.chat_completion(
                [{"role": "user", "content": "Hi"}], model="m", stream=True
            )
            async for _ in stream:
                pass

        await ask()
        before = await live_objects()
        for _ in range(10):
            await ask()
        assert await live_objects() - before > 100
        await client.close()


@needs_pool
async def test_one_connection_serves_answer_after_answer() -> None:
    async with ModelServer() as server:
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        await answer(model, 10)
        assert (len(server.requests), server.connections) == (10, 1)
        await model.close()


@needs_pool
async def test_a_connection_that_was_closed_between_two_answers_is_made_anew() -> None:
    events = ('{"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}', "[DONE]")
    body = "".join(f"data: {event}\n\n" for event in events).encode()
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n"
        % len(body)
    )
    handlers: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.append(asyncio.current_task())
        asked = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in asked.splitlines()
            if line.lower().startswith(b"content-l")
        )
        await reader.readexactly(length)
        writer.write(head + body)
        await reader.read(1)  # closes at the moment at which the next request begins
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    model = HuggingFaceModel(
        ModelSettings(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", models=("m",))
    )
    await answer(model, 3)
    await model.close()
    server.close()
    await asyncio.gather(
        *filter(None, handlers)
    )  # before Python 3.12 a server's wait_closed does not wait for connections
    await server.wait_closed()
    assert len(handlers) == 3


@needs_pool
async def test_answers_at_once_take_a_connection_each_and_leave_them_to_the_next() -> None:
    async with ModelServer() as server:
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        for _ in range(5):
            await asyncio.gather(*[answer(model, 1) for _ in range(5)])
        assert server.connections == 5
        await model.close()


@needs_pool
async def test_a_refusal_leaves_its_connection_to_the_next() -> None:
    async with ModelServer() as server:
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        for name in ("fault:400-model", "fault:500-chunked", "fault:502"):
            with pytest.raises(Exception, match="status"):
                await answer(model, 1, name)
        await answer(model, 1)
        assert server.connections == 1
        await model.close()


@needs_pool
async def test_the_session_factory_serves_others_with_a_client_of_their_own() -> None:
    async with ModelServer() as server:
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        await answer(model, 1)
        async with huggingface_hub.get_async_session() as session:
            assert (await session.get(server.base_url + "/models")).status_code == 200
        await answer(model, 1)
        assert server.connections == 1  # only connections that asked for an answer are counted
        await model.close()


# --- an endpoint that floods
# --------------------------------------------------------------------------------------------------

WORD = b'data: {"choices": [{"delta": {"content": "word "}}]}\n\n'


async def flooding(part: bytes, times: int) -> AsyncIterator[bytes]:
    """Yield without ever waiting, like a connection whose buffer is always full."""
    for _ in range(times):
        yield part


@pytest.mark.parametrize(
    "part", [WORD * 2000, WORD, b": ping\n" * 9000 + WORD, b"\n" * 65536 + WORD]
)
async def test_other_tasks_have_turns_while_an_endpoint_floods(part: bytes) -> None:
    chunks = Chunks(flooding(part, 64 * len(WORD) * 2000 // len(part)), "", SystemClock())
    read = most = before = 0

    async def look() -> None:
        nonlocal most, before
        while True:
            most, before = max(most, read - before), read
            await asyncio.sleep(0)

    looking = Tasks("test").spawn(look(), "look")
    while await chunks.read() is not None:
        read += 1
    await end(looking)
    assert (read > 40, 0 < most <= 32) == (True, True)


async def raw_server(body: bytes, *, times: int = 1, head: str = "") -> asyncio.AbstractServer:
    """Run a server that answers each request with this body, repeated."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 {head or '200 OK'}\r\nConnection: close\r\n\r\n".encode())
            for _ in range(times):
                writer.write(body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


@contextlib.asynccontextmanager
async def raw_model(body: bytes, **how: Any) -> AsyncIterator[HuggingFaceModel]:
    server = await raw_server(body, **how)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    model = HuggingFaceModel(ModelSettings(address, models=("m",)))
    try:
        yield model
    finally:
        await model.close()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("beginning", [b"data: ", b'{"choices": "'])
async def test_a_line_without_an_end_ends_the_answer(beginning: bytes) -> None:
    async with raw_model(beginning + b"x" * 200_000, times=50) as model:
        with pytest.raises(ModelGarbled, match="more than an answer"):
            await answer(model, 1)


async def test_an_error_without_an_end_is_its_status() -> None:
    for head in ("500 No", "404 No\r\nContent-Type: application/json"):
        async with raw_model(b"x" * 200_000, times=500, head=head) as model:
            with pytest.raises(ModelError, match=head[:3]):
                await answer(model, 1)


async def test_one_json_object_where_a_stream_was_asked_is_an_answer() -> None:
    message = {"role": "assistant", "content": "Good day"}
    whole = {
        "choices": [{"message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2},
    }
    async with raw_model(json.dumps(whole, indent=2).encode()) as model:
        deltas = [delta async for delta in model.stream(LONG, 5)]
    assert [delta.text for delta in deltas] == ["Good day", "", ""]
    assert (deltas[1].finish, deltas[2].usage) == (Finish.STOP, Usage(1, 2))


async def test_a_separator_inside_a_words_json_does_not_cut_it() -> None:
    body = (
        'data: {"choices": [{"delta": {"content": "a\u2028\x85b"}, "finish_reason": "stop"}]}\n\n'
    )
    async with raw_model(body.encode()) as model:
        deltas = [delta async for delta in model.stream(LONG, 5)]
    assert deltas[0].text == "a\u2028\x85b"


async def test_a_compressed_answer_is_read() -> None:
    body = WORD + b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
    head = "200 OK\r\nContent-Encoding: gzip"
    async with raw_model(gzip.compress(body), head=head) as model:
        deltas = [delta async for delta in model.stream(LONG, 5)]
    assert deltas[0].text == "word "


# --- the table of vendor errors
# --------------------------------------------------------------------------------------


def vendor_errors() -> Iterator[type[Exception]]:
    """Yield every error that a call of the client or of its HTTP library can raise."""
    library = importlib.import_module(
        errors.HfHubHTTPError.__bases__[0].__module__.partition(".")[0] if POOLED else "aiohttp"
    )
    base: Any = library.HTTPError if POOLED else library.ClientError
    for module in (library, errors):
        for found in vars(module).values():
            if inspect.isclass(found) and issubclass(found, (base, errors.TextGenerationError)):
                yield found
    yield errors.InferenceTimeoutError
    if POOLED:
        yield library.InvalidURL


@pytest.mark.parametrize("kind", sorted(set(vendor_errors()), key=str))
def test_every_error_of_the_vendor_is_mapped(kind: type[Exception]) -> None:
    assert read_fault(kind.__new__(kind)).kind is not FaultKind.UNKNOWN


def test_the_table_of_vendor_errors_is_not_empty() -> None:
    assert len(set(vendor_errors())) > 20


class Response:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code
        self.headers = {"Retry-After": "5"}


class WithResponse(Exception):
    response = Response(503)


class WithStatus(Exception):
    status = 429
    headers = {"Retry-After": "5"}  # noqa: RUF012 - as the library has it
    response_error_payload = {"error": "slow down"}  # noqa: RUF012 - as the library has it


def test_a_status_is_found_on_the_error_or_on_its_response() -> None:
    assert read_fault(WithResponse("gone")).status == 503
    assert read_fault(WithStatus()).status == 429
    assert {read_fault(error).retry_after for error in (WithResponse(), WithStatus())} == {"5"}


def test_the_endpoints_words_are_kept_for_sorting_and_out_of_the_repr() -> None:
    fault = read_fault(HttpRefusal(400, {}, "the context length"))
    assert fault.text == "the context length"
    assert "context" not in repr(fault)


def test_an_error_from_nowhere_is_unknown() -> None:
    assert read_fault(ZeroDivisionError()).kind is FaultKind.UNKNOWN


@pytest.mark.parametrize(
    ("base_url", "loopback"),
    [
        ("http://127.0.0.1:8083/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:8083/v1", True),
        ("https://router.huggingface.co/v1", False),
        ("http://10.0.0.1/v1", False),
    ],
)
def test_loopback_is_told_by_the_host(base_url: str, *, loopback: bool) -> None:
    assert Address(base_url, "", 1.0).is_loopback is loopback


def test_httpcore_finds_what_it_looks_for_at_every_lock() -> None:
    """A search that finds nothing is not cached, and takes a quarter of a short call's time."""
    assert importlib.util.find_spec("sniffio") is not None


async def test_no_dataclass_of_the_client_is_built_from_a_chunk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("the client read a chunk")

    for name in ("parse_obj_as_instance", "parse_obj"):
        monkeypatch.setattr(huggingface_hub.ChatCompletionStreamOutput, name, fail)
    async with ModelServer() as server:
        model = HuggingFaceModel(ModelSettings(server.base_url, models=("m",)))
        await answer(model, 2)
        await model.close()
