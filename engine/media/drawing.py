"""Draw pictures with a service: one at a time for each person, and few at a time in total."""

from __future__ import annotations

import hashlib
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Callable

from engine.attachments import Made, MediaKind
from engine.contract import Usage
from engine.errors import (
    ContentFiltered,
    DeadlinePassed,
    MediaRefused,
    ModelRefused,
    ModelUnknown,
    OutOfCredit,
)
from engine.memory.documents.reader import Turns
from engine.tasks import finish_by

if TYPE_CHECKING:
    from engine.answering.images import Images
    from engine.tasks import Clock
    from engine.turns.job import Job
    from engine.wording import Words

MOST_CHARACTERS = 1000  # the limit on the description of a picture
CAPTION_CHARACTERS = 500
AT_ONCE = 2  # this many pictures at once may be in memory while they are drawn
LINE_SECONDS = 240.0  # the limit on the wait for a place, and on one picture

Noted = Callable[[], AbstractAsyncContextManager[None]]


class Drawing:
    """Draw pictures. Create it inside the event loop.

    `images` is None if the operator has named no `model`. A picture counts as `tokens` tokens of
    that model's answers.
    """

    def __init__(
        self, images: Images | None, clock: Clock, tokens: int = 0, model: str = ""
    ) -> None:
        self._tokens, self._model = tokens, model
        self._images, self._clock = images, clock
        self._turns = Turns(AT_ONCE)

    @property
    def on(self) -> bool:
        """Return whether a service is set."""
        return self._images is not None

    def usage(self, pictures: int) -> Usage:
        """Return the usage of some pictures."""
        return Usage(0, pictures * self._tokens, estimated=True, model=self._model)

    async def draw(self, job: Job, wish: str, noted: Noted) -> Made:
        """Return a picture of a description. It is stored in the job's row.

        The call to the service and the storing happen within `noted`. Raises `ModelError`,
        `MediaRefused`, `DeadlinePassed`, `Superseded`, or `Interrupted` if the job is told to end.
        """
        if self._images is None:
            raise ModelRefused("no service draws pictures")
        turn = self._turns.turn_in_time(
            payer(job), self._clock, LINE_SECONDS, "turn for a picture", job.stop
        )
        async with turn, noted():
            # The pictures of revisions that ended without a turn are counted with this one.
            job.drawn += 1 + sum(earlier.drawn for earlier in job.earlier)
            limit = self._clock.now() + LINE_SECONDS  # the service has a shorter limit of its own
            drawing = self._images.draw(wish, request_id(job, wish))
            content, kind = await finish_by(self._clock, limit, drawing, "a picture", job.stop)
            made = Made(MediaKind.PICTURE, kind, content, wish)
            await job.progress.keep_made(made)
        return made


def payer(job: Job) -> tuple[str, str]:
    """Return the platform and id of the person who caused a paid call by asking or by Retry."""
    by = job.entry.asked_by or job.inbound.author
    return job.inbound.key.platform, by.user_id


def request_id(job: Job, wish: str) -> str:
    """Return an id that stays the same if another process makes the same request again."""
    entry = job.entry
    facts = f"{entry.inbound.key} {entry.row} {entry.revision} {entry.inbound.sent_at} {wish}"
    return hashlib.sha256(facts.encode("utf-8", "replace")).hexdigest()[:32]


_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (MediaRefused, "draw_large"),
    (DeadlinePassed, "draw_slow"),
    (ContentFiltered, "draw_filtered"),
    (OutOfCredit, "draw_credit"),
    (ModelUnknown, "draw_unknown"),
)
_WORDS_BY_STATUS = {
    401: "draw_rejected", 403: "draw_rejected", 404: "draw_unknown", 410: "draw_unknown",
}  # fmt: skip


def word_failure(error: Exception, words: Words) -> str:
    """Return the notice that says why there is no picture, and who can change that."""
    other = "draw_failed"
    if isinstance(error, ModelRefused):
        other = _WORDS_BY_STATUS.get(error.status, "draw_refused")
    field = next((field for kind, field in _WORDS if isinstance(error, kind)), other)
    text: str = getattr(words, field)
    return text
