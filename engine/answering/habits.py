"""Remember which request form a model at an endpoint accepts. Pure code without I/O.

Endpoints differ in the forms that they accept. The chat template of gemma-2 refuses the role
system, some servers refuse ``stream_options`` or ``max_tokens``, and some templates refuse messages
that do not alternate. A refusal that names one of these is not a refusal of the question. The
question is asked again at once without that part, and later questions use the accepted form.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from engine.answering.reasoning import reasons_by_name
from engine.contract import ChatMessage
from engine.text import well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.tools import Tool


SYSTEM, ORDER = "the role system", "the order of messages"
LIMIT, USAGE, EFFORT = "max_tokens", "stream_options", "reasoning_effort"
TOOLS = "tools"

# The wording of vLLM, Ollama, Groq, llama.cpp and OpenRouter, and of strict parsers.
_ABOUT_TOOLS = re.compile(r"\btools?\b|tool_choice|tool[ -]call|function[ _]?call", re.IGNORECASE)
_NAMED = (
    # gemma-2 writes "System role not supported". The templates of Mistral and others word it
    # differently.
    (
        SYSTEM,
        re.compile(
            r"system.{0,30}(role|message|prompt|instruction)|(role|instruction).{0,30}system",
            re.IGNORECASE,
        ),
    ),
    (ORDER, re.compile(r"alternat|roles? must|must (start|begin|end) with|(first|last) "
                       r"message|consecutive", re.IGNORECASE)),
    (USAGE, re.compile(r"stream_options|include_usage", re.IGNORECASE)),
    (EFFORT, re.compile(r"reasoning_effort", re.IGNORECASE)),
    (LIMIT, re.compile(r"max_tokens|max_new_tokens", re.IGNORECASE)),
)  # fmt: skip
_COMPLETION_LIMIT = "max_completion_tokens"
_MODELS_KEPT = 64


@dataclass
class Habits:
    """The request form that a model accepts.

    `without` names the parts that are left out of a request. `limit_name` is the field for the
    limit on tokens. `unopened` counts the latest answers in a row whose reasoning had no opening
    mark. Before the first answer it is None, and the model's name tells whether it reasons.
    `continues` is true if the endpoint can continue an assistant's message at the end of a request.
    It is None before the first try.
    """

    model: str
    without: set[str] = field(default_factory=set)
    limit_name: str = LIMIT
    unopened: int | None = None
    continues: bool | None = None

    @property
    def reasons_unmarked(self) -> bool:
        """Return whether text before a closing mark counts as reasoning."""
        return reasons_by_name(self.model) if self.unopened is None else self.unopened > 1

    @property
    def may_reason(self) -> bool:
        """Return whether only the model's last answer had reasoning without an opening mark.

        A single answer of this kind may be an accident.
        """
        return self.unopened == 1

    def learn(self, refusal: str, *, tools: bool = False) -> bool:
        """Remember the part of the request that a refusal names.

        `tools` is true if the request had tools. Return False if the refusal names nothing new.
        """
        if tools and TOOLS not in self.without and _ABOUT_TOOLS.search(refusal):
            self.without.add(TOOLS)
            return True
        for name, pattern in _NAMED:
            if name not in self.without and pattern.search(refusal):
                if name == LIMIT and _COMPLETION_LIMIT in refusal and self.limit_name == LIMIT:
                    self.limit_name = _COMPLETION_LIMIT
                    return True
                self.without.add(name)
                return True
        return False

    def request(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        effort: str = "",
        tools: Sequence[Tool] = (),
    ) -> dict[str, Any]:
        """Return the request's fields for `AsyncInferenceClient.chat_completion`."""
        request: dict[str, Any] = {
            "messages": self.shaped(messages),
            "model": self.model,
            "stream": True,
        }
        extra: dict[str, Any] = {}
        if LIMIT not in self.without:
            (request if self.limit_name == LIMIT else extra)[self.limit_name] = max_tokens
        if USAGE not in self.without:
            request["stream_options"] = {"include_usage": True}
        if effort and EFFORT not in self.without:
            extra["reasoning_effort"] = effort
        if tools and TOOLS not in self.without:
            request["tools"] = [_tool_on_the_wire(tool) for tool in tools]
        if extra:
            request["extra_body"] = extra
        return request

    def shaped(self, messages: Sequence[ChatMessage]) -> list[dict[str, Any]]:
        """Return the messages with the roles and in the order that the model accepts."""
        said = list(messages)
        if SYSTEM in self.without:
            said = [
                replace(message, role="user") if message.role == "system" else message
                for message in said
            ]
        if self.without & {SYSTEM, ORDER}:
            said = _alternating(said)
        return [on_the_wire(message) for message in said]


def on_the_wire(message: ChatMessage) -> dict[str, Any]:
    """Return a message in the form that the endpoint accepts.

    This form is a text, or a text and pictures as data URLs. An empty text beside pictures is left
    out, because some gateways refuse an empty text.
    """
    text = well_formed(message.content)
    if not message.pictures:
        return {"role": message.role, "content": text}
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}] if text.strip() else []
    for picture in message.pictures:
        url = f"data:{picture.media_type};base64,{b64encode(picture.content).decode()}"
        parts.append({"type": "image_url", "image_url": {"url": url}})
    return {"role": message.role, "content": parts}


def _tool_on_the_wire(tool: Tool) -> dict[str, Any]:
    about = {"name": tool.name, "description": tool.about, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": about}


def _alternating(said: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Join neighbouring messages of one role. A user's message follows the system message."""
    joined: list[ChatMessage] = []
    for message in said:
        if joined and joined[-1].role == message.role:
            before = joined[-1]
            joined[-1] = replace(
                before,
                content=f"{before.content}\n\n{message.content}",
                pictures=(*before.pictures, *message.pictures),
            )
        elif message.role == "assistant" and (not joined or joined[-1].role == "system"):
            joined += [ChatMessage("user", "…"), message]
        else:
            joined.append(message)
    return joined


class AllHabits:
    """The habits of the models that were asked most recently."""

    def __init__(self) -> None:
        self._by_model: dict[str, Habits] = {}

    def of(self, model: str) -> Habits:
        """Return the habits of a model. An unknown model gets a new object."""
        habits = self._by_model.pop(model, None) or Habits(model)
        while len(self._by_model) >= _MODELS_KEPT:
            self._by_model.pop(next(iter(self._by_model)))
        self._by_model[model] = habits
        return habits
