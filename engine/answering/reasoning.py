"""Keep a model's reasoning out of its answer.

Where the endpoint does not take it out, reasoning stands before the answer, between marks that
differ from model to model. Some chat templates write the opening mark into the prompt, so only the
closing one comes. Then nothing tells the beginning of the reasoning from an answer but its words,
the model's name, or an earlier answer of the model: the text is held back, and if it was passed on
already, the closing mark takes it back.
"""

from __future__ import annotations

import re
from enum import Enum

_NAMES = (
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reasoning",
    "reflection",
    "scratchpad",
    "inner_monologue",
    "seed:think",
)
_BRACKETS = (
    ("<{}>", "</{}>"),
    ("[{}]", "[/{}]"),
    ("<|{}|>", "<|/{}|>"),
    ("◁{}▷", "◁/{}▷"),
)
_FINAL = "<|channel|>final<|message|>"
_MARKS = {
    **{
        opening.format(name): (closing.format(name),)
        for opening, closing in _BRACKETS
        for name in _NAMES
    },
    "<|begin_of_thought|>": ("<|end_of_thought|>",),
    "<|start_thinking|>": ("<|end_thinking|>",),
    "<|inner_prefix|>": ("<|inner_suffix|>",),
    # The channels of gpt-oss, with a server that passes its marks on or drops the special ones, and
    # of Gemma 4.
    "<|channel|>analysis<|message|>": (_FINAL,),
    "<|channel|>commentary<|message|>": (_FINAL,),
    "analysiswe ": ("assistantfinal",),
    "analysisthe user": ("assistantfinal",),
    "analysisuser ": ("assistantfinal",),
    "<|channel>thought": ("<channel|>",),
}
"""What opens reasoning, in lower case, and what ends it; read from chat templates and from servers'
reasoning parsers."""

_CLOSINGS = tuple(
    dict.fromkeys(mark for marks in _MARKS.values() for mark in marks if mark[0] in "<[◁")
)
_NO_WORDS = (*_CLOSINGS, "<|start|>assistant")
"""Marks that may stand at the beginning with nothing to end before them."""
_CLOSING = re.compile("|".join(map(re.escape, _CLOSINGS)), re.IGNORECASE)
_OPENING = re.compile(
    "|".join(re.escape(mark) for mark in _MARKS if mark[0] in "<[◁"), re.IGNORECASE
)
_LONGEST = max(map(len, (*_MARKS, *_NO_WORDS)))

_BEGINNINGS = (
    "okay, so ", "okay, the user", "okay, let", "okay, i need", "okay, i'm", "okay so ",
    "ok, so the user", "ok, the user", "ok, let me", "alright, so ", "alright, the user",
    "alright, let", "hmm, the user", "hmm, let me", "hmm, so ", "let me think", "let's think",
    "the user is asking", "the user wants", "the user asks", "the user asked", "the user has",
    "the user said", "the user says", "the user just", "user asks", "user wants",
    "the question asks",
    "we need to answer", "we are asked", "we have a question", "i need to figure",
    "first, i need to",
    "first, the user", "thinking process", "here's a thinking process", "here's my thinking",
    "好的，用户", "好，用户", "嗯，用户", "嗯，", "用户问", "用户想", "用户的问题", "首先，用户",
    "我需要先",
    "хорошо, пользователь", "пользователь спрашивает", "пользователь хочет", "der nutzer fragt",
    "der benutzer fragt", "el usuario pregunta", "o usuário pergunta", "l'utilisateur demande",
)  # fmt: skip
"""How reasoning begins that has no opening mark: it speaks of the person, an answer speaks to them.
"""

_MOST_SUSPECTED = 2_000  # characters; a mere suspicion holds back no more
_MOST_HELD = 64_000  # more is no answer
_REASONS = re.compile(
    r"(?:^|[-_/.: ])(?:r1|qwq|qvq|think|thinking|reasoner|reasoning|magistral)(?=$|[-_/.: \d])",
    re.IGNORECASE,
)


def reasons_by_name(model: str) -> bool:
    """Return whether a model's name says that it reasons before each answer."""
    return bool(_REASONS.search(model)) and "no-think" not in model.lower()


class _Mode(Enum):
    BEGINNING = "a mark may come"
    INSIDE = "reasoning, up to its closing mark"
    HOLDING = "reasoning without an opening mark, or an answer"
    PASSING = "the answer"


class ReasoningFilter:
    """Take reasoning off the beginning of an answer that comes in pieces, however they are cut.

    Reasoning stands only before the answer, so the same marks later on, or in code, are the
    answer's own. A part that is never closed is all reasoning: nothing of it comes out. White space
    after a part goes with it. The work is linear in the text, whatever the pieces are.

    `expected`: this model reasons without an opening mark. `suspected`: it did so once; then a
    bounded text is held back, and `let_go` ends that. `retracted` is set when a closing mark
    has shown that what was passed on was reasoning; `unopened` when one came without an opening
    mark, passed on or not.
    """

    def __init__(self, *, expected: bool = False, suspected: bool = False) -> None:
        self.retracted = self.unopened = False
        self._mode = _Mode.HOLDING if expected or suspected else _Mode.BEGINNING
        self._surely = expected  # else holding is a suspicion
        self._awaited = expected or suspected
        self._suspects_words = False  # of the beginning: no opening mark is awaited any more
        self._blank: list[str] = []  # white space before what follows, kept in pieces
        self._held = ""  # what may be the beginning of a mark, or the last characters before one
        self._kept: list[str] = []  # what is held back and may be an answer
        self._kept_characters = 0
        self._closing = _CLOSING
        self._most = 0  # so many characters can be the beginning of a closing mark
        self._removed = False
        self._watching = True  # whether a closing mark can still take the text back
        self._ticks = 0  # backticks that were passed on: an odd number stands before code

    @property
    def thinking(self) -> bool:
        """Return whether the newest words were reasoning, as far as is known."""
        return self._mode in (_Mode.INSIDE, _Mode.HOLDING)

    @property
    def suspecting(self) -> bool:
        """Return whether text is held back on a mere suspicion."""
        return self._mode is _Mode.HOLDING and not self._surely

    def let_go(self) -> str:
        """Return what is held back on a suspicion; a closing mark can still take it back."""
        text = "".join([*self._kept, self._held])
        self._mode, self._kept, self._held = _Mode.PASSING, [], ""
        return self._pass(text)

    def parsed(self) -> None:
        """Take note that the endpoint itself tells reasoning from answer."""
        if self._mode is _Mode.HOLDING and not self._kept and not self._held:
            self._mode, self._surely, self._awaited = _Mode.BEGINNING, False, False

    def feed(self, text: str) -> str:
        """Return what may be shown now."""
        if self._mode is _Mode.PASSING:
            return self._pass(text)
        self._held += text
        return self._advance()

    def _advance(self) -> str:
        while self._step():
            pass
        return self._release() if self._mode is _Mode.PASSING else ""

    def end(self, *, whole: bool = True) -> str:
        """Return what was held back and has turned out to be no reasoning.

        `whole`: the model has ended by itself. What was cut while it was held back is reasoning,
        unless that is a mere suspicion and it does not begin like reasoning.
        """
        if self._mode is _Mode.INSIDE:
            return ""
        if self._mode is _Mode.HOLDING:
            text = "".join([*self._kept, self._held])
            begins = text.lstrip()[:_LONGEST].lower().startswith(_BEGINNINGS)
            return text if whole or not (self._surely or begins) else ""
        text = "" if self._mode is _Mode.PASSING else self._release()
        text, self._held = text + self._held, ""
        return text

    def _step(self) -> bool:
        """Go from one mode to the next.

        Return False where more text is needed, or the answer begins.
        """
        if self._mode is _Mode.INSIDE:
            return self._leave()
        if self._mode is _Mode.HOLDING:
            return self._hold()
        return self._mode is _Mode.BEGINNING and self._enter()

    def _leave(self) -> bool:
        """Drop reasoning up to its closing mark."""
        closed = self._closing.search(self._held)
        # Without the mark, only the last characters count: they may be its beginning.
        self._held = self._held[closed.end() :] if closed else self._held[-self._most :]
        if closed:
            self._begin_again()
        return closed is not None

    def _begin_again(self) -> None:
        self._mode, self._removed, self._blank = _Mode.BEGINNING, True, []
        self._watching = False

    def _hold(self) -> bool:
        """Keep the text back until a closing mark comes, or too much has come without one."""
        if not self._kept and not self._suspects_words:
            beginning = self._held.lstrip()
            if (
                _mark_at(beginning)
                or not beginning
                or _may_become(beginning, (*_MARKS, *_NO_WORDS))
            ):
                self._mode = _Mode.BEGINNING  # it has an opening mark after all
                return bool(_mark_at(beginning))
        closed = _CLOSING.search(self._held)
        if closed:
            self._held = self._held[closed.end() :]
            self._kept, self._kept_characters, self.unopened = [], 0, True
            self._begin_again()
            return True
        kept, self._held = self._held[:-_LONGEST], self._held[-_LONGEST:]
        self._kept_characters += len(kept)
        if kept and self._kept_characters <= _MOST_HELD:
            self._kept.append(kept)
        if not self._surely and self._kept_characters > _MOST_SUSPECTED:
            self._held = "".join([*self._kept, self._held])
            self._mode, self._kept = _Mode.PASSING, []
        return False

    def _enter(self) -> bool:
        """Step over an opening mark.

        Text that cannot begin one is the answer, or unmarked reasoning.
        """
        beginning = self._held.lstrip()
        if len(beginning) < len(self._held):
            self._blank.append(self._held[: len(self._held) - len(beginning)])
            self._held = beginning
        if not beginning:
            return False
        mark = _mark_at(beginning)
        if mark:
            self._held = beginning[len(mark) :]
            if mark in _MARKS:
                self._mode = _Mode.INSIDE
                self._most = max(map(len, _MARKS[mark])) - 1
                self._closing = re.compile("|".join(map(re.escape, _MARKS[mark])), re.IGNORECASE)
            else:
                self.unopened = self.unopened or mark.lower() in _CLOSINGS
                self._begin_again()
            return True
        return self._suspect(beginning)

    def _suspect(self, beginning: str) -> bool:
        marks = (*_MARKS, *_NO_WORDS)
        if self._awaited and not self._removed:
            if not _may_become(beginning, marks):
                self._mode = _Mode.HOLDING
                self._kept, self._blank, self._suspects_words = [*self._blank], [], True
                return True
            return False
        low = beginning[:_LONGEST].lower()
        if not self._removed and low.startswith(_BEGINNINGS):
            self._mode, self._surely, self._suspects_words = _Mode.HOLDING, False, True
            self._kept, self._blank = [*self._blank], []
            return True
        waits = not self._removed and _may_become(beginning, _BEGINNINGS)
        if not waits and not _may_become(beginning, marks):
            self._mode = _Mode.PASSING
        return False

    def _release(self) -> str:
        text = self._held if self._removed else "".join([*self._blank, self._held])
        self._held, self._blank = "", []
        text = text.lstrip() if self._removed else text
        return self._pass(text)

    def _pass(self, text: str) -> str:
        """Return the answer's next words; take back what was passed on if a closing mark comes."""
        if not self._watching:
            return text
        text, self._held = self._held + text, ""
        closed = _CLOSING.search(text)
        before = text[: closed.start()] if closed else text
        if _OPENING.search(before) or (closed and (self._ticks + before.count("`")) % 2):
            self._watching = False  # the answer speaks of such marks, or shows them in code
            return text
        if closed:
            self.retracted = self.unopened = True
            self._begin_again()
            self._held = text[closed.end() :]
            return self._advance()
        text, self._held = _split_at_beginning(text)
        self._ticks += text.count("`")
        return text


def _mark_at(beginning: str) -> str:
    """Return the mark that a text begins with, in lower case; empty if there is none."""
    low = beginning[:_LONGEST].lower()
    return next((mark for mark in (*_MARKS, *_NO_WORDS) if low.startswith(mark)), "")


def _may_become(beginning: str, marks: tuple[str, ...]) -> bool:
    low = beginning[: _LONGEST + 1].lower()
    return any(mark.startswith(low) for mark in marks)


def _split_at_beginning(text: str) -> tuple[str, str]:
    """Split off the last characters of a text that may be the beginning of a mark."""
    for at in range(max(0, len(text) - _LONGEST), len(text)):
        if text[at] in "<[◁" and _may_become(text[at:], (*_CLOSINGS, *_MARKS)):
            return text[:at], text[at:]
    return text, ""
