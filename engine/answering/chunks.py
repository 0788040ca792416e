"""Turn the chunks of a chat completion into deltas. Pure code without I/O.

Text, finish, usage and errors are read from each chunk's JSON. A field that is missing, null or of
an undocumented type counts as absent. The content may be a text or a list of parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.answering.reasoning import ReasoningFilter
from engine.answering.tool_calls import ToolCalls
from engine.contract import Delta, Finish, Usage
from engine.errors import ContentFiltered, ModelGarbled, OnlyThought

if TYPE_CHECKING:
    from collections.abc import Container

    from engine.answering.habits import Habits
    from engine.answering.sse import Json
    from engine.tools import ToolCall

_FINISHES = {
    **dict.fromkeys(
        ("length", "max_tokens", "model_length", "max_output_tokens", "max_length", "token_limit"),
        Finish.LENGTH,
    ),
    **dict.fromkeys(
        (
            "content_filter",
            "content-filter",
            "safety",
            "recitation",
            "blocklist",
            "spii",
            "refusal",
        ),
        Finish.FILTERED,
    ),
    "prohibited_content": Finish.FILTERED,
}
"""Finish reasons in lower case. Any other reason counts as a normal stop.

The table has the words of OpenAI, Mistral, Gemini, Anthropic and the gateways to them.
"""
_BREAKS = ("error", "malformed_function_call", "insufficient_system_resource")
_REASONING_FIELDS = ("reasoning_content", "reasoning", "reasoning_text", "thinking")
_THINKING_EVERY_SECONDS = 0.5
# Text that may be reasoning is held back only for this long, because a person waits. It can still
# be retracted later.
_SUSPECT_SECONDS = 5.0


class Answer:
    """Turn the chunks of one stream into deltas.

    `finish` is set once the endpoint has said how the answer ended. `tools` are the names of the
    tools that the model may call.
    """

    def __init__(self, habits: Habits, tools: Container[str] = ()) -> None:
        self.model = habits.model
        self._tools, self._calls = tools, ToolCalls()
        self.finish: Finish | None = None
        self._habits = habits
        self._reasoning = ReasoningFilter(
            expected=habits.reasons_unmarked, suspected=habits.may_reason
        )
        self._held_since: float | None = None  # the time since which text is held back on suspicion
        self._parsed = False  # true if the endpoint itself separates reasoning from the answer
        self._spoken = False
        self._thought = False
        self._usage: Usage | None = None
        self._sign_at = float("-inf")  # the time of the last sign of reasoning that was returned

    def take(self, chunk: Json, now: float = 0.0) -> list[Delta]:
        """Return the deltas of a chunk. `now` is its time in monotonic seconds.

        Raises `ModelGarbled` if the chunk is an error message.
        """
        usage = _usage_of(chunk)
        self._usage = usage or self._usage
        choice = _choice_of(chunk)
        if choice is None:
            # An ``event: error`` that has only a message has no choices and no usage.
            if usage is None and chunk.get("message"):
                raise ModelGarbled("the endpoint reported an error in the stream")
            return []
        return self._take_choice(choice, now)

    def _take_choice(self, choice: Json, now: float) -> list[Delta]:
        words, reasons = _content_of(choice)
        if reasons and not self._parsed:
            self._parsed = True
            self._reasoning.parsed()
        deltas = self._speak(self._reasoning.feed(words) + self._let_go(now))
        called = self._calls.take(choice)
        if reasons or called or (words and not deltas and self._reasoning.thinking):
            deltas += self._think(now)
        reason = choice.get("finish_reason")
        if not isinstance(reason, str) or not reason or self.finish is not None:
            return deltas  # some endpoints write "" in this field until the end
        return deltas + self._end(reason.lower())

    def _let_go(self, now: float) -> str:
        """Return text that looked like reasoning and was held back for `_SUSPECT_SECONDS`."""
        if not self._reasoning.suspecting:
            return ""
        self._held_since = now if self._held_since is None else self._held_since
        return self._reasoning.let_go() if now - self._held_since >= _SUSPECT_SECONDS else ""

    def _end(self, reason: str) -> list[Delta]:
        if reason in _BREAKS:
            raise ModelGarbled("the endpoint broke the answer off")
        self.finish = _FINISHES.get(reason, Finish.STOP)
        deltas = self._speak(self._reasoning.end(whole=self.finish is Finish.STOP))
        self._learn()
        call = self._call
        if not (self._spoken or call):
            return []
        return [*deltas, Delta(finish=self.finish, model=self.model, call=call)]

    @property
    def _call(self) -> ToolCall | None:
        return self._calls.first(self._tools)

    def _learn(self) -> None:
        """Remember whether this model reasons without an opening mark."""
        habits = self._habits
        if self._reasoning.unopened:
            habits.unopened = (habits.unopened or 0) + 1
        elif self._parsed or self.finish is Finish.STOP:
            habits.unopened = 0

    def _speak(self, text: str) -> list[Delta]:
        retracts, self._reasoning.retracted = self._reasoning.retracted, False
        self._spoken = (self._spoken and not retracts) or bool(text.strip())
        return [Delta(text, model=self.model, retracts=retracts)] if text or retracts else []

    def _think(self, now: float) -> list[Delta]:
        self._thought = True
        if now - self._sign_at < _THINKING_EVERY_SECONDS:
            return []
        self._sign_at = now
        return [Delta(model=self.model, thinking=True)]

    def end(self, *, complete: bool = False) -> list[Delta]:
        """Return the last deltas.

        `complete` is true if the endpoint has marked the end of the stream.

        Raises `ModelGarbled` if the answer is incomplete or has no words, `OnlyThought` if all
        words were reasoning, and `ContentFiltered` if the content rules allowed no words.
        """
        last: list[Delta] = []
        begun = self._spoken or self._reasoning.thinking or self._call
        if self.finish is None and complete and begun:
            last = self._end("stop")
        self.require_finish()
        if not (self._spoken or self._call):
            self._reject_silence()
        return [*last, Delta(usage=self._usage, model=self.model)] if self._usage else last

    def _reject_silence(self) -> None:
        if self.finish is Finish.FILTERED:
            raise ContentFiltered("the endpoint's content rules allow no answer")
        if self._thought or self._reasoning.thinking:
            raise OnlyThought("the model reasoned to the end")
        raise ModelGarbled("the answer was empty")

    def require_finish(self) -> None:
        """Raise `ModelGarbled` if the stream ended without a finish reason."""
        if self.finish is None:
            raise ModelGarbled("the stream ended before the answer did")


def _choice_of(chunk: Json) -> Json | None:
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else None


def _content_of(choice: Json) -> tuple[str, bool]:
    """Return the text of a choice, and whether the choice has reasoning in fields of its own.

    Both are in the delta, or in the message if the endpoint does not stream.
    """
    said = choice.get("delta") or choice.get("message")
    if not isinstance(said, dict):
        text = choice.get("text")
        return (text if isinstance(text, str) else ""), False
    reasons = any(said.get(name) for name in (*_REASONING_FIELDS, "reasoning_details"))
    content: Any = said.get("content")
    if isinstance(content, str):
        return content, reasons
    parts = (
        [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    )
    reasons = reasons or any(part.get("type") in ("thinking", "reasoning") for part in parts)
    return "".join(map(_text_of_part, parts)), reasons


def _text_of_part(part: Json) -> str:
    text = part.get("text")
    return (
        text
        if isinstance(text, str) and part.get("type", "text") in ("text", "output_text")
        else ""
    )


def _usage_of(chunk: Json) -> Usage | None:
    usage = chunk.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, answer = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return Usage(prompt, answer) if isinstance(prompt, int) and isinstance(answer, int) else None
