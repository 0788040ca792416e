"""Decide whether the same words have different roles in two questions. Pure functions.

An example is "Poles dislike Russians" and "Russians dislike Poles". Words that only moved keep
their roles: for example, a clause may be first in one question and last in the other. This module
therefore looks for two words that changed places around a third word which both questions have. It
also looks for a word after "by" that does not come before the verb in the active sentence.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engine.memory.search.words import listed

_SYMMETRIC = listed("and or vs versus between with nor und oder et ou y o e и или та або ve veya")
_BY = "by"


@dataclass(frozen=True)
class Word:
    """A word of a question, as `tokens.compared` returns it.

    `serves` is true for a word that only has a grammatical function. `name` is true if the word may
    be a name.
    """

    stem: str
    serves: bool
    name: bool


def roles_differ(one: Sequence[Word], other: Sequence[Word]) -> bool:
    """Return whether words that both questions have play different roles in them.

    The result does not depend on the order of the two questions.
    """
    both = _Common.of(one, other)
    return both.exchanged() or both.turned() or _agent_moved(one, other) or _agent_moved(other, one)


@dataclass(frozen=True)
class _Common:
    """The words that occur once in each of two questions, with their positions in both.

    `content` are the words with a meaning of their own, in the order of the first question.
    `pivots` are words that may relate two other words in one direction, as "from" does. A word such
    as "and" is not a pivot. A verb that is active in one question and passive in the other is not a
    pivot either.
    """

    here: dict[str, int]
    there: dict[str, int]
    content: list[str]
    pivots: list[str]

    @classmethod
    def of(cls, one: Sequence[Word], other: Sequence[Word]) -> _Common:
        here, there = _places(one), _places(other)
        common = here.keys() & there.keys()
        other_voice = _before_by(one) ^ _before_by(other)
        content = [word.stem for word in one if word.stem in common and not word.serves]
        return cls(here, there, content, sorted(common - _SYMMETRIC - other_voice - {_BY}))

    def exchanged(self) -> bool:
        """Return whether words changed places in pairs, at least one pair of them around a pivot.

        No other word may have moved.
        """
        order = sorted(self.content, key=self.there.__getitem__)
        place = {word: index for index, word in enumerate(order)}
        now = [place[word] for word in self.content]
        if any(now[now[index]] != index for index in range(len(now))):
            return False
        pairs = (
            (self.content[index], order[index]) for index in range(len(now)) if index < now[index]
        )
        return any(
            self._around(pivot, first, last) for first, last in pairs for pivot in self.pivots
        )

    def _around(self, pivot: str, first: str, last: str) -> bool:
        here, there = self.here, self.there
        return here[first] < here[pivot] < here[last] and there[last] < there[pivot] < there[first]

    def turned(self) -> bool:
        """Return whether the words left and right of a pivot (such as a verb) are exchanged."""
        there = self._neighbours(self.there)
        beside = self._neighbours(self.here).items()
        return any(
            left and right and (right, left) == there[pivot] for pivot, (left, right) in beside
        )

    def _neighbours(self, places: dict[str, int]) -> dict[str, tuple[str, str]]:
        """Return the content words before and after each pivot, or "" if there is none."""
        order = sorted(self.content, key=places.__getitem__)
        at = [places[word] for word in order]
        found = {}
        for pivot in self.pivots:
            left, right = bisect_left(at, places[pivot]), bisect_right(at, places[pivot])
            found[pivot] = (
                order[left - 1] if left else "",
                order[right] if right < len(order) else "",
            )
        return found


def _places(found: Sequence[Word]) -> dict[str, int]:
    """Return the positions of the words that occur only once."""
    times = Counter(word.stem for word in found)
    return {word.stem: place for place, word in enumerate(found) if times[word.stem] == 1}


def _before_by(found: Sequence[Word]) -> set[str]:
    return {word.stem for word, following in zip(found, found[1:]) if following.stem == _BY}


def _agent_moved(passive: Sequence[Word], active: Sequence[Word]) -> bool:
    """Return whether the agent after "by" comes after the verb in the other sentence too."""
    places, also_passive = _places(active), _before_by(active)
    for place in range(1, len(passive)):
        verb = passive[place - 1].stem
        if passive[place].stem == _BY and verb in places and verb not in also_passive:
            later = (
                word.stem
                for word in passive[place + 1 :]
                if not word.serves and word.stem in places
            )
            agent = next(later, verb)
            if places[agent] > places[verb]:
                return True
    return False
