"""Write a model's stream into a reply, joined with the part of the answer that is on screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.answering.joining import Joiner
from engine.answering.openings import ends_unfinished, is_scrap, is_wide
from engine.answering.prompt import Question

if TYPE_CHECKING:
    from engine.contract import Delta
    from engine.tasks import Clock
    from engine.turns.job import Job

# The chat shows its typing indicator for this long before it shows that the model reasons.
THINKING_SECONDS = 1.0


@dataclass(frozen=True)
class Goal:
    """The question, and the part of its answer that is on screen.

    `before` is the part in earlier messages. `shown` is the part in the answer's own messages.
    """

    question: Question
    before: str
    shown: str

    @classmethod
    def of(cls, question: Question, shown: str) -> Goal:
        """Return the goal of a question, given the text `shown` in the answer's own messages."""
        partial = question.partial
        own = bool(shown) and partial.endswith(shown)
        return cls(question, partial[: -len(shown)] if own else partial, shown if own else "")

    def with_shown(self, shown: str) -> Goal:
        """Return the same goal with more of the answer on screen."""
        return Goal(replace(self.question, partial=self.before + shown), self.before, shown)


class StreamWriter:
    """Write a stream into a reply. Join a continuation, and show when the model reasons."""

    def __init__(self, job: Job, goal: Goal, clock: Clock) -> None:
        self._reply, self._words, self._clock, self._goal = job.reply, job.words, clock, goal
        self._joiner = self._join()
        self._thinking_since: float | None = None

    def _join(self) -> Joiner | None:
        goal = self._goal
        return Joiner(goal.shown, goal.before) if goal.shown or goal.before else None

    def take(self, delta: Delta, room: int) -> None:
        """Show at most `room` characters of the piece's text, or that the model reasons."""
        if delta.thinking and not self._reply.text:
            self._think()
        if delta.retracts:
            self._joiner = self._join()
            self._reply.replace(self._goal.shown)
        text = delta.text[:room]
        if self._joiner is None:
            self._reply.extend(text)
        elif text:
            flowing = self._joiner.flowing
            self._joiner.feed(text)
            if flowing:
                self._reply.extend(text)
            else:
                self._show()

    def end(self, *, whole: bool) -> None:
        """End the stream. The joiner now makes any decision that is still open."""
        if self._joiner is not None:
            self._joiner.end(whole=whole)
            self._show()

    def _show(self) -> None:
        if self._joiner is not None and not self._joiner.waiting:
            self._reply.replace(self._joiner.text)

    def _think(self) -> None:
        """Show that the model reasons, once it has done so for `THINKING_SECONDS`."""
        now = self._clock.now()
        self._thinking_since = now if self._thinking_since is None else self._thinking_since
        if now - self._thinking_since >= THINKING_SECONDS:
            self._reply.notice(self._words.thinking)


def settled(text: str) -> str:
    """Return a cut answer up to its last whole word and the space after it.

    In a script without spaces, the text is kept to its last character. If only one to three words
    of a sentence are whole, the result is "", and the question is asked again from the beginning.
    """
    kept = text
    if not (text[-1:].isspace() or is_wide(text[-1:])):
        words = text.rsplit(None, 1)
        kept = text[: -len(words[1])] if len(words) > 1 else ""
    return "" if is_scrap(kept) and (ends_unfinished(kept) or not kept.strip()) else kept
