"""The plan of an answer: its question, the turns before it, and how the turn is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.answering.prompt import Question
from engine.contract import Turn
from engine.people import PLAIN, Manner

# After a pause of this length, a question counts as the first of a new conversation.
GAP_SECONDS = 3600.0


@dataclass(frozen=True)
class Plan:
    """The question that a job answers, the turns before it, and how the turn is recorded.

    `turn_id` is the turn to replace, or 0 for a new turn. `given` is true if the answer comes from
    the cache. `continues` is the turn whose answer this answer continues, or 0 for none.
    `by_itself` is true if the question was asked with /ask, so that it refers to no earlier turn.
    `model` answers instead of the chat's model, if it is set. `drawn` is true if the answer is a
    picture.
    """

    question: Question
    turns: Sequence[Turn]
    prompt: str
    turn_id: int = 0
    given: bool = False
    continues: int = 0
    by_itself: bool = False
    model: str = ""
    manner: Manner = PLAIN
    drawn: bool = False

    @property
    def standalone(self) -> bool:
        """Return whether the answer depends only on the question's own text.

        The cache may keep such an answer.
        """
        return not self.turns and self._first_and_whole

    def repeatable(self, now: float) -> bool:
        """Return whether a cached answer may be used.

        The question must be new. It must not refer to an earlier turn, a quote or a file.
        """
        talking = bool(self.turns) and now - self.turns[-1].at < GAP_SECONDS
        return (self.by_itself or not talking) and self._first_and_whole

    @property
    def _first_and_whole(self) -> bool:
        asked = self.question.inbound
        beside = asked.quoted or asked.attachments or self.question.overheard
        return not (self.turn_id or self.question.partial or beside or self.drawn)
