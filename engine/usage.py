"""The usage of a model call."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Usage:
    """The tokens and the cost of a model call.

    `estimated` is true if the endpoint did not report the tokens. `model` is the model that
    answered. `cost` counts billionths of the currency's unit. `pictures` and `recordings` count the
    pictures and recordings of the question that were sent to models.
    """

    prompt_tokens: int = 0
    answer_tokens: int = 0
    estimated: bool = False
    model: str = ""
    cost: int = 0
    pictures: int = 0
    recordings: int = 0

    @property
    def tokens(self) -> int:
        """Return all tokens."""
        return self.prompt_tokens + self.answer_tokens


def together(usage: Usage, other: Usage) -> Usage:
    """Return the first usage, increased by the tokens and the cost of the other one."""
    return replace(
        usage,
        prompt_tokens=usage.prompt_tokens + other.prompt_tokens,
        answer_tokens=usage.answer_tokens + other.answer_tokens,
        cost=usage.cost + other.cost,
    )
