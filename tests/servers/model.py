"""An OpenAI-compatible chat completion server on loopback, with scripted answers and every fault that endpoints show.

Any client of the chat completion API can be pointed at it::

    async with ModelServer() as server:
        client = AsyncInferenceClient(base_url=server.base_url, api_key="any")
        # The next answer; else `server.answer(messages)`.
        server.queue.append(Reply("Hello there"))
        server.queue.append(Reply.faulty("429"))              # or a fault by its name, see `FAULTS`
        # Tokens by hand.
        gate = server.gate(); server.queue.append(Reply("a b c", gate=gate)); gate.release(2)
        # Wait until the first request has come.
        call = await server.call(0)
        await call.ended.wait(); assert call.cancelled        # the client went away

- ``POST /v1/chat/completions``, streamed (role chunk, content chunks, finish_reason, usage with ``choices == []`` when
  ``stream_options`` asks for it, ``data: [DONE]``) or in one piece; ``GET /v1/models``, ``/health`` and ``/stats``.
- A request whose model is ``fault:NAME`` gets that fault whatever the script says, so faults can be had by hand too.
- Reasoning goes out as deltas under `Reply.reasoning_field`; ``<think>`` parts are simply part of the text.
- A client that disconnects is noticed at once: the call ends as `cancelled`.
- `ModelServer.refuses` names what is refused with 400, see `FORMS`; `continues` makes it go on with a final
  assistant message that asks for it (vLLM's ``continue_final_message``), else such a field is ignored.

Source of the wire format: platform.openai.com/docs/api-reference/chat-streaming. Tokens are words
with their space. From a shell: ``python -m tests.servers.model --port 8083 --seconds-per-token
0.02``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable
from weakref import WeakSet

from aiohttp import web

from tests.servers.model_faults import (
    BLIND,
    ERROR_LINES,
    FORMS,
    NOT_THIS_PICTURE,
    REFUSALS,
    Refusal,
    StreamFault,
    at_most,
    pictures_of,
    refused_form,
)
from tests.servers.model_media import MediaDesk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Self

__all__ = ["FAULTS", "FORMS", "Call", "Gate", "ModelServer", "Refusal", "Reply", "StreamFault"]

FAULTS = (*REFUSALS, *(fault.value for fault in StreamFault))
Json = dict[str, Any]
Answer = Callable[[list[Json]], str]


_ROUNDS_TO_READ = 50
"""The rounds of the loop that a client in this process gets before a cut.

aiohttp drops data that it has not passed on by then.
"""


class Gate:
    """A gate that holds a stream's tokens until they are released.

    It must be built in a coroutine.
    """

    def __init__(self) -> None:
        self._tokens = asyncio.Semaphore(0)
        self._open = False

    def release(self, tokens: int = 1) -> None:
        """Release this many more tokens."""
        for _ in range(tokens):
            self._tokens.release()

    def open(self) -> None:
        """Release all tokens from now on."""
        self._open = True
        self._tokens.release()

    async def pass_token(self) -> None:
        """Wait until one token is released."""
        if not self._open:
            await self._tokens.acquire()


@dataclass(frozen=True)
class Reply:
    """One scripted answer. `tokens` gives exact pieces instead of words."""

    text: str = ""
    tokens: tuple[str, ...] = ()
    reasoning: tuple[str, ...] = ()
    reasoning_field: str = "reasoning"
    finish: str = "stop"
    fault: Refusal | StreamFault | None = None
    fault_after: int = 2
    gate: Gate | None = None
    whole: bool = False  # one JSON object, even if a stream was requested
    parts: bool = False  # the content is a list of parts
    calls: tuple[Json, ...] = ()  # pieces of tool calls, one in each chunk

    @classmethod
    def faulty(cls, name: str, text: str = "One two three four") -> Reply:
        """Return a reply with a fault, given by its name in `FAULTS`."""
        fault = REFUSALS[name] if name in REFUSALS else StreamFault(name)
        return cls("" if fault is StreamFault.EMPTY else text, fault=fault)

    def pieces(self) -> list[str]:
        """Split the text into tokens."""
        return list(self.tokens) or re.findall(r"\s*\S+|\s+$", self.text)


@dataclass
class Call:
    """One received request.

    `at` is in seconds since the server's start. The token is not in the repr.
    """

    at: float
    path: str
    headers: dict[str, str]
    body: Json
    token: str = field(repr=False)
    status: int = 0
    tokens_sent: int = 0
    cancelled: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event, repr=False)


def echo(messages: list[Json]) -> str:
    """Answer with the text of the last message."""
    said = messages[-1]["content"] if messages else ""
    if isinstance(said, list):
        said = " ".join(part.get("text", "[picture]") for part in said)
    return f"You said: {said}"


class ModelServer:
    """The server, as the module describes it.

    Any token other than `token` is answered with 401. `keep` limits the log of requests.
    """

    def __init__(
        self, *, token: str = "", port: int = 0, seconds_per_token: float = 0.0, keep: int = 10_000
    ) -> None:
        self.answer: Answer = echo
        self.queue: deque[Reply] = deque()
        self.requests: list[Call] = []
        self.models = ["example/small", "example/large"]
        self.refuses: set[str] = set()
        self.continues = False
        self.without_tools: Refusal | None = None  # the refusal of requests with tools
        # By model: how it says that it takes no pictures (`BLIND`), and what /v1/models says.
        self.blind: dict[str, str] = {}
        self.modalities: dict[str, list[str]] = {}
        self.most_pictures = 100
        self.refuses_pictures = False
        self.asked_models: list[str] = []
        # The words of the recordings, in order or by their content, and the recordings that came:
        # (name, content).
        self.transcripts: deque[str] = deque()
        self.hear: Callable[[bytes], str] | None = None
        self.recordings: list[tuple[str, bytes]] = []
        self.refused_recordings: set[str] = set()  # endings of names of files that are not taken
        self.media = MediaDesk()
        self._token, self._port, self._pace, self._keep = token, port, seconds_per_token, keep
        self._count = 0
        self._started_at = time.monotonic()
        self._connections = 0
        self._seen: WeakSet[asyncio.BaseTransport] = WeakSet()
        self._handlers: set[asyncio.Task[Any]] = set()
        self._arrived = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @property
    def started_at(self) -> float:
        """Return the Unix time of the server's start, to which `Call.at` is relative."""
        return time.time() - time.monotonic() + self._started_at

    @property
    def base_url(self) -> str:
        """Return the base URL that a client needs; it ends in /v1."""
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def connections(self) -> int:
        """Return how many TCP connections have sent a request so far."""
        return self._connections

    def gate(self) -> Gate:
        """Return a gate for a `Reply`."""
        return Gate()

    def set_pace(self, seconds_per_token: float) -> None:
        """Let the answers that begin from now on come at another pace."""
        self._pace = seconds_per_token

    async def call(self, index: int) -> Call:
        """Wait until the request number `index` has arrived, and return it."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) > index)
        return self.requests[index]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_get("/v1/models/{name:.+}", self._one_model)
        app.router.add_post("/v1/audio/transcriptions", self._transcribe)
        self.media.add_to(app)
        app.router.add_get("/health", self._health)
        app.router.add_get("/stats", self._stats)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for handler in set(self._handlers):
            handler.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _list_models(self, _: web.Request) -> web.Response:
        self.asked_models.append("")
        models = [self._described(name) for name in self.models]
        return web.json_response({"object": "list", "data": models})

    async def _one_model(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked_models.append(name)
        if name not in self.models:
            return web.json_response({"error": {"message": "no such model"}}, status=404)
        return web.json_response(self._described(name))

    def _described(self, name: str) -> Json:
        told: Json = {"id": name, "object": "model", "owned_by": "example"}
        if name in self.modalities:
            told["architecture"] = {"input_modalities": self.modalities[name]}
        return told

    async def _transcribe(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        content = file.file.read()
        self.recordings.append((file.filename, content))
        if self.hear is not None:
            return web.json_response({"text": self.hear(content)})
        if file.filename.rpartition(".")[2] in self.refused_recordings:
            refusal = {"error": {"message": "Unsupported file format"}}
            return web.json_response(refusal, status=400)
        if not self.transcripts:
            return web.json_response({"error": {"message": "overloaded"}}, status=503)
        return web.json_response({"text": self.transcripts.popleft()})

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _stats(self, _: web.Request) -> web.Response:
        return web.json_response({"requests": self._count, "connections": self.connections})

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        call = await self._log(request)
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            return await self._respond(request, call)
        except asyncio.CancelledError:
            call.cancelled = True
            raise
        except ConnectionError:
            call.cancelled = True
            return web.Response()  # the client has disconnected
        finally:
            self._handlers.discard(task)
            call.ended.set()

    async def _log(self, request: web.Request) -> Call:
        try:
            body = await request.json()
        except ValueError:
            body = {}
        headers = {name.lower(): value for name, value in request.headers.items()}
        token = headers.pop("authorization", "").removeprefix("Bearer ")
        call = Call(time.monotonic() - self._started_at, request.path, headers, body, token)
        if request.transport is not None and request.transport not in self._seen:
            self._seen.add(request.transport)
            self._connections += 1
        async with self._arrived:
            self._count += 1
            self.requests.append(call)
            del self.requests[: -self._keep]
            self._arrived.notify_all()
        return call

    def _reply_to(self, call: Call) -> Reply:
        name = str(call.body.get("model", ""))
        if self._token and call.token != self._token:
            return Reply(fault=REFUSALS["401"])
        if not isinstance(call.body.get("messages"), list):
            return Reply(fault=REFUSALS["422"])
        if name.startswith("fault:"):
            return Reply.faulty(name.partition(":")[2])
        form = refused_form(call.body, self.refuses)
        refusal = FORMS[form] if form else self._refused_parts(name, call.body)
        if refusal is not None:
            return Reply(fault=refusal)
        if self.continues and call.body.get("continue_final_message"):
            said = str(call.body["messages"][-1]["content"])
            if said.endswith(" fo"):
                return Reply("ur, five")
        return self.queue.popleft() if self.queue else Reply(self.answer(call.body["messages"]))

    def _refused_parts(self, name: str, body: Json) -> Refusal | None:
        if self.without_tools is not None and "tools" in body:
            return self.without_tools
        pictures = pictures_of(body)
        if pictures and name in self.blind:
            return BLIND[self.blind[name]]
        if len(pictures) > self.most_pictures:
            return at_most(self.most_pictures)
        return NOT_THIS_PICTURE if pictures and self.refuses_pictures else None

    async def _respond(self, request: web.Request, call: Call) -> web.StreamResponse:
        reply = self._reply_to(call)
        if isinstance(reply.fault, Refusal):
            call.status = reply.fault.status
            return await _refuse(request, reply.fault)
        if reply.fault is StreamFault.STALL_HEADERS:
            await asyncio.Event().wait()
        if reply.fault is StreamFault.CUT_HEADERS:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()  # the client has disconnected
        call.status = 200
        if not call.body.get("stream"):
            return web.json_response(_whole(call.body, reply))
        if reply.whole:
            return web.json_response(_whole(call.body, reply))
        return await _Stream(request, call, reply, self._pace).run()


async def _refuse(request: web.Request, refusal: Refusal) -> web.StreamResponse:
    body, content_type = refusal.encoded()
    if not refusal.chunked:
        return web.Response(
            body=body, status=refusal.status, headers=refusal.headers, content_type=content_type
        )
    response = web.StreamResponse(
        status=refusal.status, headers={**refusal.headers, "Content-Type": content_type}
    )
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(body)
    await response.write_eof()
    return response


def _usage(body: Json, answer_tokens: int) -> dict[str, int]:
    prompt = sum(len(str(message.get("content", "")).split()) for message in body["messages"])
    return {
        "prompt_tokens": prompt,
        "completion_tokens": answer_tokens,
        "total_tokens": prompt + answer_tokens,
    }


def _whole(body: Json, reply: Reply) -> Json:
    pieces = reply.pieces()
    message: Json = {"role": "assistant", "content": "".join(pieces)}
    if reply.calls:
        message["tool_calls"] = list(reply.calls)
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    return {
        "id": "chat-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": body.get("model", ""),
        "choices": [choice],
        "usage": _usage(body, len(pieces)),
    }


class _Stream:
    """One streamed answer while it is sent."""

    def __init__(self, request: web.Request, call: Call, reply: Reply, pace: float) -> None:
        self._request, self._call, self._reply, self._pace = request, call, reply, pace
        self._response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )

    async def run(self) -> web.StreamResponse:
        """Send the whole answer, unless a fault ends it earlier."""
        self._response.enable_chunked_encoding()
        await self._response.prepare(self._request)
        await self._chunk({"role": "assistant", "content": ""})
        for piece in self._reply.reasoning:
            await self._token({self._reply.reasoning_field: piece})
        limit = self._call.body.get("max_tokens") or 10**9
        pieces = self._reply.pieces()
        for piece in pieces[:limit]:
            if self._call.tokens_sent >= self._reply.fault_after and await self._break():
                return self._response
            content = [{"type": "text", "text": piece}] if self._reply.parts else piece
            await self._token({"content": content})
        for call in self._reply.calls:
            await self._token({"tool_calls": [call]})
        if self._reply.fault is not StreamFault.EMPTY and await self._break():
            return self._response
        await self._finish("length" if len(pieces) > limit else self._reply.finish)
        return self._response

    async def _finish(self, reason: str) -> None:
        if reason:
            await self._chunk({}, finish=reason)
        if (self._call.body.get("stream_options") or {}).get("include_usage"):
            await self._data(
                {"choices": [], "usage": _usage(self._call.body, self._call.tokens_sent)}
            )
        ending = (
            b"data:[DONE]\n\n"
            if self._reply.fault is StreamFault.DONE_WITHOUT_SPACE
            else b"data: [DONE]\n\n"
        )
        await self._response.write(ending)
        await self._response.write_eof()

    async def _break(self) -> bool:
        """Let the reply's fault happen, if it breaks a stream; return whether the stream has ended."""
        fault = self._reply.fault
        if fault in ERROR_LINES:
            # `fault` is a key of the table.
            await self._response.write(ERROR_LINES[fault])  # type: ignore[index]
        elif fault is StreamFault.CUT:
            for _ in range(_ROUNDS_TO_READ):
                await asyncio.sleep(0)
            assert self._request.transport is not None
            self._request.transport.abort()
        elif fault is StreamFault.STALL:
            await asyncio.Event().wait()
        elif fault is not StreamFault.NO_FINISH:
            return False
        return True

    async def _token(self, delta: Json) -> None:
        if self._reply.gate is not None:
            await self._reply.gate.pass_token()
        if self._pace:
            await asyncio.sleep(self._pace)
        await self._chunk(delta)
        self._call.tokens_sent += 1

    async def _chunk(self, delta: Json, finish: str | None = None) -> None:
        await self._data({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    async def _data(self, payload: Json) -> None:
        head = {
            "id": "chat-1",
            "object": "chat.completion.chunk",
            "created": 1_700_000_000,
            "model": self._call.body.get("model", ""),
        }
        await self._response.write(f"data: {json.dumps({**head, **payload})}\n\n".encode())


async def _serve(options: argparse.Namespace) -> None:
    server = ModelServer(
        token=options.token,
        port=options.port,
        seconds_per_token=options.seconds_per_token,
        keep=options.keep,
    )
    if options.answer:
        server.answer = lambda _: str(options.answer)
    async with server:
        print(server.base_url, flush=True)  # noqa: T201 - what the command is asked for
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted. The first line of output is the base URL."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.servers.model", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--port", type=int, default=8083, help="0 takes a free one")
    parser.add_argument("--token", default="", help="refuse every other token with 401")
    parser.add_argument("--seconds-per-token", type=float, default=0.0)
    parser.add_argument("--answer", default="", help="say this instead of echoing")
    parser.add_argument("--keep", type=int, default=100, help="requests kept in memory")
    parser.epilog = "Ask for the model fault:NAME to get a fault: " + " ".join(FAULTS)
    try:
        asyncio.run(_serve(parser.parse_args(arguments)))
    except KeyboardInterrupt:
        print("stopped")  # noqa: T201 - the command's last word


if __name__ == "__main__":
    main()
