"""The way the stream of an answer ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.answering.prompt import Pictures, estimate_tokens
from engine.contract import Delta, Finish, Usage

if TYPE_CHECKING:
    from engine.errors import ModelError
    from engine.tools import ToolCall


@dataclass
class Outcome:
    """The way a stream ended. It is filled while the stream runs.

    `thinking` is true if the newest pieces were reasoning. `pictures` are the pictures that the
    model was shown. `prompt_tokens` is the estimated length of the last prompt. `call` is the tool
    call with which the answer ended.
    """

    finish: Finish | None = None
    usage: Usage | None = None
    error: ModelError | None = None
    thinking: bool = False
    model: str = ""
    first_word_at: float | None = None
    pictures: Pictures = field(default_factory=dict)
    prompt_tokens: int = 0
    call: ToolCall | None = None

    def take(self, delta: Delta, now: float) -> None:
        """Record the finish, usage, model, thinking and arrival time of a piece."""
        self.model = delta.model or self.model
        if delta.text.strip() and self.first_word_at is None:
            self.first_word_at = now
        self.finish = delta.finish or self.finish
        self.call = delta.call or self.call
        self.usage = delta.usage or self.usage
        self.thinking = delta.thinking or (self.thinking and not delta.text)

    def usage_of(self, prompt: str, answer: str, recordings: int) -> Usage:
        """Return the usage that the endpoint reported, or else an estimate from the texts.

        `prompt` is the question's text. `recordings` counts its transcribed recordings.
        """
        asked = self.prompt_tokens or estimate_tokens(prompt)
        asked += sum(picture.tokens for picture in self.pictures.values())
        usage = self.usage or Usage(asked, estimate_tokens(answer), estimated=True)
        return replace(usage, model=self.model, pictures=len(self.pictures), recordings=recordings)
