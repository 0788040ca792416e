"""Hugging Face Inference as a `LanguageModel`, through `huggingface_hub`.

Each fault of an endpoint becomes the one `ModelError` that says who must act:

* Status 402 becomes `OutOfCredit`. Status 408, 409, 425, 429 and 5xx become `ModelUnavailable`.
* Every other status becomes `ModelRefused`. So do 500 and 501 if the response is about the chat
  template. `too_long` is set for 413, and for 400 and 422 if the response is about the length.
  `ModelUnknown` is raised if the response says that the model is not offered, and
  `ContentFiltered` if content rules refuse the request.
* A missing connection, or silence, becomes `ModelUnavailable`. An address that cannot be used
  becomes `ModelRefused`.
* A stream that breaks, reports an error or ends without a finish_reason becomes `ModelGarbled`. An
  answer without words does too. If the reported error is an overload, it becomes
  `ModelUnavailable` instead.

The texts of these errors hold the status and a word for the cause. They hold no text of the
endpoint.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from engine.answering.blindness import as_blindness
from engine.answering.chunks import Answer
from engine.answering.faults import Fault, FaultKind
from engine.answering.habits import TOOLS, AllHabits
from engine.answering.hf_streams import Address
from engine.answering.model_errors import ABOUT_FORM, to_model_error
from engine.answering.prompt import GO_ON
from engine.contract import ChatMessage
from engine.errors import (
    ContentFiltered,
    ModelError,
    ModelRefused,
    ModelUnknown,
)
from engine.tasks import SystemClock, describe

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Sequence
    from types import ModuleType

    from engine.answering.habits import Habits
    from engine.answering.hf_streams import ChatStream, Endpoint
    from engine.answering.sse import Json
    from engine.contract import Delta
    from engine.tasks import Clock
    from engine.tools import Tool

log = logging.getLogger(__name__)
T = TypeVar("T")

ROUTER_URL = "https://router.huggingface.co/v1"
DEFAULT_MODELS = ("meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.3-70B-Instruct")
"""Instruct models. All their tokens are answer, and their chat templates accept a system message.

The models were chosen on 2026-11-28 from copies of these pages:
https://huggingface.co/inference/models lists the first as live at seven providers, and
https://huggingface.co/models?inference_provider=groq and
https://huggingface.co/docs/inference-providers/tasks/chat-completion name the second. No endpoint
was called. Such lists change, so ``pipit check`` asks the endpoint for each model.
"""

CONTINUE_FIELDS = {"continue_final_message": True, "add_generation_prompt": False}
"""The fields that ask vLLM, and the servers that follow it, to continue the last message ("extra
parameters" of its OpenAI-compatible server).
"""
PROBE_MESSAGES = (
    ChatMessage("user", "Write the numbers from one to five as words."),
    ChatMessage("assistant", "one, two, three, fo"),
)
PROBE_ANSWER = "ur"
"""Only an endpoint that continues in the middle of a word gives this answer."""
_PROBE_TOKENS = 4

CHECK_MESSAGES = (
    ChatMessage("system", "You are Pipit, a friendly assistant in a chat."),
    ChatMessage("user", "Hi"),
    ChatMessage("assistant", "Hello! What can I do for you?"),
    ChatMessage("user", "Say yes."),
)
"""The messages that `check` sends.

They have the form that `engine.answering.prompt` builds: system message, history, question.
"""
_CHECK_CHUNKS = 64
_ABOUT_TOOLS = (*ABOUT_FORM, 404, 405, 415)  # OpenRouter answers 404 for a model without tools


def is_continuation(messages: Sequence[ChatMessage]) -> bool:
    """Return whether the messages ask the model to continue an assistant's message."""
    return len(messages) > 1 and messages[-1] == GO_ON and messages[-2].role == "assistant"


def _to_continue(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return the messages up to the one that the model must continue.

    White space at its end is removed. Chat templates remove it too, and vLLM refuses a last message
    that the template has changed.
    """
    *before, last, _ = messages
    return [*before, ChatMessage(last.role, last.content.rstrip())]


@dataclass(frozen=True)
class ModelSettings:
    """The endpoint and its models, in order of preference.

    `vision_models` answer questions with pictures if the other models cannot see. `base_url` ends
    before ``/chat/completions``. A URL that ends with it is used unchanged. `silence_seconds` is
    the longest time without a byte from the endpoint. `reasoning_effort` (low, medium, high) is
    sent only if it is set. Raises ValueError for values that can never work.
    """

    base_url: str = ROUTER_URL
    token: str = field(default="", repr=False)
    models: tuple[str, ...] = DEFAULT_MODELS
    vision_models: tuple[str, ...] = ()
    silence_seconds: float = 20.0
    reasoning_effort: str = ""

    def __post_init__(self) -> None:
        if not re.match(r"https?://[^/\s]+", self.base_url):
            raise ValueError("base_url must begin with https:// or http:// and name a host")
        if not re.fullmatch(r"[!-~]*", self.token):
            raise ValueError("token holds a space or a character that no HTTP header can carry")
        if not all(self.models) or not self.models:
            raise ValueError("models must name at least one model")


_TRANSPORT = "engine.answering.hf_transport"


def _transport() -> ModuleType:
    """Return the module that imports the client library."""
    from engine.answering import hf_transport  # noqa: PLC0415 - see HuggingFaceModel

    return hf_transport


class HuggingFaceModel:
    """Stream chat completions from one endpoint. Use each object in one event loop only.

    The client library takes a quarter of a second to import. `load` imports it, so that a process
    can accept messages earlier. Without `load`, the first call imports it.
    """

    def __init__(self, settings: ModelSettings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._address = Address(settings.base_url, settings.token, settings.silence_seconds)
        self._endpoint: Endpoint | None = None
        self._habits = AllHabits()

    @property
    def models(self) -> tuple[str, ...]:
        """The models that the settings name, in order of preference."""
        return self._settings.models

    async def load(self) -> None:
        """Import the client library in a thread, unless it is loaded already. Idempotent."""
        await self._reach()

    async def _reach(self) -> Endpoint:
        if self._endpoint is None:
            if _TRANSPORT not in sys.modules:
                await asyncio.get_running_loop().run_in_executor(None, _transport)
            self._endpoint = self._endpoint or _transport().reach(self._address, self._clock)
        return self._endpoint

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        model: str = "",
        tools: Sequence[Tool] = (),
    ) -> AsyncGenerator[Delta, None]:
        """Stream an answer. The usage comes last, after the finish.

        Messages that end with an assistant's message and `GO_ON` ask for its continuation. If the
        endpoint can continue such a message itself, `GO_ON` is left out. Raises only `ModelError`,
        also after text. Closing the generator, or cancelling its consumer, ends the call at the
        endpoint at once.
        """
        habits = self._habits.of(model or self._settings.models[0])
        answer = Answer(habits, [tool.name for tool in tools])
        try:
            stream = await self._open(messages, max_tokens, habits, tools)
            try:
                while (chunk := await self._read(stream, answer)) is not None:
                    for delta in answer.take(chunk, self._clock.now()):
                        yield delta
                for delta in answer.end(complete=stream.complete):
                    yield delta
            finally:
                await stream.close()
        except ModelError as error:
            if not any(message.pictures for message in messages):
                raise
            raise as_blindness(error, _fault_of(error)) from error.__cause__

    async def sees(self, model: str) -> bool | None:
        """Return whether a model accepts pictures, or None if the endpoint does not say so."""
        endpoint = await self._reach()
        from engine.answering.hf_catalog import Catalog  # noqa: PLC0415 - see the class

        pool = getattr(endpoint, "pool", None)
        return await Catalog(self._address, pool, self._clock).sees(model)

    async def check(self, model: str = "", max_tokens: int = 800) -> str:
        """Ask for a short answer, as `stream` does.

        Return the names of the request's parts that the model did not accept.

        Raises `ModelError` if the address, the token or the model is not accepted.
        """
        habits = self._habits.of(model or self._settings.models[0])
        answer, chunks = Answer(habits), 0
        stream = await self._open(CHECK_MESSAGES, max_tokens, habits)
        try:
            while (
                chunk := await self._read(stream, answer)
            ) is not None and chunks < _CHECK_CHUNKS:
                answer.take(chunk)
                chunks += 1
            if chunks < _CHECK_CHUNKS and not stream.complete:
                answer.require_finish()
        finally:
            await stream.close()
        return ", ".join(sorted(habits.without))

    async def close(self) -> None:
        """Close idle connections. Idempotent."""
        if self._endpoint is not None:
            await self._endpoint.close()

    async def _open(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        habits: Habits,
        tools: Sequence[Tool] = (),
    ) -> ChatStream:
        """Send a request.

        If the endpoint refuses a part of the request's form, send it again without that part, and
        remember this for later requests. If a refusal does not say its reason, a request without
        tools shows whether the tools were the reason.
        """
        if is_continuation(messages) and await self._continues(habits):
            try:
                request = habits.request(_to_continue(messages), max_tokens)
                return await self._ask(request, CONTINUE_FIELDS)
            except ModelRefused as error:
                if error.too_long:
                    raise
                habits.continues = False
        while True:
            effort = self._settings.reasoning_effort
            request = habits.request(messages, max_tokens, effort, tools)
            try:
                return await self._ask(request)
            except ModelRefused as error:
                if not _learn(error, habits, offered=TOOLS in request):
                    return await self._open_without_tools(messages, max_tokens, habits)
                log.info("model %s does not accept %s", habits.model, ", ".join(habits.without))

    async def _open_without_tools(
        self, messages: Sequence[ChatMessage], max_tokens: int, habits: Habits
    ) -> ChatStream:
        """Send a request without tools. If it is accepted, later requests have none either."""
        stream = await self._open(messages, max_tokens, habits)
        habits.without.add(TOOLS)
        return stream

    async def _continues(self, habits: Habits) -> bool:
        """Return whether the endpoint can continue an assistant's message.

        Each model is tried once.
        """
        if habits.continues is None:
            said = ""
            try:
                request = habits.request(PROBE_MESSAGES, _PROBE_TOKENS)
                stream = await self._ask(request, CONTINUE_FIELDS)
                try:
                    answer = Answer(habits)
                    while len(said) < len(PROBE_ANSWER) and (
                        chunk := await self._read(stream, answer)
                    ):
                        said += "".join(delta.text for delta in answer.take(chunk))
                finally:
                    await stream.close()
            except ModelRefused:
                # The fields are unknown to the endpoint, or the last message must be the user's.
                pass
            except ModelError:
                return False  # the fault is temporary, so the next call tries again
            habits.continues = said.startswith(PROBE_ANSWER)
        return habits.continues

    async def _ask(self, request: Json, extra: Json | None = None) -> ChatStream:
        if extra:
            request = {**request, "extra_body": {**request.get("extra_body", {}), **extra}}
        endpoint = await self._reach()
        return await self._guard(endpoint.open(request), started=False)

    async def _read(self, stream: ChatStream, answer: Answer) -> Json | None:
        try:
            return await self._guard(stream.read(), started=True)
        except ModelError as error:
            if answer.finish is None:
                raise
            log.debug("the stream broke after its finish: %s", error)
            return None

    async def _guard(self, step: Awaitable[T], *, started: bool) -> T:
        """Await a call of the client, and turn each of its errors into a `ModelError`."""
        try:
            return await step
        except Exception as error:  # noqa: BLE001 - three HTTP libraries raise here, and callers expect only ModelError
            failure, cause = self._word(error, started=started), error
        raise failure from cause

    def _word(self, error: Exception, *, started: bool) -> ModelError:
        fault: Fault = _transport().read_fault(error)
        if fault.kind is FaultKind.UNKNOWN:
            log.warning("the model client failed with an unknown error: %s", describe(error))
        return to_model_error(fault, started=started, now=self._clock.time())


def _learn(error: ModelRefused, habits: Habits, *, offered: bool) -> bool:
    """Remember what a refusal says about the request's form.

    Return False if only the tools that were `offered` may be its cause. Raise the error if another
    form of the request cannot help.
    """
    if not error.too_long and habits.learn(_told(error), tools=offered):
        return True
    known = error.too_long or isinstance(error, (ContentFiltered, ModelUnknown))
    if not offered or known or error.status not in _ABOUT_TOOLS:
        raise error
    return False


def _told(error: ModelError) -> str:
    """Return the endpoint's text if its status may mean a refused form, else ""."""
    fault = _fault_of(error)
    return fault.text if fault is not None and fault.status in ABOUT_FORM else ""


def _fault_of(error: ModelError) -> Fault | None:
    """Return the endpoint's fault that caused an error, or None for any other cause."""
    cause = error.__cause__
    fault: Fault | None = None
    if isinstance(cause, Exception):
        fault = _transport().read_fault(cause)
    return fault
