"""Transcribe the recordings of a question: voice notes, audio files and video notes.

A recording is fetched and transcribed only once. Its transcript becomes the text of the question,
which is stored before the answer begins. Retry, Continue and a restart therefore do not need the
recording. If the recording came with a text or was forwarded, its transcript becomes quoted
material instead.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.attachments import HEARD, Attachment, MediaKind
from engine.errors import (
    DeadlinePassed,
    DeliveryError,
    FormatRefused,
    MediaRefused,
    MessageGone,
    ModelError,
)
from engine.media.allocator import return_large_blocks
from engine.media.digests import digest_of
from engine.media.naming import NAMES, is_named
from engine.media.transcribing import Transcriber
from engine.memory.documents.reader import Turns
from engine.tasks import Noted, finish_by, unmarked
from engine.text import literal
from engine.text.characters import clip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.answering.speech import Speech
    from engine.contract import Inbound
    from engine.media.converter import Converter
    from engine.tasks import Clock
    from engine.turns.job import Job
    from engine.wording import Words

log = logging.getLogger(__name__)

SPOKEN = "🎤 "
"""This mark precedes spoken words on screen, in the prompt and in the store."""
FILE_BYTES = 20 * 1024 * 1024  # the limit of Telegram's Bot API
LARGE_BYTES = 2_000_000
MOST_SECONDS = 600.0  # the limit on the length of one recording
FETCH_SECONDS, LINE_SECONDS = 30.0, 120.0
AT_ONCE = 2  # this many people at once may have a recording in memory, one recording each
SHOWN_CHARACTERS = 300
_TYPES = {MediaKind.VOICE: "audio/ogg", MediaKind.VIDEO_NOTE: "video/mp4"}


class Hearing:
    """Transcribe recordings. Create it inside the event loop.

    `speech` is None if the operator has set no service. `built_in` is true if the small model in
    the package writes the answers. `names` are the names by which the bot is called.
    """

    def __init__(
        self,
        speech: Speech | None,
        clock: Clock,
        *,
        built_in: bool = False,
        names: Sequence[str] = NAMES,
    ) -> None:
        self._names = names
        self._speech = None if speech is None else Transcriber(speech, clock)
        self._clock, self._built_in = clock, built_in
        self._turns = Turns(AT_ONCE)

    @property
    def on(self) -> bool:
        """Return whether a service is set."""
        return self._speech is not None

    def calls(self, inbound: Inbound) -> bool:
        """Return whether the transcript of a message names the bot."""
        return is_named(f"{inbound.text}\n{inbound.quoted}", self._names)

    def convert_with(self, converter: Converter) -> None:
        """Set the converter for recordings in formats that the service refuses."""
        if self._speech is not None:
            self._speech.converter = converter

    def wanted(self, inbound: Inbound) -> bool:
        """Return whether a message has a recording that has not been transcribed yet."""
        return any(self._unheard(inbound))

    async def listen(self, job: Job, noted: Noted = unmarked) -> tuple[Inbound, list[str]]:
        """Return the question with its transcript, and notices about other recordings.

        `noted` marks the fetching of large files, the only step that takes much memory here.
        Raises `Interrupted` if the job is told to end.
        """
        inbound, words = job.inbound, job.words
        if self._speech is None:
            return inbound, [words.voice_built_in if self._built_in else words.voice_deaf]
        said: dict[str, str] = {}
        notices: list[str] = []
        heard: dict[str, str] = {}
        for file in self._unheard(inbound):
            try:
                heard[file.ref], said[file.ref] = await self._hear(job, file, self._speech, noted)
            except (MediaRefused, DeliveryError, DeadlinePassed, ModelError) as error:
                log.info(
                    "%s: a recording was not transcribed: %s", inbound.key, type(error).__name__
                )
                notices.append(word_refusal(error, file, words))
                continue
            if not said[file.ref]:
                notices.append(words.voice_silent)
        return _with_words(inbound, heard, "\n".join(filter(None, said.values()))), notices

    def _unheard(self, inbound: Inbound) -> list[Attachment]:
        """Return the recordings without a transcript.

        Video notes are left out if there is no service.
        """
        return [
            file
            for file in inbound.attachments
            if file.kind in HEARD
            and file.ref
            and not file.digest
            and (file.kind is not MediaKind.VIDEO_NOTE or self._speech is not None)
        ]

    async def _hear(
        self, job: Job, file: Attachment, speech: Transcriber, noted: Noted
    ) -> tuple[str, str]:
        """Return the digest and the transcript of a recording."""
        if file.size_bytes > FILE_BYTES or file.duration_seconds > MOST_SECONDS:
            raise MediaRefused("too_large")
        return_large_blocks()
        clock = self._clock
        person = (job.inbound.key.platform, job.inbound.author.user_id)
        purpose = "turn for a recording"
        async with self._turns.turn_in_time(person, clock, LINE_SECONDS, purpose, job.stop):
            limit = clock.now() + FETCH_SECONDS
            large = not 0 < file.size_bytes <= LARGE_BYTES
            async with noted() if large else unmarked():
                fetching = job.sink.fetch(file, FILE_BYTES)
                held = [await finish_by(clock, limit, fetching, "a recording", job.stop)]
            digest = await digest_of(held[0])
            kind = file.media_type.partition(";")[0].strip() or _TYPES.get(file.kind, "audio/mpeg")
            writing = speech.transcribe(held, kind)
            # The service has a time limit of its own.
            limit = clock.now() + LINE_SECONDS
            text = await finish_by(clock, limit, writing, "transcription", job.stop)
        return digest, _cleaned(text)


def shown(inbound: Inbound) -> str:
    """Return a question's transcript as a short quote for the screen, or "" if it has none."""
    spoken = [
        line
        for text in (inbound.text, inbound.quoted)
        for line in text.split("\n")
        if line.startswith(SPOKEN)
    ]
    said = " ".join(" ".join(spoken).split())
    cut = clip(said, SHOWN_CHARACTERS + 1)
    return f"> {literal(cut, SHOWN_CHARACTERS + 1)}" if cut else ""


def word_refusal(error: Exception, file: Attachment, words: Words) -> str:
    """Return the notice that says why a recording has no transcript."""
    if isinstance(error, FormatRefused):
        return words.voice_format
    if isinstance(error, ModelError):
        return words.voice_failed
    if isinstance(error, MediaRefused):
        return words.voice_long.format(minutes=round(MOST_SECONDS / 60))
    if isinstance(error, MessageGone):
        return words.picture_gone.format(name=literal(file.name))
    said = words.file_slow if isinstance(error, DeadlinePassed) else words.file_lost
    return said.format(name=literal(file.name))


def _cleaned(text: str) -> str:
    """Return a transcript as one line. It is "" if it has no letters or digits.

    Some services write dots if nobody speaks.
    """
    line = " ".join(text.split())
    return line if any(letter.isalnum() for letter in line) else ""


def _with_words(inbound: Inbound, heard: dict[str, str], words: str) -> Inbound:
    files = tuple(
        replace(file, digest=heard[file.ref]) if file.ref in heard else file
        for file in inbound.attachments
    )
    inbound = replace(inbound, attachments=files)
    if not words:
        return inbound
    spoken = "\n".join(SPOKEN + line for line in words.split("\n"))
    if inbound.text.strip() or inbound.forwarded:
        return replace(inbound, quoted="\n".join(filter(None, (inbound.quoted, spoken))))
    return replace(inbound, text=spoken)
