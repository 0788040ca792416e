"""Try several models of one endpoint, in order of preference, until one of them answers.

Before the first word, the next model is asked after `ModelUnavailable`, `ModelGarbled`, silence, an
unknown model, or a refusal by content rules. A rejected token, an account without credit and a
prompt that is too long would fail with every model, so those errors are raised at once. After the
first word every error is raised. `ModelError.another_model` then says whether another model may
continue the answer, because only the caller knows the text on screen.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.answering.sight import Sight, SightSettings
from engine.counters import Counters
from engine.errors import (
    ContentFiltered,
    DeadlinePassed,
    ModelBlind,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelUnavailable,
)
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from engine.contract import ChatMessage, Delta, LanguageModel
    from engine.tasks import Clock
    from engine.tools import Tool

log = logging.getLogger(__name__)

FIRST_TOKEN_SECONDS = 6.0
REST_SECONDS = 30.0
MOST_REST_SECONDS = 300.0
WORTH_WAITING_SECONDS = 3.0
PAUSE_SECONDS = 0.5

# 400 and 404 may mean an unknown model, and 410 a model that was removed. After 422 another
# provider may accept the request.
_ABOUT_THIS_MODEL = (400, 404, 410, 422)


class FallbackModel:
    """Answer with the first model that responds. This class is a `LanguageModel` itself.

    `models` are names that `inner` knows, in order of preference. Each model has
    `first_token_seconds` for its first word. After a failure, a model is tried after the others for
    the next `rest_seconds`.
    """

    def __init__(
        self,
        inner: LanguageModel,
        models: Sequence[str],
        clock: Clock,
        *,
        first_token_seconds: float = FIRST_TOKEN_SECONDS,
        rest_seconds: float = REST_SECONDS,
        counters: Counters | None = None,
        sight: Sight | None = None,
    ) -> None:
        if not models:
            raise ValueError("models must name at least one model")
        self._counters = counters or Counters(clock)
        self._inner, self._models, self._clock = inner, tuple(models), clock
        self._first_token_seconds, self._rest_seconds = first_token_seconds, rest_seconds
        self._rests_until: dict[str, float] = {}
        self._sight = sight or Sight(SightSettings(tuple(models)), clock)

    def change(self, models: Sequence[str]) -> None:
        """Replace the models for later answers."""
        self._models = tuple(models)

    async def stream(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        model: str = "",
        tools: Sequence[Tool] = (),
    ) -> AsyncGenerator[Delta, None]:
        """Stream an answer. `model` is tried first and need not be in the list.

        A question about a picture is sent only to models that may see it. A model that cannot see
        gets no picture of earlier questions either. Raises only `ModelError`. If all models have
        failed, the most informative error is raised. Closing the generator, or cancelling its
        consumer, ends the call.
        """
        failures: list[ModelError] = []
        names = await self._names(messages, model)
        for name in self._attempts(names, failures):
            if failures and len(names) == 1:
                await self._clock.sleep(max(PAUSE_SECONDS, _pause(failures[0])))
            answer, spoken = self._speak(messages, max_tokens, name, tools), False
            words = self._in_time(answer, name)
            try:
                async for delta in words:
                    spoken = spoken or bool(delta.text or delta.finish)
                    yield delta
                if spoken:
                    return
                raise ModelGarbled("the answer was empty")
            except ModelError as error:
                self._take_failure(name, error, names, failures, spoken=spoken)
            finally:
                await words.aclose()
                await answer.aclose()
        raise max(failures, key=_telling)

    async def _names(self, messages: Sequence[ChatMessage], model: str) -> list[str]:
        """Return the models to ask, in order.

        Raises `ModelBlind` if none of them can see pictures.
        """
        if not asks_about_pictures(messages):
            return self._order([model, *self._models] if model else self._models)
        names = await self._sight.candidates(model)
        if not names:
            raise ModelBlind("no configured model accepts pictures")
        return self._order(names)

    async def _speak(
        self,
        messages: Sequence[ChatMessage],
        max_tokens: int,
        name: str,
        tools: Sequence[Tool] = (),
    ) -> AsyncGenerator[Delta, None]:
        """Stream one model's answer.

        If the model refuses pictures of earlier turns, try again without them.
        """
        needed = asks_about_pictures(messages)
        if not needed and self._sight.knows(name) is False:
            messages = [message.without_pictures for message in messages]
        optional = not needed and any(message.pictures for message in messages)
        answer = self._inner.stream(messages, max_tokens, name, tools)
        try:
            async for delta in answer:
                optional = optional and not delta.text
                yield delta
            return
        except ModelBlind as error:
            self._sight.learn(name, sees=False, most=error.most)
            if not optional:
                raise
        except ModelRefused as error:
            if not optional or error.too_long:
                raise
            log.info("model %s is asked again without earlier pictures: %s", name, error)
        finally:
            await answer.aclose()
        bare = [message.without_pictures for message in messages]
        again = self._inner.stream(bare, max_tokens, name, tools)
        try:
            async for delta in again:
                yield delta
        finally:
            await again.aclose()

    def _attempts(self, names: Sequence[str], failures: Sequence[ModelError]) -> Iterator[str]:
        """Yield each model. If there is only one, yield it again if a second try may succeed."""
        yield from names
        if len(names) == 1 and failures and _worth_waiting(failures[0]):
            yield names[0]

    def _take_failure(
        self,
        name: str,
        error: ModelError,
        names: Sequence[str],
        failures: list[ModelError],
        *,
        spoken: bool,
    ) -> None:
        """Keep an error for later, or raise it if no other model should be asked now.

        After the first word (`spoken`), every error is raised.
        """
        self._counters.model_failed(name, error)
        passing = _goes_on(error)
        if passing and not isinstance(error, ModelBlind) and not (spoken and len(names) == 1):
            self._rest(name, error)
        if spoken:
            error.another_model = passing and len(names) > 1
            raise error
        if not passing or (len(names) == 1 and failures):
            raise error
        failures.append(error)
        log.warning("model %s did not answer: %s", name, error)

    def _order(self, names: Sequence[str]) -> list[str]:
        """Return the models in the order in which to try them.

        Models that failed recently come last.
        """
        now = self._clock.now()
        return sorted(dict.fromkeys(names), key=lambda name: self._rests_until.get(name, now) > now)

    async def _in_time(
        self, answer: AsyncGenerator[Delta, None], name: str
    ) -> AsyncGenerator[Delta, None]:
        """Yield an answer.

        Raise `_TooSlow` if neither a word nor a sign of reasoning arrives in time.
        """
        spoken = False
        while not spoken:
            deadline = self._clock.now() + self._first_token_seconds
            try:
                delta = await finish_by(
                    self._clock, deadline, _next(answer), f"first word of {name}"
                )
            except DeadlinePassed as error:
                raise _TooSlow(f"no word within {self._first_token_seconds:g} seconds") from error
            if delta is None:
                return
            spoken = bool(delta.text or delta.finish)
            yield delta
        self._rests_until.pop(name, None)
        self._counters.model_spoke(name)
        async for delta in answer:
            yield delta

    def _rest(self, name: str, error: ModelError) -> None:
        now = self._clock.now()
        seconds = max(
            self._rest_seconds, min(getattr(error, "retry_after", 0.0), MOST_REST_SECONDS)
        )
        self._rests_until = {
            other: until for other, until in self._rests_until.items() if until > now
        }
        self._rests_until[name] = now + seconds


class _TooSlow(ModelUnavailable):
    """The first word did not arrive in time.

    The same model is not asked again, because that would only double the wait.
    """


def asks_about_pictures(messages: Sequence[ChatMessage]) -> bool:
    """Return whether the question itself is about a picture."""
    return any(picture.asked for message in messages for picture in message.pictures)


async def _next(answer: AsyncGenerator[Delta, None]) -> Delta | None:
    """Return the next delta with text, a finish or a sign of reasoning, or None at the end."""
    async for delta in answer:
        if delta.text or delta.finish or delta.thinking:
            return delta
    return None


def _pause(error: ModelError) -> float:
    return getattr(error, "retry_after", 0.0)


def _goes_on(error: ModelError) -> bool:
    if isinstance(error, ModelRefused):
        known = isinstance(error, (ContentFiltered, ModelBlind))
        return (known or error.status in _ABOUT_THIS_MODEL) and not error.too_long
    return isinstance(error, (ModelUnavailable, ModelGarbled))


def _worth_waiting(error: ModelError) -> bool:
    """Return whether to ask the only model once more after an error.

    The model is asked again if the endpoint named a short wait, or if it named none and the fault
    may be over already.
    """
    if isinstance(error, _TooSlow) or not isinstance(error, ModelUnavailable):
        return False
    return error.retry_after <= WORTH_WAITING_SECONDS


def _telling(error: ModelError) -> tuple[int, float]:
    """Rank errors by how much they help a user.

    Temporary faults rank highest, and among them those with the shortest known wait. A broken
    answer comes next, then all other errors.
    """
    if isinstance(error, ModelUnavailable):
        return (3 if error.retry_after else 2), -error.retry_after
    return int(isinstance(error, ModelGarbled)), 0.0
