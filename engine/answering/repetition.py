"""Find the places from which a continuation may repeat the old text. Pure code without I/O.

`engine.answering.joining` uses this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.answering.openings import ends_unfinished
from engine.answering.reopening import open_fence_of

# A repeated passage counts only if it has at least this length. A shorter passage may be part of
# the continuation (``}``, "yes, yes"). An unfinished sentence counts at any length, because no
# model continues "The " with "The".
_PASSAGE_CHARACTERS, _PASSAGE_WORDS = 12, 4
_SENTENCE_CHARACTERS, _SENTENCE_WORDS = 6, 2
_CODE_CHARACTERS, _CODE_WORDS = 7, 2
# A sentence or line with at least this many characters counts even if it is one word.
_LONG_LINE = 9
# Only this many of the last sentences are compared, to limit work and memory.
_SENTENCES = 64
# A repetition may begin at any word near the end of the old text, in this many last characters.
_NEAR_END = 600

_SENTENCE_START = re.compile(r"[.!?…؟][)\]\"'”’»*_]*\s+|[。！？।]+[”’」』）]*\s*|\n\s*")
WORD = re.compile(r"\w+", re.UNICODE)
# The pattern matches a character that is neither white space nor a mark of lists, tables and so on.
_TELLING = re.compile(r"[^\s!-/:-@\[-`{-~]")
_AT_ANY_LENGTH = (0, 0)
WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORD_START = re.compile(rf"(?<!\S)\S|{WIDE.pattern}")


@dataclass
class Candidate:
    """A position in the old text from which the continuation may repeat it.

    `at` is an index into the old text without white space. `strength` is the smallest number of
    characters of a repetition, and `words` is its smallest number of words. 0 means no minimum.
    """

    at: int
    strength: int
    words: int


@dataclass
class OldText:
    """The old text, prepared for the comparison with a continuation."""

    text: str
    characters: str = ""
    candidates: list[Candidate] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = self.text
        self.characters = "".join(text.split())
        first = len(text) - len(text.lstrip())
        starts = [first, *(match.end() for match in _SENTENCE_START.finditer(text))]
        starts = sorted({first, *starts[-_SENTENCES:]} - {len(text)})
        code = bool(open_fence_of(text)) or text.rstrip(" ").endswith("|")
        of_sentence = (
            (_CODE_CHARACTERS, _CODE_WORDS) if code else (_SENTENCE_CHARACTERS, _SENTENCE_WORDS)
        )
        kinds = dict.fromkeys(self._words_near_the_end(), (_PASSAGE_CHARACTERS, _PASSAGE_WORDS))
        kinds.update(dict.fromkeys(starts, of_sentence))
        if starts:
            kinds[first] = _AT_ANY_LENGTH
            if ends_unfinished(text) and _TELLING.search(text, starts[-1]):
                kinds[starts[-1]] = _AT_ANY_LENGTH
        before = number = 0
        for at in sorted(kinds):
            number += len("".join(text[before:at].split()))
            before = at
            self.candidates.append(Candidate(number, *kinds[at]))

    def _words_near_the_end(self) -> list[int]:
        beginning = max(0, len(self.text) - _NEAR_END)
        return [match.start() for match in _WORD_START.finditer(self.text, beginning)]

    def repeated(self, candidate: Candidate) -> bool:
        """Return whether the text after the position is long enough to count as a repetition."""
        tail = self.characters[candidate.at :]
        if not candidate.strength:
            return True
        wide = len(WIDE.findall(tail))
        if len(tail) + wide < candidate.strength:
            return False
        words = len(WORD.findall(self._tail_of(candidate)))
        if candidate.strength != _PASSAGE_CHARACTERS and words and len(tail) >= _LONG_LINE:
            return True
        return wide >= candidate.strength // 2 or words >= candidate.words

    def _tail_of(self, candidate: Candidate) -> str:
        """Return the old text from a position to its end, with its white space."""
        wanted = len(self.characters) - candidate.at
        for at in range(len(self.text) - 1, -1, -1):
            wanted -= not self.text[at].isspace()
            if not wanted:
                return self.text[at:]
        return self.text
