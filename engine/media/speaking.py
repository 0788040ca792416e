"""Speak answers with a service, for chats that want it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.attachments import Made, MediaKind
from engine.contract import Finish, Usage
from engine.errors import (
    MediaRefused,
    ModelError,
    ModelRefused,
    ModelUnknown,
    OutOfCredit,
)
from engine.media.drawing import payer, request_id
from engine.media.ogg import is_opus, shape_of
from engine.media.recoding import to_opus
from engine.media.spoken_text import spoken_text
from engine.memory.documents.reader import Turns
from engine.tasks import finish_by

if TYPE_CHECKING:
    from engine.answering.voices import Voices
    from engine.media.converter import Converter
    from engine.tasks import Clock
    from engine.turns.job import Job
    from engine.turns.sessions import Session
    from engine.wording import Words

log = logging.getLogger(__name__)

ON = "ON"  # the value of `Session.voice` in a chat that wants spoken answers
MOST_CHARACTERS = 4000  # a request of OpenAI's API may have 4,096
SENT_BYTES = 10_000_000  # the limit of Discord on a file
AT_ONCE = 2  # this many recordings at once may be in memory while they are made
LINE_SECONDS = 120.0  # the limit on the wait for a place, and on one recording
_SPOKEN = (Finish.STOP, Finish.LENGTH, Finish.DEADLINE)
_BY_OWNER = (401, 403, 404, 410)


class Speaking:
    """Speak answers. Create it inside the event loop.

    `voices` is None if the operator has named no `model`. A spoken answer counts as `tokens`
    tokens of that model's answers. Without `converter`, nothing is converted.
    """

    def __init__(
        self, voices: Voices | None, clock: Clock, tokens: int = 0, model: str = ""
    ) -> None:
        self._tokens, self._model = tokens, model
        self._voices, self._clock = voices, clock
        self._turns = Turns(AT_ONCE)
        self.converter: Converter | None = None

    @property
    def on(self) -> bool:
        """Return whether a service is set."""
        return self._voices is not None

    def text_for(self, session: Session, answer: str, finish: Finish) -> str:
        """Return the text to speak, or "" if this answer is not spoken."""
        wanted = self.on and session.voice == ON and finish in _SPOKEN
        return spoken_text(answer, MOST_CHARACTERS) if wanted else ""

    def usage(self, recordings: int) -> Usage:
        """Return the usage of some recordings."""
        return Usage(0, recordings * self._tokens, estimated=True, model=self._model)

    async def speak(self, job: Job, text: str) -> Made:
        """Return a recording of a text. It is stored in the job's row.

        Raises `ModelError`, `MediaRefused`, `DeadlinePassed`, `Superseded`, or `Interrupted` if the
        job is told to end.
        """
        if self._voices is None:
            raise ModelRefused("no service speaks")
        turn = self._turns.turn_in_time(
            payer(job), self._clock, LINE_SECONDS, "turn for a recording", job.stop
        )
        async with turn:
            # The recordings of revisions that ended without a turn are counted with this one.
            job.spoken += 1 + sum(earlier.spoken for earlier in job.earlier)
            limit = self._clock.now() + LINE_SECONDS  # the service has a shorter limit of its own
            work = self._record(self._voices, text, request_id(job, text))
            made = await finish_by(self._clock, limit, work, "a recording", job.stop)
            await job.progress.keep_made(made)
        return made

    async def _record(self, voices: Voices, text: str, known_as: str) -> Made:
        content, kind = await voices.speak(text, known_as)
        seconds, waveform = 0.0, b""
        if not is_opus(content) and self.converter is not None:
            try:
                opus = await to_opus(self.converter, content)
                content, kind = opus.content, opus.media_type
            except MediaRefused as error:
                log.info("a recording stays in the format %s: %s", kind, error.reason)
        if len(content) > SENT_BYTES:
            raise MediaRefused("too_large")
        if is_opus(content):
            seconds, waveform = shape_of(content)
        return Made(MediaKind.VOICE, kind, content, text, seconds, waveform)


def word_failure(error: Exception, words: Words) -> str:
    """Return the notice that says why an answer is not spoken, and who can change that."""
    owner = isinstance(error, (OutOfCredit, ModelUnknown)) or (
        isinstance(error, ModelError) and getattr(error, "status", 0) in _BY_OWNER
    )
    return words.speak_owner if owner else words.speak_failed
