"""Models in order of preference over one endpoint: the next one answers when one cannot, as long as nothing was said.

Which error goes where: `ModelUnavailable`, `ModelGarbled`, silence before the first word and a
model that the endpoint does not know go on to the next model. A token that is not accepted, an
empty account and a prompt that is too long would meet the next model as well, so they are raised at
once.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.errors import DeadlinePassed, ModelError, ModelGarbled, ModelRefused, ModelUnavailable
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from engine.contract import ChatMessage, Delta, LanguageModel
    from engine.tasks import Clock

log = logging.getLogger(__name__)

FIRST_TOKEN_SECONDS = 6.0
REST_SECONDS = 30.0
MOST_REST_SECONDS = 300.0
WORTH_WAITING_SECONDS = 3.0
PAUSE_SECONDS = 0.5

# 400 and 404 name an unknown model, 410 one that was taken away, 422 a request that another
# provider may take.
_ABOUT_THIS_MODEL = (400, 404, 410, 422)


class FallbackModel:
    """Answer with the first model that speaks; itself a `LanguageModel`.

    `models` are names that `inner` knows, the preferred one first. Each has `first_token_seconds`
    for its first word. A model that failed rests for `rest_seconds`: it is tried after the others.
    """

    def __init__(
        self,
        inner: LanguageModel,
        models: Sequence[str],
        clock: Clock,
        *,
        first_token_seconds: float = FIRST_TOKEN_SECONDS,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        if not models:
            raise ValueError("models must name at least one model")
        self._inner, self._models, self._clock = inner, tuple(models), clock
        self._first_token_seconds, self._rest_seconds = first_token_seconds, rest_seconds
        self._rests_until: dict[str, float] = {}

    async def stream(
        self, messages: Sequence[ChatMessage], max_tokens: int, model: str = ""
    ) -> AsyncGenerator[Delta, None]:
        """Stream an answer; `model` is tried first, and need not be one of the list.

        Raises only `ModelError`: when all have failed, the error that tells most. After the first
        word the model's own errors go out as they are. Closing the generator, or cancelling who
        iterates it, ends the call.
        """
        answer, first = await self._begin(messages, max_tokens, model)
        try:
            yield first
            async for delta in answer:
                yield delta
        finally:
            await answer.aclose()

    def _order(self, model: str) -> list[str]:
        """Return the models in the order to try: those at rest last."""
        names = dict.fromkeys([model, *self._models] if model else self._models)
        now = self._clock.now()
        return sorted(names, key=lambda name: self._rests_until.get(name, now) > now)

    async def _begin(
        self, messages: Sequence[ChatMessage], max_tokens: int, model: str
    ) -> tuple[AsyncGenerator[Delta, None], Delta]:
        """Return the answer that spoke first, with its first delta."""
        failures: list[ModelError] = []
        names = self._order(model)
        for name in names:
            try:
                return await self._try(messages, max_tokens, name)
            except ModelError as error:
                if not _goes_on(error):
                    raise
                self._rest(name, error)
                failures.append(error)
                log.warning("model %s did not answer: %s", name, error)
        if len(names) == 1 and _worth_waiting(failures[0]):
            return await self._try_again(messages, max_tokens, names[0], failures[0])
        raise max(failures, key=_telling)

    async def _try(
        self, messages: Sequence[ChatMessage], max_tokens: int, name: str
    ) -> tuple[AsyncGenerator[Delta, None], Delta]:
        answer = self._inner.stream(messages, max_tokens, name)
        deadline = self._clock.now() + self._first_token_seconds
        try:
            first = await finish_by(self._clock, deadline, _first(answer), f"first word of {name}")
        except DeadlinePassed as error:
            raise _TooSlow(f"no word within {self._first_token_seconds:g} seconds") from error
        except BaseException:
            # Also when the caller is cancelled in the very moment in which the first word came.
            await answer.aclose()
            raise
        self._rests_until.pop(name, None)
        return answer, first

    async def _try_again(
        self, messages: Sequence[ChatMessage], max_tokens: int, name: str, error: ModelError
    ) -> tuple[AsyncGenerator[Delta, None], Delta]:
        await self._clock.sleep(max(PAUSE_SECONDS, getattr(error, "retry_after", 0.0)))
        return await self._try(messages, max_tokens, name)

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
    """The first word did not come in time; asking the same model again would only double the wait."""


async def _first(answer: AsyncGenerator[Delta, None]) -> Delta:
    """Return the first delta that says something."""
    async for delta in answer:
        if delta.text or delta.finish:
            return delta
    raise ModelGarbled("the answer was empty")


def _goes_on(error: ModelError) -> bool:
    if isinstance(error, ModelRefused):
        return error.status in _ABOUT_THIS_MODEL and not error.too_long
    return isinstance(error, (ModelUnavailable, ModelGarbled))


def _worth_waiting(error: ModelError) -> bool:
    """Tell whether the only model is asked once more: it said it is back soon, or its fault may be over already."""
    if isinstance(error, _TooSlow) or not isinstance(error, ModelUnavailable):
        return False
    return error.retry_after <= WORTH_WAITING_SECONDS


def _telling(error: ModelError) -> tuple[int, float]:
    """Rank errors for a user: one that passes, soonest first, then a broken answer, then a model that is unknown."""
    if isinstance(error, ModelUnavailable):
        return (3 if error.retry_after else 2), -error.retry_after
    return int(isinstance(error, ModelGarbled)), 0.0
