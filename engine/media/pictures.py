"""Prepare the pictures of a question, and of the turns before it, for a model.

The newest pictures are sent: first those of the question, then those of the last turns, as far as
the pictures' share of the prompt has room. Older pictures are replaced by a line of text with their
description. A picture is fetched from its platform, scaled to the room that the prompt has, and
held for some minutes, so that a follow-up question need not fetch it again. No picture is written
to a disk.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cachetools import TTLCache

from engine.answering.captions import caption
from engine.attachments import SEEN, Attachment, MediaKind, Picture
from engine.errors import DeadlinePassed, DeliveryError, MediaRefused, MessageGone
from engine.media.allocator import return_large_blocks
from engine.media.digests import digest_of
from engine.media.headers import read_header
from engine.media.tokens import best_side, picture_tokens
from engine.memory.documents.reader import Turns
from engine.tasks import Noted, finish_by, unmarked
from engine.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.answering.plan import Plan
    from engine.answering.sight import Sight
    from engine.contract import ChatKey, Turn
    from engine.media.converter import Converter
    from engine.tasks import Clock
    from engine.turns.job import Job
    from engine.wording import Words

log = logging.getLogger(__name__)

PICTURES_SHARE = 0.6  # the share of the prompt for pictures, including those of earlier turns
MOST_PICTURES = 10  # the limit for one question, which equals the size of an album
HISTORY_PICTURES = 3
# Pictures that are older than this are replaced by a line of text.
HISTORY_SECONDS = 3600.0
# The limit for fetching a picture, which is also that of Telegram's Bot API.
FILE_BYTES = 20 * 1024 * 1024
SENT_BYTES = 400_000  # the limit for sending a picture to the model
PICTURE_SECONDS = 20.0  # the time for fetching and scaling one picture
ALL_SECONDS = 45.0
# This many people at once may have a picture in memory, one picture each.
AT_ONCE = 2
# Pictures above this size, or of unknown size, are in memory only one at a time.
LARGE_BYTES = 2_000_000
LINE_SECONDS = 120.0
HELD_BYTES, HELD_SECONDS = 4_000_000, 600.0
_MOVING = (MediaKind.VIDEO, MediaKind.ANIMATION, MediaKind.VIDEO_NOTE)
# After these refusals a preview may still be used.
_TOO_MUCH = ("too_large", "too_slow", "kind", "no_library")


@dataclass(frozen=True)
class Ready:
    """A picture that was fetched and scaled. `small` is true if only its preview could be used."""

    picture: Picture
    digest: str
    small: bool = False


class Pictures:
    """Fetch, scale and hold pictures. Must be created inside the event loop."""

    def __init__(
        self, sight: Sight, converter: Converter, clock: Clock, prompt_tokens: int
    ) -> None:
        self._sight, self._converter, self._clock = sight, converter, clock
        self._room_tokens = int(prompt_tokens * PICTURES_SHARE)
        self._turns = Turns(AT_ONCE)
        self._one_large = asyncio.Lock()
        self._held: TTLCache[tuple[ChatKey, str, int], Ready] = TTLCache(
            HELD_BYTES,
            HELD_SECONDS,
            timer=clock.now,
            getsizeof=lambda ready: min(HELD_BYTES, len(ready.picture.content)),
        )

    @property
    def at_work(self) -> int:
        """Return the number of people whose pictures are being fetched or scaled."""
        return self._turns.held

    def drop(self, key: ChatKey | None) -> None:
        """Drop the held pictures of a chat, or of all chats if `key` is None."""
        for held in [held for held in self._held if key is None or held[0] == key]:
            self._held.pop(held, None)

    def wanted(self, plan: Plan) -> bool:
        """Return whether a question or the turns before it have pictures."""
        return bool(self._asked(plan) or self._earlier(plan))

    async def prepare(
        self, job: Job, plan: Plan, model: str, noted: Noted = unmarked
    ) -> tuple[Plan, list[str]]:
        """Return the plan with its pictures, and notices about pictures that are not sent whole.

        `model` is the chat's own choice. `noted` marks the fetching of large files, the only step
        that takes much memory in this process. Raises `Interrupted` if the job is told to end.
        """
        asked = self._asked(plan)
        candidates = await self._sight.candidates(model)
        if not candidates:
            return plan, self._blind(asked, job.words)
        seeing = candidates[0]
        work = _Work(self, job, seeing, self._clock.now() + ALL_SECONDS, noted)
        room = self._room_tokens
        most = min(MOST_PICTURES, self._sight.most(seeing) or MOST_PICTURES)
        for number, file in enumerate(asked):
            left = max(1, min(len(asked), most) - number)
            room -= await work.take(file, room // left, asked=True, full=len(work.ready) >= most)
        for file in self._earlier(plan):
            if len(work.ready) < most:
                room -= await work.take(file, room, asked=False, full=False)
        return work.planned(plan), work.notices(len(asked))

    def _asked(self, plan: Plan) -> list[Attachment]:
        return [file for file in plan.question.inbound.attachments if file.kind in SEEN]

    def _earlier(self, plan: Plan) -> list[Attachment]:
        """Return the newest pictures of earlier turns, newest first."""
        since = self._clock.time() - HISTORY_SECONDS
        asked = {file.digest or file.ref for file in self._asked(plan)}
        found: dict[str, Attachment] = {}
        for file in _newest_first(plan.turns, since):
            if file.ref and (file.digest or file.ref) not in asked:
                found.setdefault(file.digest or file.ref, file)
        return list(found.values())[:HISTORY_PICTURES]

    def _blind(self, asked: Sequence[Attachment], words: Words) -> list[str]:
        """Return the notice that no model can see pictures, and who can change that.

        There is no notice if all pictures are stickers with an emoji, because the emoji is enough
        for an answer.
        """
        if all(file.kind is MediaKind.STICKER and file.alt for file in asked):
            return []
        return [words.picture_built_in if self._sight.built_in else words.picture_blind]

    # --- one picture

    async def get(self, job: Job, file: Attachment, side: int, limit: float, noted: Noted) -> Ready:
        """Return one picture, whose longest side has at most `side` pixels.

        Raises `MediaRefused`, `DeliveryError`, `DeadlinePassed` or `Interrupted`.
        """
        known = (job.inbound.key, file.ref, side)
        ready = self._held.get(known)
        if ready is None:
            person = (job.inbound.key.platform, job.inbound.author.user_id)
            turn = self._turns.turn_in_time(
                person, self._clock, LINE_SECONDS, "turn for a picture", job.stop
            )
            async with turn:
                until = min(limit, self._clock.now() + PICTURE_SECONDS)
                work = self._made(job, file, side, noted)
                ready = await finish_by(self._clock, until, work, "a picture", job.stop)
            self._held[known] = ready
        return ready

    async def _made(self, job: Job, file: Attachment, side: int, noted: Noted) -> Ready:
        moving = file.kind in _MOVING
        if not moving and file.ref and file.size_bytes <= FILE_BYTES:
            try:
                return await self._whole(job, file, side, noted)
            except MediaRefused as refused:
                if refused.reason not in _TOO_MUCH or file.preview in ("", file.ref):
                    raise
        if not file.preview:
            raise MediaRefused("kind" if moving or not file.ref else "too_large")
        preview = replace(
            file, ref=file.preview, link="", size_bytes=0, kind=MediaKind.PICTURE, preview=""
        )
        return replace(await self._scaled(job, preview, side), small=not moving)

    async def _whole(self, job: Job, file: Attachment, side: int, noted: Noted) -> Ready:
        """Scale the file itself. Large files are scaled one after the other."""
        if 0 < file.size_bytes <= LARGE_BYTES:
            return await self._scaled(job, file, side)
        async with self._one_large:
            return await self._scaled(job, file, side, noted)

    async def _scaled(
        self, job: Job, file: Attachment, side: int, noted: Noted = unmarked
    ) -> Ready:
        return_large_blocks()
        async with noted():
            content = await job.sink.fetch(file, FILE_BYTES)
        digest = await digest_of(content)
        header = read_header(content)
        fits = header is not None and max(header.width, header.height) <= side
        if header is not None and fits and len(content) <= SENT_BYTES:
            picture = Picture(header.media_type, content, header.width, header.height)
            return Ready(picture, digest)
        options = {"side": side, "bytes": SENT_BYTES}
        taken = [content]
        del content
        facts, made = await self._converter.convert("picture", taken, options)
        picture = Picture(facts["type"], made, facts["width"], facts["height"])
        return Ready(picture, digest)


class _Work:
    """Collect the pictures of one prompt while they are prepared."""

    def __init__(
        self, pictures: Pictures, job: Job, model: str, limit: float, noted: Noted
    ) -> None:
        self._pictures, self._job, self._model, self._limit = pictures, job, model, limit
        self._noted = noted
        self.ready: dict[str, Picture] = {}
        self._found: dict[str, Ready] = {}
        self._left_out = 0
        self._told: list[str] = []

    async def take(self, file: Attachment, room: int, *, asked: bool, full: bool) -> int:
        """Prepare a picture for at most `room` tokens. Return the tokens that it takes."""
        side = 0 if full else best_side(file.width, file.height, room, self._model)
        if not side:
            self._left_out += asked
            return 0
        try:
            ready = await self._pictures.get(self._job, file, side, self._limit, self._noted)
        except (MediaRefused, DeliveryError, DeadlinePassed) as error:
            log.info("%s: a picture was not used: %s", self._job.inbound.key, _cause(error))
            if asked:
                self._told.append(word_refusal(error, file, self._job.words))
            return 0
        made = ready.picture
        tokens = picture_tokens(made.width, made.height, self._model)
        described = replace(file, digest=file.digest or ready.digest)
        self.ready[file.ref] = replace(made, tokens=tokens, caption=caption(described), asked=asked)
        self._found[file.ref] = ready
        if asked:
            self._tell(file, ready)
        return tokens

    def _tell(self, file: Attachment, ready: Ready) -> None:
        words, name = self._job.words, literal(file.name)
        if file.kind in _MOVING:
            self._told.append(words.picture_still.format(name=name))
        elif ready.small:
            self._told.append(words.picture_small.format(name=name))

    def notices(self, asked: int) -> list[str]:
        """Return a notice about each picture of the question that is not sent whole."""
        if self._left_out:
            seen = asked - self._left_out
            said = self._job.words.picture_left.format(seen=seen, all=asked)
            return [*self._told, said]
        return self._told

    def planned(self, plan: Plan) -> Plan:
        """Return the plan with its pictures, and with new facts about the question's files."""
        inbound = plan.question.inbound
        known = {
            file.digest: file.description
            for turn in plan.turns
            for file in turn.material.attachments
            if file.digest and file.description
        }
        files = tuple(self._learned(file, known) for file in inbound.attachments)
        question = replace(
            plan.question, inbound=replace(inbound, attachments=files), pictures=self.ready
        )
        return replace(plan, question=question)

    def _learned(self, file: Attachment, known: Mapping[str, str]) -> Attachment:
        ready = self._found.get(file.ref)
        if ready is None or (file.digest == ready.digest and file.description):
            return file
        # A description belongs to the content that was described, even if the reference has
        # changed.
        return replace(file, digest=ready.digest, description=known.get(ready.digest, ""))


def word_refusal(
    error: MediaRefused | DeliveryError | DeadlinePassed, file: Attachment, words: Words
) -> str:
    """Return the notice that says why the model does not get a picture."""
    name = literal(file.name)
    if isinstance(error, MessageGone) or _reason(error) == "gone":
        return words.picture_gone.format(name=name)
    said = {
        "kind": words.picture_kind,
        "no_library": words.picture_kind,
        "too_large": words.picture_large,
        "unreadable": words.picture_broken,
        "too_slow": words.file_slow,
    }
    return said.get(_reason(error), words.file_lost).format(name=name)


def _reason(error: MediaRefused | DeliveryError | DeadlinePassed) -> str:
    if isinstance(error, DeadlinePassed):
        return "too_slow"
    return error.reason if isinstance(error, MediaRefused) else "lost"


def _cause(error: MediaRefused | DeliveryError | DeadlinePassed) -> str:
    return f"{type(error).__name__} ({_reason(error)})"


def _newest_first(turns: Sequence[Turn], since: float) -> list[Attachment]:
    return [
        file
        for turn in reversed(turns)
        if turn.at >= since
        for file in turn.material.attachments
        if file.kind in SEEN
    ]
