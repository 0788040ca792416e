"""Ask a model to describe pictures once, so that later prompts need only the description.

The model is asked after the answer, with the pictures of the answer's prompt. The descriptions are
stored with the turn. The history shows them in place of pictures, and recall and search find them.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from engine.answering.prompt import estimate_tokens
from engine.contract import ChatMessage, Usage
from engine.errors import DeadlinePassed, ModelError, StorageFault
from engine.tasks import finish_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.answering.plan import Plan
    from engine.attachments import Attachment, Picture
    from engine.contract import ChatKey, LanguageModel, Turn
    from engine.memory.memory import Memory
    from engine.tasks import Clock
    from engine.turns.sessions import Session, Sessions

log = logging.getLogger(__name__)

SECONDS = 30.0
TOKENS_EACH = 70
MOST_ASKED = 1000  # the limit on the pictures that `Describer` remembers
LONGEST = 240  # the limit in characters on one description
QUESTION_CHARACTERS = 200
ASK = (
    "For people who cannot see them: describe each picture in one short sentence of at most 25 "
    "words, with names, numbers and words that can be read in it. Write one line for each "
    "picture and number the lines: 1., 2., and so on. Write in the language of the question below. "
    "Write nothing else.\n\nThe question was: {question}"
)
_NUMBERED = re.compile(r"^\s*\**\s*(\d{1,2})\s*[.):]\**\s*(.+)$")


class Describer:
    """Describe pictures that have no description yet.

    `memory` gets each turn with its new descriptions. `charged` adds the cost to the usage.
    `_asked` holds the newest pictures about which a model has answered, so that an answer without a
    readable description is not paid for again with each question.
    """

    def __init__(
        self,
        model: LanguageModel,
        sessions: Sessions,
        clock: Clock,
        memory: Memory | None,
        charged: Callable[[Usage], Usage] = lambda usage: usage,
    ) -> None:
        self._model, self._sessions, self._clock, self._memory = model, sessions, clock, memory
        self._charged = charged
        self._asked: dict[tuple[ChatKey, int, str], None] = {}

    async def describe(self, session: Session, plan: Plan, turn: Turn) -> None:
        """Describe the pictures of a recorded turn and of the turns before it. Never raises."""
        waiting = [
            (one, file, picture)
            for one, file, picture in _undescribed(plan, turn)
            if (session.key, one.turn_id, file.digest) not in self._asked
        ]
        if not waiting:
            return
        try:
            limit = self._clock.now() + SECONDS
            asking = self._ask(session, plan, [picture for _, _, picture in waiting])
            lines, usage = await finish_by(self._clock, limit, asking, "descriptions of pictures")
            await self._keep(session, waiting, lines, usage)
        except (ModelError, DeadlinePassed, StorageFault) as error:
            log.info("%s: pictures are not described: %s", session.key, type(error).__name__)

    async def _ask(
        self, session: Session, plan: Plan, pictures: Sequence[Picture]
    ) -> tuple[list[str], Usage]:
        asked = ASK.format(question=plan.prompt[:QUESTION_CHARACTERS])
        text, usage, model = "", None, ""
        stream = self._model.stream(
            [ChatMessage("user", asked, tuple(pictures))],
            TOKENS_EACH * len(pictures),
            session.model,
        )
        try:
            async for delta in stream:
                text = "" if delta.retracts else text
                text += delta.text
                usage, model = delta.usage or usage, delta.model or model
        finally:
            await stream.aclose()
        tokens = estimate_tokens(asked) + sum(picture.tokens for picture in pictures)
        used = usage or Usage(tokens, estimate_tokens(text), estimated=True)
        return read_lines(text, len(pictures)), self._charged(replace(used, model=model))

    async def _keep(
        self,
        session: Session,
        waiting: Sequence[tuple[Turn, Attachment, Picture]],
        lines: Sequence[str],
        usage: Usage,
    ) -> None:
        # Turns without a readable description are included, so that the call's cost is counted.
        by_turn: dict[int, dict[str, str]] = {}
        for (turn, file, _), line in zip(waiting, lines):
            self._asked[session.key, turn.turn_id, file.digest] = None
            found = by_turn.setdefault(turn.turn_id, {})
            if line:
                found[file.digest] = line
        while len(self._asked) > MOST_ASKED:
            del self._asked[next(iter(self._asked))]
        for turn_id, descriptions in by_turn.items():
            described = await self._sessions.describe(session, turn_id, descriptions, usage)
            usage = Usage()  # the cost of the call is counted only with the first turn
            if described is not None and self._memory is not None:
                self._memory.recorded(session.key, described)


def _undescribed(plan: Plan, turn: Turn) -> list[tuple[Turn, Attachment, Picture]]:
    """Return the pictures that were sent and have no description, each with its turn."""
    pictures = plan.question.pictures
    return [
        (one, file, pictures[file.ref])
        for one in (turn, *plan.turns)
        if one.turn_id
        for file in one.material.attachments
        if file.ref in pictures and file.digest and not file.description
    ]


def read_lines(text: str, count: int) -> list[str]:
    """Read `count` lines from a numbered list. A missing line becomes ""."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: dict[int, str] = {}
    for line in lines:
        numbered = _NUMBERED.match(line)
        if numbered:
            found.setdefault(int(numbered[1]), numbered[2])
    if not found and count == 1:
        found[1] = " ".join(lines)
    if not found and len(lines) == count:
        found = dict(enumerate(lines, 1))
    return [" ".join(found.get(number, "").split())[:LONGEST] for number in range(1, count + 1)]
