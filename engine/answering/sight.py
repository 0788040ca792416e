"""Find out which models can see pictures: ask the endpoint, learn from refusals, remember both."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable

from cachetools import TTLCache

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from engine.tasks import Clock

log = logging.getLogger(__name__)

Ask = Callable[[str], "Awaitable[bool | None]"]

MODELS_REMEMBERED = 256
AGAIN_SECONDS = 600.0
"""If the endpoint does not say whether a model can see, it is asked again after this time.

The endpoint's answers and the refusals of models are forgotten after `LEARNED_SECONDS`, because
operators sometimes serve another model under the same name.
"""
LEARNED_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class SightSettings:
    """The models of the chat and those for pictures, each in order of preference.

    `built_in` is true if the model is the small one in the package, which cannot see.
    """

    models: tuple[str, ...] = ()
    vision_models: tuple[str, ...] = ()
    built_in: bool = False


async def nobody_says(_: str) -> bool | None:
    """Return None, because an endpoint without a list of models gives no information."""
    return None


class Sight:
    """The models that are known to see pictures or not.

    The process has one object of this class.
    """

    def __init__(self, settings: SightSettings, clock: Clock, ask: Ask = nobody_says) -> None:
        self._settings, self._ask = settings, ask
        self._known: TTLCache[str, bool] = TTLCache(
            MODELS_REMEMBERED, LEARNED_SECONDS, timer=clock.now
        )
        self._asked: TTLCache[str, bool] = TTLCache(
            MODELS_REMEMBERED, AGAIN_SECONDS, timer=clock.now
        )
        self._most: dict[str, int] = {}

    def change(self, models: Sequence[str], vision_models: Sequence[str]) -> None:
        """Replace the models of the chat and those for pictures."""
        self._settings = replace(
            self._settings, models=tuple(models), vision_models=tuple(vision_models)
        )

    @property
    def built_in(self) -> bool:
        """Return whether the model is the small one that comes with the package."""
        return self._settings.built_in

    async def sees(self, model: str) -> bool | None:
        """Return whether a model can see, or None if unknown.

        The endpoint is asked at most once in `AGAIN_SECONDS` about a model.
        """
        if self._settings.built_in:
            return False
        if model not in self._known and model not in self._asked:
            self._asked[model] = True
            said = await self._ask(model)
            if said is not None and model not in self._known:
                self._known[model] = said
        return self._known.get(model)

    def knows(self, model: str) -> bool | None:
        """Return whether a model can see, or None if unknown, without asking the endpoint."""
        return False if self._settings.built_in else self._known.get(model)

    def learn(self, model: str, *, sees: bool, most: int = 0) -> None:
        """Remember what a call has shown about a model: whether it can see, or its limit `most`.

        `most` is the largest number of pictures that the model accepts, or 0 if unknown. If `most`
        is given, only this limit is remembered.
        """
        if most:
            self._most[model] = most
            return
        if self._known.get(model) is not sees:
            log.info("model %s %s pictures", model, "takes" if sees else "takes no")
        self._known[model] = sees

    def most(self, model: str) -> int:
        """Return how many pictures a model accepts in one prompt, or 0 if no limit is known."""
        return self._most.get(model, 0)

    async def candidates(self, model: str = "") -> list[str]:
        """Return the models to ask about a picture, best first. `model` is the chat's own choice.

        The chat's model comes first if it can see. The models that the operator named for pictures
        come next, then other models that can see, then models of which this is unknown. Models that
        cannot see are left out.
        """
        chosen = model or (self._settings.models[0] if self._settings.models else "")
        named = self._settings.vision_models
        others = [name for name in self._settings.models if name != chosen]
        if await self.sees(chosen):
            return await self._seeing([chosen, *named, *others], known=named)
        return await self._seeing([*named, chosen, *others], known=named)

    async def _seeing(self, names: Sequence[str], known: Sequence[str]) -> list[str]:
        """Leave out models that cannot see.

        Models of which this is unknown come last, except those in `known`.
        """
        sure: list[str] = []
        unsure: list[str] = []
        for name in dict.fromkeys(names):
            said = await self.sees(name)
            if said or (said is None and name in known):
                sure.append(name)
            elif said is None:
                unsure.append(name)
        return sure + unsure
