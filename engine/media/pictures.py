"""The pictures of a question and of the talk before it, ready for a model.

The newest pictures are sent: those of the question itself, and within what is left of their share
of the prompt those of the last turns. Older ones are a line of text with their description. A
picture is fetched from its platform each time, scaled to what the prompt has room for, and held for
some minutes, so that a follow-up need not fetch it again. None is written to a disk.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cachetools import TTLCache

from engine.answering.captions import caption
from engine.attachments import SEEN, Attachment, MediaKind, Picture
from engine.errors import DeadlinePassed, DeliveryError, MediaRefused, MessageGone
from engine.media.headers import read_header
from engine.media.tokens import best_side, picture_tokens
from engine.memory.documents.reader import Turns
from engine.tasks import finish_by
from engine.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.answering.answer import Plan
    from engine.answering.sight import Sight
    from engine.contract import ChatKey, Turn
    from engine.media.converter import Converter
    from engine.tasks import Clock
    from engine.turns.job import Job
    from engine.wording import Words

log = logging.getLogger(__name__)

PICTURES_SHARE = 0.6  # of the prompt, for the pictures of the question and of the turns before it
MOST_PICTURES = 10  # of a question, as many as an album has
HISTORY_PICTURES = 3
HISTORY_SECONDS = 3600.0  # an older picture is a line of text
FILE_BYTES = 20 * 1024 * 1024  # of one picture as it is fetched; Telegram's Bot API gives no larger
SENT_BYTES = 400_000  # of one picture as it is sent
PICTURE_SECONDS = 20.0  # fetching and scaling one
ALL_SECONDS = 45.0
AT_ONCE = 2  # people whose pictures are in memory at once, each with one
LINE_SECONDS = 120.0
HELD_BYTES, HELD_SECONDS = 4_000_000, 600.0
_MOVING = (MediaKind.VIDEO, MediaKind.ANIMATION, MediaKind.VIDEO_NOTE)
_TOO_MUCH = ("too_large", "too_slow", "kind", "no_library")  # a preview may still be used


@dataclass(frozen=True)
class Ready:
    """A picture that was fetched and scaled; `small`: only its preview could be used."""

    picture: Picture
    digest: str
    small: bool = False


class Pictures:
    """Fetch, scale and hold pictures; made inside the event loop."""

    def __init__(
        self, sight: Sight, converter: Converter, clock: Clock, prompt_tokens: int
    ) -> None:
        self._sight, self._converter, self._clock = sight, converter, clock
        self._room_tokens = int(prompt_tokens * PICTURES_SHARE)
        self._turns = Turns(AT_ONCE)
        self._held: TTLCache[tuple[ChatKey, str, int], Ready] = TTLCache(
            HELD_BYTES,
            HELD_SECONDS,
            timer=clock.now,
            getsizeof=lambda ready: min(HELD_BYTES, len(ready.picture.content)),
        )

    @property
    def at_work(self) -> int:
        """Return for how many people pictures are being fetched or scaled."""
        return self._turns.held

    def drop(self, key: ChatKey | None) -> None:
        """Forget the held pictures of a chat, or of all chats for None."""
        for held in [held for held in self._held if key is None or held[0] == key]:
            self._held.pop(held, None)

    def wanted(self, plan: Plan) -> bool:
        """Return whether a question or the turns before it have pictures."""
        return bool(self._asked(plan) or self._earlier(plan))

    async def prepare(self, job: Job, plan: Plan, model: str) -> tuple[Plan, list[str]]:
        """Return the plan with its pictures, and a notice on each that is not sent whole.

        `model` is the chat's own choice. Raises `Interrupted` if the job is told to end.
        """
        asked = self._asked(plan)
        candidates = await self._sight.candidates(model)
        if not candidates:
            return plan, self._blind(asked, job.words)
        seeing = candidates[0]
        work = _Work(self, job, seeing, self._clock.now() + ALL_SECONDS)
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
        """Return the newest pictures of the turns before, the newest first."""
        since = self._clock.time() - HISTORY_SECONDS
        asked = {file.digest or file.ref for file in self._asked(plan)}
        found: dict[str, Attachment] = {}
        for file in _newest_first(plan.turns, since):
            if file.ref and (file.digest or file.ref) not in asked:
                found.setdefault(file.digest or file.ref, file)
        return list(found.values())[:HISTORY_PICTURES]

    def _blind(self, asked: Sequence[Attachment], words: Words) -> list[str]:
        """Say who must act if no model sees; a sticker's emoji is enough of an answer."""
        if all(file.kind is MediaKind.STICKER and file.alt for file in asked):
            return []
        return [words.picture_built_in if self._sight.built_in else words.picture_blind]

    # One picture

    async def get(self, job: Job, file: Attachment, side: int, limit: float) -> Ready:
        """Return one picture with at most `side` pixels.

        Raises `MediaRefused`, `DeliveryError`, `DeadlinePassed` or `Interrupted`.
        """
        known = (job.inbound.key, file.ref, side)
        ready = self._held.get(known)
        if ready is None:
            person = (job.inbound.key.platform, job.inbound.author.user_id)
            waiting = self._clock.now() + LINE_SECONDS
            turn = self._turns.turn(person)
            await finish_by(self._clock, waiting, turn.__aenter__(), "turn for a picture", job.stop)
            try:
                until = min(limit, self._clock.now() + PICTURE_SECONDS)
                work = self._made(job, file, side)
                ready = await finish_by(self._clock, until, work, "a picture", job.stop)
            finally:
                await turn.__aexit__(None, None, None)
            self._held[known] = ready
        return ready

    async def _made(self, job: Job, file: Attachment, side: int) -> Ready:
        moving = file.kind in _MOVING
        if not moving and file.ref and file.size_bytes <= FILE_BYTES:
            try:
                return await self._scaled(job, file, side)
            except MediaRefused as refused:
                if refused.reason not in _TOO_MUCH or file.preview in ("", file.ref):
                    raise
        if not file.preview:
            raise MediaRefused("kind" if moving or not file.ref else "too_large")
        preview = replace(
            file, ref=file.preview, link="", size_bytes=0, kind=MediaKind.PICTURE, preview=""
        )
        return replace(await self._scaled(job, preview, side), small=not moving)

    async def _scaled(self, job: Job, file: Attachment, side: int) -> Ready:
        content = await job.sink.fetch(file, FILE_BYTES)
        digest = hashlib.sha256(content).hexdigest()
        header = read_header(content)
        fits = header is not None and max(header.width, header.height) <= side
        if header is not None and fits and len(content) <= SENT_BYTES:
            picture = Picture(header.media_type, content, header.width, header.height)
            return Ready(picture, digest)
        options = {"side": side, "bytes": SENT_BYTES}
        facts, made = await self._converter.convert("picture", content, options)
        picture = Picture(facts["type"], made, facts["width"], facts["height"])
        return Ready(picture, digest)


class _Work:
    """The pictures of one prompt while they are prepared."""

    def __init__(self, pictures: Pictures, job: Job, model: str, limit: float) -> None:
        self._pictures, self._job, self._model, self._limit = pictures, job, model, limit
        self.ready: dict[str, Picture] = {}
        self._found: dict[str, Ready] = {}
        self._left_out = 0
        self._told: list[str] = []

    async def take(self, file: Attachment, room: int, *, asked: bool, full: bool) -> int:
        """Prepare a picture that may cost `room` tokens; return what it costs."""
        side = 0 if full else best_side(file.width, file.height, room, self._model)
        if not side:
            self._left_out += asked
            return 0
        try:
            ready = await self._pictures.get(self._job, file, side, self._limit)
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
        """Return a notice on each picture of the question that is not sent whole."""
        if self._left_out:
            seen = asked - self._left_out
            said = self._job.words.picture_left.format(seen=seen, all=asked)
            return [*self._told, said]
        return self._told

    def planned(self, plan: Plan) -> Plan:
        """Return the plan with its pictures, and with what was learned of the question's files."""
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
        # A description belongs to the content that it was given for, whatever the reference.
        return replace(file, digest=ready.digest, description=known.get(ready.digest, ""))


def word_refusal(
    error: MediaRefused | DeliveryError | DeadlinePassed, file: Attachment, words: Words
) -> str:
    """Word why a picture is not looked at."""
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
