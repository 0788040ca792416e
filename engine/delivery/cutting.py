"""Cut a long Markdown answer into messages. Pure code without I/O.

A cut is made at a natural break. If a cut splits a construct, the construct is closed before the
cut and reopened after it, so that each message renders correctly on its own. This applies to code,
quotes, list items with their level and number, tables with their header, and emphasis. A cut
depends only on the text before it and the first word after it. It therefore does not move while the
answer grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Callable

from engine.delivery.atoms import atoms
from engine.delivery.outline import Outline, Seam, finished, seam
from engine.text.characters import whole_character

Measure = Callable[[str], int]

# Each step of the search for the longest message renders the message. The search therefore stops
# once a message is filled to this share. Short messages, where each character counts, are filled
# completely.
_FULL = 0.93
_SHORT_UNITS = 400
_MOST_MEASURES = 8
# Kinds of breaks, the best first. A break is used only if the message before it is filled at least
# to the given share.
_BREAKS = (
    (re.compile(r"\n[ \t>]*\n+"), 0.5),
    (re.compile(r"\n"), 0.5),
    (re.compile(r"[.!?。！？…؟।][\"'”’)\]*_~]*\s+|[。！？]"), 0.6),
    (re.compile(r"\s+"), 0.8),
    (re.compile(r"\s+"), 0.3),
)
# Before a heading, or before emphasis that would be split, a cut is made only if the message is
# filled at least to this share.
_EARLIEST = 0.3
# The first characters after a break show which kind of block begins there. A cut is made only once
# these characters have arrived, so that it does not move while the answer grows.
_FIRST_WORD = re.compile(r"[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s+)*(?:\S+\s|\S{8})")
# Indentation of code and of indented lists is content, so a message keeps it.
_LEADING = re.compile(r"\A(?:[ \t]*\n)*(?: {1,3}(?![-+*\d>|`~ ]))?")


@dataclass(frozen=True)
class Piece:
    """A message that was cut off the beginning of a text.

    The remaining text is `opening`, followed by the source from position `resume` on.
    """

    text: str
    resume: int
    opening: str


def whole(text: str) -> str:
    """Return a text as an answer's last message shows it.

    Open constructs are closed, and blank lines at both ends are removed.
    """
    return finished(_trimmed(text))


def _trimmed(text: str) -> str:
    """Remove white space at both ends, but keep the indentation of code."""
    return _LEADING.sub("", text.rstrip())


def cut(text: str, opening: int, max_units: int, measure: Measure, window: int = 0) -> Piece | None:
    """Cut the first message off a text that begins with an opening of `opening` characters.

    Return None if the whole text fits one message. The message takes at least one character after
    the opening, even if that character measures more than `max_units`. The search examines the
    first `window` characters before the rest.
    """
    window = window or _first_window(text, opening, max_units, measure)
    while True:
        part = text[:window]
        units = measure(whole(part))
        if units > max_units:
            return _Cutter(part, opening, max_units, measure).piece(units)
        if window >= len(text):
            return None
        window *= 2


def _first_window(text: str, opening: int, max_units: int, measure: Measure) -> int:
    """Estimate how many characters of a text fill a message.

    Only the beginning of the text is measured. Formatting marks may measure more than letters.
    """
    most = max_units + max_units // 4
    probe = opening + max_units // 4
    if max_units <= _SHORT_UNITS or len(text) <= max_units:
        return most + opening
    units = max(1, measure(whole(text[:probe])))
    return min(most, max(max_units // 8, 5 * probe * max_units // (4 * units))) + opening


class _Cutter:
    """The search for one cut. `floor` is the earliest position at which it may cut."""

    def __init__(self, text: str, opening: int, max_units: int, measure: Measure) -> None:
        self.text, self.max_units, self.measure = text, max_units, measure
        self.floor = opening + 1
        self.outline = Outline(text)
        self.torn = atoms(text, opening)

    def piece(self, units: int) -> Piece:
        longest = self._longest(units)
        for place in self._candidates(longest):
            made = seam(self.outline, place)
            message = self._message(made)
            if self.measure(message) <= self.max_units:
                return self._piece(message, made)
        made = seam(self.outline, longest)
        return self._piece(self._message(made), made)

    def _message(self, made: Seam) -> str:
        return _trimmed(self.text[: made.end]) + made.closing

    def _piece(self, message: str, made: Seam) -> Piece:
        # If an opening fills most of a message, it is not repeated in each message.
        opening = made.opening if 2 * len(made.opening) <= self.max_units else ""
        return Piece(message, max(made.resume, self.floor), opening)

    def _units(self, place: int) -> int:
        return self.measure(self._message(seam(self.outline, place, marks=False)))

    def _longest(self, units: int) -> int:
        """Find a late position whose message fits, by interpolation.

        The rendered length does not always grow with the text, because a closing mark can shorten
        it. The result is therefore not always the last position that fits. The message before the
        result fits, unless not even one character fits.
        """
        fits, fits_units, long, long_units = self.floor, 0, len(self.text), units
        for number in range(_MOST_MEASURES):
            if long - fits <= 1 or fits_units > _FULL * self.max_units:
                break
            share = (self.max_units - fits_units) / max(1, long_units - fits_units)
            share = 0.5 if number % 3 == 2 else min(share * 0.98, 0.98)
            place = fits + max(1, int((long - fits) * share))
            found = self._units(place)
            if found <= self.max_units:
                fits, fits_units = place, found
            else:
                long, long_units = place, found
        exact = fits == self.floor or self.max_units <= _SHORT_UNITS
        return self._exactly(fits, long) if exact else fits

    def _exactly(self, fits: int, long: int) -> int:
        """Find the last position that fits, by bisection."""
        while long - fits > 1:
            middle = (fits + long) // 2
            if self._units(middle) <= self.max_units:
                fits = middle
            else:
                long = middle
        return fits

    def _candidates(self, longest: int) -> Iterator[int]:
        """Yield the positions at which the message may end, the best first."""
        tearing = None
        for pattern, share in _BREAKS:
            place = self._last_break(pattern, self._at_share(longest, share), longest)
            if place is None:
                continue
            place = self._before_head(place, longest)
            opened = self._opened_at(place)
            if opened is None:
                yield place
            elif opened >= self._at_share(longest, _EARLIEST):
                yield opened
            elif tearing is None:
                tearing = place
        if tearing is not None:
            yield tearing
        yield whole_character(self.text, self.floor - 1, self._outside_atoms(longest))

    def _at_share(self, longest: int, share: float) -> int:
        return self.floor + int((longest - self.floor) * share)

    def _last_break(self, pattern: re.Pattern[str], least: int, longest: int) -> int | None:
        ends = [match.end() for match in pattern.finditer(self.text, least, longest)]
        for place in reversed(ends):
            if _FIRST_WORD.match(self.text, place, longest) and self._outside_atoms(place) == place:
                return place
        return None

    def _outside_atoms(self, place: int) -> int:
        """Step back to the start of an atom, unless the message begins with this atom."""
        for start, end in self.torn:
            if start < place < end:
                return start if start > self.floor else place
        return place

    def _before_head(self, place: int, longest: int) -> int:
        """Step back if the message would end with just the head of a section or block."""
        head = self.outline.head_before(place)
        return head if head is not None and head > self._at_share(longest, _EARLIEST) else place

    def _opened_at(self, place: int) -> int | None:
        """Return the start of the emphasis that a cut here would split, or None."""
        torn = seam(self.outline, place).torn
        if not torn:
            return None
        begun = self.text.rfind(torn, 0, place)
        return begun if begun > 0 and self.text[begun - 1].isspace() else 0
