"""Counts of events in this process: how often, for how long, and when last.

The engine writes these counts. `bot.metrics` and `bot.health` read them. The counts hold no text
and no id of a chat or person. Labels have few values (platform, model, finish of an answer).
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import DeliveryError, RateLimited

if TYPE_CHECKING:
    from engine.contract import ChatKey, Finish, Usage
    from engine.errors import ModelError
    from engine.tasks import Clock

log = logging.getLogger(__name__)

question: ContextVar[str] = ContextVar("question", default="")
"""The ledger row that is being answered, for the log. A restart does not change the number."""

FIRST_WORD_BOUNDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
ANSWER_BOUNDS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0)


@dataclass
class Histogram:
    """Durations in seconds, counted in ranges. Each range has an upper limit, except the last."""

    bounds: tuple[float, ...]
    counts: list[int] = field(default_factory=list)
    total_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.counts = self.counts or [0] * (len(self.bounds) + 1)

    def observe(self, seconds: float) -> None:
        """Count one duration."""
        place = next((n for n, bound in enumerate(self.bounds) if seconds <= bound), -1)
        self.counts[place] += 1
        self.total_seconds += seconds


@dataclass
class ModelState:
    """The recent successes and failures of a model.

    `failures` counts the failed calls since the last success. `failing_since` is the clock's time
    of the first of these failures, and `error` is the newest one.
    """

    answered_at: float = 0.0
    failures: int = 0
    failing_since: float = 0.0
    error: ModelError | None = None


@dataclass(frozen=True)
class Answered:
    """An answer that ended. `first_word_seconds` is negative if no text arrived."""

    finish: Finish
    model: str
    usage: Usage
    seconds: float
    first_word_seconds: float = -1.0
    cached: bool = False


class Counters:
    """The counts of one process. All times are read from its clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.answers: dict[str, int] = defaultdict(int)  # by finish of the answer
        self.tokens: dict[tuple[str, str], int] = defaultdict(int)  # by kind and model
        self.calls: dict[tuple[str, str], int] = defaultdict(int)  # by platform and result
        self.model_errors: dict[tuple[str, str], int] = defaultdict(int)  # by model and class
        self.costs: dict[str, int] = defaultdict(int)  # billionths, by model
        self.estimated: dict[str, int] = defaultdict(int)  # tokens, by model
        self.cached = 0
        self.first_word = Histogram(FIRST_WORD_BOUNDS)
        self.duration = Histogram(ANSWER_BOUNDS)
        self.models: dict[str, ModelState] = defaultdict(ModelState)

    def answered(self, key: ChatKey, answer: Answered) -> None:
        """Count an answer, and log one line about it. The line does not contain its text."""
        self.answers[answer.finish.value] += 1
        self.cached += answer.cached
        self.tokens["prompt", answer.model] += answer.usage.prompt_tokens
        self.tokens["answer", answer.model] += answer.usage.answer_tokens
        self.costs[answer.model] += answer.usage.cost
        if answer.usage.estimated:
            tokens = answer.usage.prompt_tokens + answer.usage.answer_tokens
            self.estimated[answer.model] += tokens
        self.duration.observe(answer.seconds)
        if answer.first_word_seconds >= 0:
            self.first_word.observe(answer.first_word_seconds)
        log.info(
            "%s: answered: %s by %s, %d + %d tokens, first word %.2f s, in all %.2f s",
            key,
            answer.finish.value,
            "the answer cache" if answer.cached else answer.model or "no model",
            answer.usage.prompt_tokens,
            answer.usage.answer_tokens,
            max(0.0, answer.first_word_seconds),
            answer.seconds,
        )

    def model_spoke(self, name: str) -> None:
        """Count that a model returned the first word of an answer."""
        state = self.models[name]
        state.answered_at, state.failures, state.error = self.clock.now(), 0, None

    def model_failed(self, name: str, error: ModelError) -> None:
        """Count a failed call of a model."""
        state = self.models[name]
        if not state.failures:
            state.failing_since = self.clock.now()
        state.failures, state.error = state.failures + 1, error
        self.model_errors[name, type(error).__name__] += 1

    @contextmanager
    def call(self, platform: str) -> Iterator[None]:
        """Count the platform call in this block."""
        result = "cancelled"
        try:
            yield
            result = "ok"
        except RateLimited:
            result = "limited"
            raise
        except DeliveryError:
            result = "failed"
            raise
        finally:
            self.calls[platform, result] += 1
