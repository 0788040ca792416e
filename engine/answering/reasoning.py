"""Keep a model's reasoning out of its answer."""

from __future__ import annotations

import re

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
_MARKS = {
    **{
        opening.format(name): (closing.format(name),)
        for opening, closing in _BRACKETS
        for name in _NAMES
    },
    "<|begin_of_thought|>": ("<|end_of_thought|>",),
    "<|start_thinking|>": ("<|end_thinking|>",),
    "<|inner_prefix|>": ("<|inner_suffix|>",),
    # The channels of gpt-oss, with a server that passes its marks on, and of Gemma 4.
    "<|channel|>analysis<|message|>": ("<|channel|>final<|message|>",),
    "<|channel|>commentary<|message|>": ("<|channel|>final<|message|>",),
    "<|channel>thought": ("<channel|>",),
}
"""What opens reasoning, in lower case, and what ends it; read from chat templates and from servers' reasoning parsers."""

_LONGEST = max(map(len, _MARKS))


class ReasoningFilter:
    """Take reasoning off the beginning of an answer that comes in pieces, however they are cut.

    Reasoning stands only before the answer, so the same words later on, or in a code span, are the
    answer's own. A part that is never closed is all reasoning: nothing of it comes out. White space
    after a part goes with it. The work is linear in the text, whatever the pieces are.
    """

    def __init__(self) -> None:
        self._blank: list[str] = []  # white space before what follows, kept in pieces
        self._held = ""  # what may be the beginning of a mark; in reasoning, its last characters
        self._closing: re.Pattern[str] | None = None
        self._most = 0  # so many characters can be the beginning of a closing mark
        self._removed = False
        self._passing = False

    def feed(self, text: str) -> str:
        """Return what may be shown now."""
        if self._passing:
            return text
        self._held += text
        while self._leave() and self._enter():
            pass
        return self._release() if self._passing else ""

    def end(self) -> str:
        """Return what was held back and has turned out to be no reasoning."""
        return "" if self._closing or self._passing else self._release()

    def _leave(self) -> bool:
        """Drop reasoning up to its closing mark; tell whether the text stands outside of it."""
        if self._closing:
            closed = self._closing.search(self._held)
            # Without the mark, only the last characters count: they may be its beginning.
            self._held = self._held[closed.end() :] if closed else self._held[-self._most :]
            if not closed:
                return False
            self._closing, self._removed, self._blank = None, True, []
        return True

    def _enter(self) -> bool:
        """Step over an opening mark; tell whether there was one. Text that cannot begin one opens the way."""
        beginning = self._held.lstrip()
        if len(beginning) < len(self._held):
            self._blank.append(self._held[: len(self._held) - len(beginning)])
            self._held = beginning
        if not beginning:
            return False
        for mark, endings in _MARKS.items():
            if beginning[: len(mark)].lower() == mark:
                self._held = beginning[len(mark) :]
                self._most = max(map(len, endings)) - 1
                self._closing = re.compile("|".join(map(re.escape, endings)), re.IGNORECASE)
                return True
        head = beginning[:_LONGEST].lower()
        self._passing = not any(mark.startswith(head) for mark in _MARKS)
        return False

    def _release(self) -> str:
        text = self._held if self._removed else "".join([*self._blank, self._held])
        self._held, self._blank = "", []
        return text.lstrip() if self._removed else text
