"""Keep a model's reasoning out of its answer."""

from __future__ import annotations

_TAGS = ("<think>", "<thinking>")


class ReasoningFilter:
    """Take ``<think>`` parts off the beginning of an answer that comes in pieces, however they are cut.

    Reasoning stands only before the answer, so the same words later on, or in a code span, are the
    answer's own. A part that is never closed is all reasoning: nothing of it comes out. White space
    after a part goes with it.
    """

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""
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
        """Drop reasoning up to its closing tag; tell whether the text stands outside of it."""
        if self._closing:
            _, closed, rest = self._held.partition(self._closing)
            # Without the tag, only the last characters count: they may be its beginning.
            self._held = rest if closed else self._held[1 - len(self._closing) :]
            if not closed:
                return False
            self._closing, self._removed = "", True
        return True

    def _enter(self) -> bool:
        """Step over an opening tag; tell whether there was one. Text that cannot begin one opens the way."""
        beginning = self._held.lstrip()
        for tag in _TAGS:
            if beginning.startswith(tag):
                self._closing, self._held = f"</{tag[1:]}", beginning[len(tag) :]
                return True
        self._passing = not any(tag.startswith(beginning) for tag in _TAGS)
        return False

    def _release(self) -> str:
        text, self._held = self._held, ""
        return text.lstrip() if self._removed else text
