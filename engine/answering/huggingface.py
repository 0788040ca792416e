"""Hugging Face Inference as a `LanguageModel`: any chat completion endpoint, through `huggingface_hub`.

Each fault of an endpoint ends in the one `ModelError` that says who must act:

- by status: 400, 413 and 422 `ModelRefused` (`too_long` if the text speaks of the context), 401, 403 and 404
  `ModelRefused`, 402 `OutOfCredit`, 408, 425, 429 and 5xx `ModelUnavailable`;
- no connection, or silence: `ModelUnavailable`;
- a stream that breaks, reports an error or ends without a finish_reason, and an answer without words: `ModelGarbled`,
  or `ModelUnavailable` where the endpoint says that it is overloaded.

The texts of these errors hold the status and a word for the cause, nothing that the endpoint wrote.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from engine.answering.hf_transport import Address, Fault, FaultKind, reach, read_fault
from engine.answering.reasoning import ReasoningFilter
from engine.contract import ChatMessage, Delta, Finish, Usage
from engine.errors import ModelError, ModelGarbled, ModelRefused, ModelUnavailable, OutOfCredit
from engine.tasks import SystemClock, describe
from engine.text import well_formed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Sequence

    from engine.answering.hf_transport import ChatStream
    from engine.answering.sse import Json
    from engine.tasks import Clock

log = logging.getLogger(__name__)
T = TypeVar("T")

ROUTER_URL = "https://router.huggingface.co/v1"
# Instruct models: every token of theirs is answer. Both stand in the documentation of Inference
# Providers.
DEFAULT_MODELS = ("Qwen/Qwen2.5-7B-Instruct-1M", "google/gemma-2-2b-it")


@dataclass(frozen=True)
class ModelSettings:
    """Which endpoint answers, and with which models, the preferred one first.

    `base_url` ends before ``/chat/completions``; a URL that ends in it is taken as it is.
    `silence_seconds` is the longest pause between two signs of life. `reasoning_effort` (low,
    medium, high) is sent only when set. Raises ValueError for what can never work.
    """

    base_url: str = ROUTER_URL
    token: str = field(default="", repr=False)
    models: tuple[str, ...] = DEFAULT_MODELS
    silence_seconds: float = 20.0
    reasoning_effort: str = ""

    def __post_init__(self) -> None:
        if not re.match(r"https?://[^/\s]+", self.base_url):
            raise ValueError("base_url must begin with https:// or http:// and name a host")
        if not re.fullmatch(r"[!-~]*", self.token):
            raise ValueError("token holds a space or a character that no HTTP header can carry")
        if not all(self.models) or not self.models:
            raise ValueError("models must name at least one model")


class HuggingFaceModel:
    """Stream chat completions from one endpoint; one for the process, used from one event loop."""

    def __init__(self, settings: ModelSettings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        address = Address(settings.base_url, settings.token, settings.silence_seconds)
        self._endpoint = reach(address, self._clock)

    @property
    def models(self) -> tuple[str, ...]:
        """The models that the settings name, the preferred one first."""
        return self._settings.models

    async def stream(
        self, messages: Sequence[ChatMessage], max_tokens: int, model: str = ""
    ) -> AsyncGenerator[Delta, None]:
        """Stream an answer; the usage comes last, after the finish.

        Raises only `ModelError`, also after text. Closing the generator, or cancelling who iterates
        it, ends the call at the endpoint at once.
        """
        answer = _Answer(model or self._settings.models[0])
        stream = await self._open(messages, max_tokens, answer)
        try:
            while (chunk := await self._read(stream, answer)) is not None:
                for delta in answer.take(chunk):
                    yield delta
            for delta in answer.end():
                yield delta
        finally:
            await stream.close()

    async def check(self, model: str = "") -> None:
        """Ask for one token, to see that address, token and model are accepted; raise `ModelError` if not."""
        answer = _Answer(model or self._settings.models[0])
        stream = await self._open([ChatMessage("user", "Hi")], 1, answer)
        try:
            while (chunk := await self._read(stream, answer)) is not None:
                answer.take(chunk)
            answer.require_finish()
        finally:
            await stream.close()

    async def close(self) -> None:
        """Close idle connections; idempotent."""
        await self._endpoint.close()

    async def _open(
        self, messages: Sequence[ChatMessage], max_tokens: int, answer: _Answer
    ) -> ChatStream:
        request: dict[str, Any] = {
            "messages": [
                {"role": message.role, "content": well_formed(message.content)}
                for message in messages
            ],
            "model": answer.model,
            "max_tokens": max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if self._settings.reasoning_effort:
            request["extra_body"] = {"reasoning_effort": self._settings.reasoning_effort}
        return await self._guard(self._endpoint.open(request), started=False)

    async def _read(self, stream: ChatStream, answer: _Answer) -> Json | None:
        try:
            return await self._guard(stream.read(), started=True)
        except ModelError as error:
            if answer.finish is None:
                raise
            log.debug("the stream broke after its finish: %s", error)
            return None

    async def _guard(self, step: Awaitable[T], *, started: bool) -> T:
        """Await what the vendor does; raise the `ModelError` for whatever it raises."""
        try:
            return await step
        except Exception as error:  # noqa: BLE001 - three HTTP libraries raise here; only ModelError leaves
            failure, cause = self._word(error, started=started), error
        raise failure from cause

    def _word(self, error: Exception, *, started: bool) -> ModelError:
        fault = read_fault(error)
        if fault.kind is FaultKind.UNKNOWN:
            log.warning("the model client failed in an unforeseen way: %s", describe(error))
        return to_model_error(fault, started=started, now=self._clock.time())


class _Answer:
    """Turn the chunks of one stream into deltas; `finish` is set once the endpoint has said how the answer ended."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.finish: Finish | None = None
        self._reasoning = ReasoningFilter()
        self._spoken = False
        self._usage: Usage | None = None

    def take(self, chunk: Json) -> list[Delta]:
        """Return what the chunk adds; raise `ModelGarbled` if it is an error in a chunk's place."""
        usage = _usage_of(chunk)
        self._usage = usage or self._usage
        choice = _choice_of(chunk)
        if choice is None:
            # ``event: error`` with a bare message has no choices, and no usage either.
            if usage is None and chunk.get("message"):
                raise ModelGarbled("the endpoint reported an error in the stream")
            return []
        text = self._reasoning.feed(_text_of(choice))
        reason = choice.get("finish_reason")
        if not reason or self.finish is not None:  # some endpoints write "" until the end
            return self._speak(text)
        if reason == "error":
            raise ModelGarbled("the endpoint broke the answer off")
        self.finish = Finish.LENGTH if reason == "length" else Finish.STOP
        spoken = self._speak(text + self._reasoning.end())
        return [*spoken, Delta(finish=self.finish, model=self.model)] if self._spoken else []

    def _speak(self, text: str) -> list[Delta]:
        self._spoken = self._spoken or bool(text.strip())
        return [Delta(text, model=self.model)] if text else []

    def end(self) -> list[Delta]:
        """Return the usage, if it was told; raise `ModelGarbled` if the answer is not whole or has no words."""
        self.require_finish()
        if not self._spoken:
            raise ModelGarbled("the answer was empty")
        return [Delta(usage=self._usage, model=self.model)] if self._usage else []

    def require_finish(self) -> None:
        """Raise `ModelGarbled` if the stream ended before it said that the answer is finished."""
        if self.finish is None:
            raise ModelGarbled("the stream ended before the answer did")


def _choice_of(chunk: Json) -> Json | None:
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else None


def _text_of(choice: Json) -> str:
    """Return the words of a choice: of its delta, or of the message where the endpoint does not stream."""
    said = choice.get("delta") or choice.get("message")
    content = said.get("content") if isinstance(said, dict) else None
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _usage_of(chunk: Json) -> Usage | None:
    usage = chunk.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, answer = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return Usage(prompt, answer) if isinstance(prompt, int) and isinstance(answer, int) else None


# --- faults -> errors
# ------------------------------------------------------------------------------------------------

_TOO_LONG = re.compile(
    r"context.{0,20}(size|length|window)|too many tokens|prompt is too long|input is too long|reduce the length"
    r"|max_new_tokens. must be <=|must have less than \d+ tokens|maximum.{0,20}tokens",
    re.IGNORECASE,
)


def _refuse(fault: Fault, cause: str) -> ModelError:
    if fault.status == 413 or (fault.status in (400, 422) and _TOO_LONG.search(fault.text)):
        return ModelRefused(f"{cause}: the prompt is too long", status=fault.status, too_long=True)
    return ModelRefused(cause, status=fault.status)


def _end_credit(_: Fault, cause: str) -> ModelError:
    return OutOfCredit(cause)


def _pass_by(_: Fault, cause: str) -> ModelError:
    return ModelUnavailable(cause)


_BY_STATUS: dict[int, Callable[[Fault, str], ModelError]] = {
    402: _end_credit,
    408: _pass_by,
    409: _pass_by,
    425: _pass_by,
    429: _pass_by,
    **dict.fromkeys(range(500, 600), _pass_by),
}
"""Every status that is not here is a refusal."""

_BY_KIND: dict[FaultKind, Callable[[str], ModelError]] = {
    FaultKind.TIMEOUT: ModelUnavailable,
    FaultKind.LOST: ModelUnavailable,
    FaultKind.OVERLOADED: ModelUnavailable,
    FaultKind.REPORTED: ModelGarbled,
    FaultKind.GARBLED: ModelGarbled,
    FaultKind.FLOOD: ModelGarbled,
    FaultKind.UNKNOWN: ModelGarbled,
    FaultKind.ADDRESS: ModelRefused,
}
_CAUSES = {
    FaultKind.TIMEOUT: "the endpoint was silent for too long",
    FaultKind.LOST: "the endpoint cannot be reached",
    FaultKind.OVERLOADED: "the endpoint is overloaded",
    FaultKind.REPORTED: "the endpoint reported an error in the stream",
    FaultKind.GARBLED: "the endpoint sent what is not an answer",
    FaultKind.FLOOD: "the endpoint sent more than an answer can be",
    FaultKind.UNKNOWN: "the call to the endpoint failed",
    FaultKind.ADDRESS: "the endpoint's address cannot be used",
}
_TELLING_IN_STREAM = (402, 429, 503, 529)


def to_model_error(fault: Fault, *, started: bool, now: float) -> ModelError:
    """Word a fault; `started` says whether the answer had begun, `now` is Unix time for a Retry-After date."""
    if fault.kind is FaultKind.STATUS:
        return _by_status(fault, now)
    if fault.kind is FaultKind.REPORTED and fault.status in _TELLING_IN_STREAM:
        return _by_status(fault, now)
    if fault.kind is FaultKind.REPORTED and _TOO_LONG.search(fault.text):
        return ModelRefused("the prompt is too long", status=fault.status, too_long=True)
    if fault.kind is FaultKind.LOST and started:
        return ModelGarbled("the connection was lost in the answer")
    return _BY_KIND[fault.kind](_CAUSES[fault.kind])


def _by_status(fault: Fault, now: float) -> ModelError:
    error = _BY_STATUS.get(fault.status, _refuse)(fault, _cause(fault))
    if isinstance(error, ModelUnavailable):
        error.retry_after = _seconds_until(fault.retry_after, now)
    return error


def _cause(fault: Fault) -> str:
    try:
        phrase = HTTPStatus(fault.status).phrase.lower()
    except ValueError:
        phrase = "unknown"
    known = "model_not_supported" in fault.text
    return f"status {fault.status} ({'model not supported' if known else phrase})"


def _seconds_until(retry_after: str, now: float) -> float:
    """Read a Retry-After header, seconds or a date (RFC 9110, 10.2.3); 0 for none or nonsense."""
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass  # not a number: a date, or nonsense
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now)
    except (ValueError, TypeError):
        return 0.0
