"""Remove a model's reasoning from its answer.

If the endpoint does not remove it, the reasoning comes before the answer, between two marks that
differ from model to model. Some chat templates write the opening mark into the prompt, so the text
has only the closing mark. The reasoning is then recognised by its words, by the model's name, or by
an earlier answer of the model. Such text is held back. If it has already been returned, the closing
mark retracts it.
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
    # The channels of gpt-oss, from servers that pass its marks on and from servers that drop the
    # special tokens. The last entry is for Gemma 4.
    "<|channel|>analysis<|message|>": (_FINAL,),
    "<|channel|>commentary<|message|>": (_FINAL,),
    "analysiswe ": ("assistantfinal",),
    "analysisthe user": ("assistantfinal",),
    "analysisuser ": ("assistantfinal",),
    "<|channel>thought": ("<channel|>",),
}
"""The opening marks of reasoning in lower case, each with its closing marks.

They were read from chat templates and from servers' reasoning parsers.
"""

_CLOSINGS = tuple(
    dict.fromkeys(mark for marks in _MARKS.values() for mark in marks if mark[0] in "<[◁")
)
_NO_WORDS = (*_CLOSINGS, "<|start|>assistant")
"""Marks that may begin a text although no reasoning precedes them."""
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
"""The first words of reasoning without an opening mark.

Reasoning speaks about the user, and an answer speaks to them.
"""

_MOST_SUSPECTED = 2_000  # if there is only a suspicion, at most this many characters are held back
# A text is held back until it is known whether it is the answer. At most this many characters are
# held: more must be reasoning.
_MOST_HELD = 64_000
_REASONS = re.compile(
    r"(?:^|[-_/.: ])(?:r1|qwq|qvq|think|thinking|reasoner|reasoning|magistral)(?=$|[-_/.: \d])",
    re.IGNORECASE,
)


def reasons_by_name(model: str) -> bool:
    """Return whether a model's name shows that it reasons before each answer."""
    return bool(_REASONS.search(model)) and "no-think" not in model.lower()


class _Mode(Enum):
    BEGINNING = "a mark may come"
    INSIDE = "reasoning, up to its closing mark"
    HOLDING = "reasoning without an opening mark, or an answer"
    PASSING = "the answer"


class ReasoningFilter:
    """Remove the reasoning from the beginning of an answer that arrives in pieces of any size.

    Reasoning can only come before the answer, so the same marks inside the answer or its code are
    kept. A part that is never closed counts as reasoning, and none of it is returned. White space
    after a part is removed with it. The work is linear in the length of the text, whatever the
    sizes of the pieces.

    `expected` is true if this model reasons without an opening mark. `suspected` is true if only
    its last answer did so. In that case, a limited amount of text is held back until `let_go` is
    called. `retracted` is set when a closing mark shows that returned text was reasoning.
    `unopened` is set when a closing mark comes without an opening mark.
    """

    def __init__(self, *, expected: bool = False, suspected: bool = False) -> None:
        self.retracted = self.unopened = False
        self._mode = _Mode.HOLDING if expected or suspected else _Mode.BEGINNING
        self._surely = expected  # False if text is held back only on suspicion
        self._awaited = expected or suspected
        # True once the first words show that no opening mark will come.
        self._suspects_words = False
        self._blank: list[str] = []  # white space before the next text, kept in pieces
        self._held = ""  # the last characters, which may be the beginning of a mark
        self._kept: list[str] = []  # text that is held back and may be an answer
        self._kept_characters = 0
        self._closing = _CLOSING
        self._most = 0  # the limit on the characters that can be the beginning of a closing mark
        self._removed = False
        self._watching = True  # whether a closing mark can still retract the text
        self._ticks = 0  # the number of returned backticks (if it is odd, code is open)

    @property
    def thinking(self) -> bool:
        """Return whether the newest words were reasoning, as far as this is known."""
        return self._mode in (_Mode.INSIDE, _Mode.HOLDING)

    @property
    def suspecting(self) -> bool:
        """Return whether text is held back only on suspicion."""
        return self._mode is _Mode.HOLDING and not self._surely

    def let_go(self) -> str:
        """Return the text that is held back on suspicion. A closing mark can still retract it."""
        text = "".join([*self._kept, self._held])
        self._mode, self._kept, self._held = _Mode.PASSING, [], ""
        return self._pass(text)

    def parsed(self) -> None:
        """Record that the endpoint itself separates reasoning from the answer."""
        if self._mode is _Mode.HOLDING and not self._kept and not self._held:
            self._mode, self._surely, self._awaited = _Mode.BEGINNING, False, False

    def feed(self, text: str) -> str:
        """Take the next piece and return the text that may be shown now."""
        if self._mode is _Mode.PASSING:
            return self._pass(text)
        self._held += text
        return self._advance()

    def _advance(self) -> str:
        while self._step():
            pass
        return self._release() if self._mode is _Mode.PASSING else ""

    def end(self, *, whole: bool = True) -> str:
        """Return the text that was held back and is not reasoning.

        `whole` is true if the model ended by itself. Text that was cut while it was held back
        counts as reasoning. The exception is text that was held back only on suspicion and whose
        first words do not look like reasoning.
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

        Return False if more text is needed or the answer begins.
        """
        if self._mode is _Mode.INSIDE:
            return self._leave()
        if self._mode is _Mode.HOLDING:
            return self._hold()
        return self._mode is _Mode.BEGINNING and self._enter()

    def _leave(self) -> bool:
        """Drop reasoning up to its closing mark."""
        closed = self._closing.search(self._held)
        # While the closing mark has not arrived, only the last characters are kept. They may be the
        # beginning of this mark.
        self._held = self._held[closed.end() :] if closed else self._held[-self._most :]
        if closed:
            self._begin_again()
        return closed is not None

    def _begin_again(self) -> None:
        self._mode, self._removed, self._blank = _Mode.BEGINNING, True, []
        self._watching = False

    def _hold(self) -> bool:
        """Hold the text back until a closing mark comes or the text is too long."""
        if not self._kept and not self._suspects_words:
            beginning = self._held.lstrip()
            if (
                _mark_at(beginning)
                or not beginning
                or _may_become(beginning, (*_MARKS, *_NO_WORDS))
            ):
                self._mode = _Mode.BEGINNING  # the text has an opening mark after all
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
        """Remove an opening mark.

        Text that cannot begin with a mark is the answer, or reasoning without an opening mark.
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
        """Return the answer's next words. If a closing mark comes, retract the returned words."""
        if not self._watching:
            return text
        text, self._held = self._held + text, ""
        closed = _CLOSING.search(text)
        before = text[: closed.start()] if closed else text
        if _OPENING.search(before) or (closed and (self._ticks + before.count("`")) % 2):
            self._watching = False  # the answer mentions such marks, or shows them in code
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
    """Return the mark that a text begins with, in lower case, or "" if there is none."""
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
