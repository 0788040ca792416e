"""The question that is asked again after a model has refused its pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import ContentFiltered, ModelBlind, ModelUnknown

if TYPE_CHECKING:
    from engine.answering.prompt import Question
    from engine.errors import ModelRefused
    from engine.turns.job import Job

_NOT_ABOUT_PICTURES = (401, 402, 403)


def without_pictures(question: Question, error: ModelRefused, job: Job) -> Question:
    """Return the question to ask after a refusal, with fewer pictures or with none.

    The job gets a notice about the question's pictures that the model does not get. A question
    without words stays unchanged. It also stays unchanged if the refusal is not about pictures.
    """
    asked = question.asked_pictures
    if error.too_long or not asked:
        return question.without_history()
    if isinstance(error, (ModelUnknown, ContentFiltered)) or error.status in _NOT_ABOUT_PICTURES:
        return question
    most = error.most if isinstance(error, ModelBlind) else 0
    if 0 < most < len(asked):
        job.note(job.words.picture_left.format(seen=most, all=len(asked)))
        refs = [ref for ref, picture in question.pictures.items() if picture.asked][:most]
        return replace(question, pictures={ref: question.pictures[ref] for ref in refs})
    if not (question.inbound.text.strip() or question.inbound.quoted.strip()):
        return question
    blind = isinstance(error, ModelBlind)
    job.note(job.words.picture_blind if blind else job.words.picture_refused)
    return replace(question, pictures={})
