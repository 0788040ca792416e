"""The step that draws a picture and shows it (`engine.media.drawing`).

A person asks for it with /draw, or a model calls the tool (`engine.answering.drawing_tool`).

A picture is paid for, so its bytes are stored before they are sent. A process that continues the
row sends the stored bytes. Only a request without a response is made again.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.answering.drawing_tool import wish_of
from engine.answering.plan import Plan
from engine.answering.prompt import Question
from engine.attachments import Made, MediaKind, Sign
from engine.commands.call import PICTURE, Services, Wish, turns_before
from engine.contract import Action, Button, Finish, SentId
from engine.delivery.bubbles import Finale
from engine.errors import DeadlinePassed, Interrupted, MediaRefused, ModelError
from engine.media.drawing import CAPTION_CHARACTERS, MOST_CHARACTERS, Drawing, word_failure
from engine.text import literal
from engine.turns.capping import within_caps
from engine.turns.job import EndReason, Job

if TYPE_CHECKING:
    from engine.answering.answer import Answerer
    from engine.answering.outcome import Outcome
    from engine.turns.lanes import Place
    from engine.turns.sessions import Session
    from engine.turns.steps import Steps

log = logging.getLogger(__name__)


class DrawingStep:
    """Answer /draw, and a tool call that asks for a picture."""

    def __init__(
        self, drawing: Drawing, answerer: Answerer, steps: Steps, services: Services
    ) -> None:
        self._drawing, self._answerer, self._steps = drawing, answerer, steps
        self._access, self._zones = services.access, services.zones

    async def answer(self, place: Place[Job], session: Session, wish: Wish) -> None:
        """Draw a picture, show it, and record it as a turn.

        After a failure, show a notice and Retry.

        Raises `Superseded`.
        """
        job, words = place.job, place.job.words
        if not self._drawing.on or not wish.text:
            await _say(job, words.draw_how if self._drawing.on else words.draw_off)
            return
        if len(wish.text) > MOST_CHARACTERS:
            await _say(job, words.persona_long.format(most=MOST_CHARACTERS))
            return
        kept = await job.progress.made()
        made: Made | None
        if kept is None or not kept[0].content:
            zone = self._zones.of(session.time_zone)
            plan = Plan(Question(job.inbound), (), "")
            capped = await within_caps(job, plan, self._access, zone)
            if isinstance(capped, str):
                await _give_up(job, capped)
                return
            made, sent = await self._draw(place, session, wish), SentId("")
        else:
            made, sent = kept
        if made is not None:
            await self._show(job, session, wish, Finale(made, _caption(wish.text), sent))

    async def answer_call(
        self, place: Place[Job], session: Session, plan: Plan, outcome: Outcome
    ) -> None:
        """Draw the picture that a model has requested by a tool call. Raises `Superseded`.

        The wish is stored first, so that a process that continues the row draws the same.
        """
        job, text = place.job, wish_of(outcome.call, MOST_CHARACTERS)
        if not text:
            await _give_up(job, job.words.empty_answer)
            return
        await job.progress.keep_made(Made(MediaKind.PICTURE, "", b"", text))
        usage = outcome.usage_of(plan.prompt, text, job.recordings)
        asked = plan.question.inbound
        await self.answer(place, session, Wish(text, plan.turn_id, asked, plan.prompt, usage))

    async def begun(self, job: Job, plan: Plan) -> Wish | None:
        """Return the wish for which an earlier process was drawing, or None.

        Raises `Superseded`.
        """
        kept = await job.progress.made() if self._drawing.on else None
        if kept is None or kept[0].kind is not MediaKind.PICTURE:
            return None
        return Wish(kept[0].alt, plan.turn_id, plan.question.inbound, plan.prompt)

    async def _draw(self, place: Place[Job], session: Session, wish: Wish) -> Made | None:
        """Return the picture, which is stored already, or None if the job has ended without it."""
        job = place.job
        job.reply.start()
        job.reply.type(Sign.DRAWING)
        try:
            async with self._steps.apart(place):
                noted = partial(self._steps.noted, job, "drawing")
                return await self._drawing.draw(job, wish.text, noted)
        except Interrupted:
            await self._leave(job, session, wish)
        except (ModelError, MediaRefused, DeadlinePassed) as error:
            key = job.inbound.key
            job.drawn = 0  # the service did not make a picture
            log.warning("%s: no picture: %s (%s)", key, type(error).__name__, error)
            await _give_up(job, word_failure(error, job.words))
        return None

    async def _leave(self, job: Job, session: Session, wish: Wish) -> None:
        """End a job that was told to end. A request may have been charged, so it is counted."""
        if job.end_reason is EndReason.PAUSED:
            await job.reply.finish(job.words.paused, keeps_media=True)
        if job.end_reason is not EndReason.STOPPED:
            return
        if not job.drawn:
            await _give_up(job, job.words.stopped_empty)
            return
        await job.reply.finish(job.words.stopped_empty, _retry(job), keeps_media=True)
        # A picture of an earlier attempt is still on screen.
        answer = _told(job, wish) if job.entry.turn_id else ""
        await self._record(job, session, wish, answer, Finish.STOPPED)

    async def _show(self, job: Job, session: Session, wish: Wish, finale: Finale) -> None:
        # A warning near a cap comes before the picture.
        shown = await job.reply.finish(job.unread, _retry(job), made=finale)
        if not (shown or job.superseded or job.reply.lost):
            await job.reply.finish(job.words.draw_unsent, _retry(job))
        if not job.superseded:
            job.drawn = max(1, job.drawn)  # an earlier process may have made the request
            await self._record(job, session, wish, _told(job, wish), Finish.STOP)

    async def _record(
        self, job: Job, session: Session, wish: Wish, answer: str, finish: Finish
    ) -> None:
        asked = wish.asked or replace(job.inbound, text=f"/draw {wish.text}")
        turn_id = wish.turn_id or job.entry.turn_id
        turns, prompt = turns_before(session, turn_id), wish.prompt or f"/draw {wish.text}"
        plan = Plan(Question(asked), turns, prompt, turn_id, drawn=True)
        usage = self._drawing.usage(job.drawn)
        await self._answerer.keep(job, session, plan, (answer, finish), usage, wish.asking)


def _told(job: Job, wish: Wish) -> str:
    """Return the text that represents the picture in the history, after the words of the model."""
    picture = f"{PICTURE}{' '.join(wish.text.split())}]"
    return "\n\n".join(filter(None, (job.reply.text.strip(), picture)))


def _retry(job: Job) -> tuple[Button, ...]:
    return (Button(Action.RETRY, job.words.retry),)


async def _say(job: Job, notice: str) -> None:
    await job.reply.finish(notice)
    await job.progress.close()


async def _give_up(job: Job, notice: str) -> None:
    """Show why there is no picture. A picture of an earlier attempt stays."""
    await job.reply.finish(notice, _retry(job), keeps_media=True)
    await job.progress.close(given_up=True)


def _caption(wish: str) -> str:
    return literal(wish, CAPTION_CHARACTERS)
