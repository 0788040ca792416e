"""Serve the Telegram server's HTTP interface: calls, responses, faults, and the log of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from aiohttp import web

from tests.servers.owned_tasks import OwnedTasks
from tests.servers.telegram_methods import Methods
from tests.servers.telegram_updates import (
    WEBHOOK_ACTIVE,
    WEBHOOK_TOOK_OVER,
    Delivery,
    Polling,
    Timing,
    UpdateQueue,
    Webhook,
)
from tests.servers.telegram_wire import Json, Params, Refusal, Upload

if TYPE_CHECKING:
    from tests.servers.telegram_flood import Fault, FloodModel
    from tests.servers.telegram_world import World


@dataclass
class Call:
    """One call of the bot.

    `at` and `done_at` are in the server's clock. `status` is 0 until the call is answered. `fault`
    names the fault that applied. `answer` is the response, even if a fault lost it.
    """

    at: float
    method: str
    chat_id: int | None
    params: Json
    status: int = 0
    answer: Json | None = None
    fault: str = ""
    done_at: float = 0.0


class HttpFace:
    """The layer between a socket and the `World`."""

    def __init__(
        self,
        token: str,
        world: World,
        flood: FloodModel | None,
        timing: Timing,
        changed: Callable[[], None],
    ):
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.faults: list[Fault] = []
        self.app = web.Application(client_max_size=64 * 1024 * 1024)
        self.queue = UpdateQueue(world.clock)
        self.polling = Polling(self.queue, world.clock, timing, changed)
        self._token = token
        self._world = world
        self._flood = flood
        self._clock = world.clock
        self._changed = changed
        self._tasks = OwnedTasks()
        self._webhook = Webhook(
            self.queue,
            self._tasks,
            timing,
            self._delivered,
            changed,
            world.clock,
            self._from_webhook,
        )
        self.methods = Methods(world, self.queue, self._webhook)
        self.app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._answer_file)

    def push(self, update: Json) -> int:
        """Queue an update and return its id, or 0 if its kind is not wanted."""
        kept = self.queue.push(update)
        if kept is None:
            return 0
        self.polling.wake()
        self._webhook.offer(kept)
        self._changed()
        return int(kept["update_id"])

    def let_go(self) -> None:
        """Answer every call that is held."""
        self.polling.wake()
        for fault in self.faults:
            fault.release()

    async def close(self) -> None:
        """End the background tasks, and raise their first crash."""
        await self._webhook.close()
        await self._tasks.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        params = await _read(request)
        method = request.match_info["method"]
        chat_id = params.number("chat_id") or None
        shown = {**params.values, **{name: upload.name for name, upload in params.files.items()}}
        call = Call(self._clock(), method, chat_id, shown)
        self.calls.append(call)
        self._changed()
        fault = next((f for f in self.faults if f.take(method, chat_id)), None)
        if fault is not None:
            call.fault = fault.kind
            if (broken := await self._before(fault, request)) is not None:
                return self._done(call, broken.status, None, broken)
        call.status, call.answer = await self._work(
            request.match_info["token"], method, params, fault
        )
        answer: web.StreamResponse = web.json_response(call.answer, status=call.status)
        if fault is not None and fault.kind == "lost_reply":
            _cut(request)
        if fault is not None and fault.kind == "silence":
            self._changed()
            await fault.wait()
        return self._done(call, call.status, call.answer, answer)

    def _done(
        self, call: Call, status: int, answer: Json | None, response: web.StreamResponse
    ) -> web.StreamResponse:
        call.status, call.answer, call.done_at = status, answer, self._clock()
        self._changed()
        return response

    async def _before(self, fault: Fault, request: web.Request) -> web.Response | None:
        """Apply a fault before the work. If it returns a response, the work is not done."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "hold":
            await fault.wait()
        elif fault.kind == "502":
            page = (
                "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad "
                "Gateway</h1></body></html>"
            )
            return web.Response(status=502, text=page, content_type="text/html")
        elif fault.kind == "garbage":
            return web.Response(status=200, text='{"ok":tru', content_type="application/json")
        elif fault.kind == "reset":
            _cut(request)
            return web.Response(status=499)
        return None

    async def _work(
        self, token: str, method: str, params: Params, fault: Fault | None
    ) -> tuple[int, Json]:
        try:
            self._admit(token, method, params, fault)
            return 200, {"ok": True, "result": await self._result(method, params)}
        except Refusal as refusal:
            return refusal.code, refusal.body()

    def _admit(self, token: str, method: str, params: Params, fault: Fault | None) -> None:
        """Refuse a call that must not reach its method."""
        if token != self._token:
            raise Refusal(
                401, "Unauthorized" if ":" in token else "Unauthorized: invalid token specified"
            )
        if fault is not None and fault.kind == "429":
            raise _too_many(fault.retry_after)
        if fault is not None and fault.kind == "refuse":
            raise Refusal(fault.code, fault.description)
        if self._flood is None:
            return
        wait = self._flood.retry_after(method, params.number("chat_id") or None, self._clock())
        if wait:
            raise _too_many(wait)

    async def _result(self, method: str, params: Params) -> Any:
        name = method.lower()
        if name == "getupdates":
            return await self._get_updates(params)
        if name == "setwebhook":
            return self._set_webhook(params)
        work = self.methods.table.get(name)
        if work is None:
            raise Refusal(404, "Not Found: method not found")
        return work(params)

    async def _get_updates(self, params: Params) -> list[Json]:
        if self._webhook.url:
            raise Refusal(409, WEBHOOK_ACTIVE)
        self.queue.allow(params.structure("allowed_updates", "allowed updates"))
        offset, limit = params.number("offset"), params.number("limit", 100)
        return await self.polling.get(offset, limit, params.number("timeout"))

    def _set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        self._webhook.check_secret(params.text("secret_token"))
        self._webhook.unset()
        if params.flag("drop_pending_updates"):
            self.queue.confirm(2**62)
        self.queue.allow(params.structure("allowed_updates", "allowed updates"))
        if url:
            self.polling.end(WEBHOOK_TOOK_OVER)
            self._webhook.set(
                url,
                params.text("secret_token"),
                min(max(params.number("max_connections", 40), 1), 100),
            )
        return True

    def _delivered(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._changed()

    async def _from_webhook(self, body: Json) -> None:
        """Carry out a method that a webhook's response contains. Nobody is told its result."""
        method = str(body.pop("method", ""))
        if not method or method.lower().startswith(("get", "setwebhook", "deletewebhook")):
            return
        params = Params(body)
        call = Call(self._clock(), method, params.number("chat_id") or None, body)
        self.calls.append(call)
        status, answer = await self._work(self._token, method, params, None)
        call.status, call.answer, call.done_at = status, answer, self._clock()
        self._changed()

    async def _answer_file(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        stored = next((f for f in self._world.files.values() if f.path == path), None)
        if stored is None or request.match_info["token"] != self._token:
            return web.json_response(Refusal(404, "Not Found").body(), status=404)
        self.calls.append(Call(self._clock(), "file", None, {"path": path}, status=200))
        return web.Response(body=stored.content, content_type="application/octet-stream")


def _too_many(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _read(request: web.Request) -> Params:
    """Read the parameters from the query and the body."""
    values: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        values.update(await request.json())
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                with value.file as file:
                    files[name] = Upload(value.filename, value.content_type, file.read())
            else:
                values[name] = value
    return Params(values, files)
