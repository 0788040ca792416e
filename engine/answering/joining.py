"""Join a cut answer with its continuation. Pure code without I/O.

A model that is asked to continue its answer does one of five things. It continues. It repeats the
end of the answer and then continues. It writes the answer again from the beginning, in the same
words or in other words. Or it first announces that it will continue ("Sure, here is the rest:").
`Joiner` recognises the case as early as the text allows, and says what to show on screen. Until
then the screen keeps the old text. A new answer replaces the old text once it is as long as the old
text, so the text on screen never becomes shorter.

Texts of all languages are compared by their characters without white space. An answer that begins
anew in other words is recognised in two steps. Its first sentence raises a suspicion. When the new
text is slightly longer than the old one, the share of the old vocabulary that the new text uses
confirms the suspicion or drops it. A wrong suspicion therefore causes a pause on screen, but loses
no words.
"""

from __future__ import annotations

from enum import Enum

from engine.answering.openings import (
    PreambleState,
    content_stems,
    counts_on,
    ends_unfinished,
    expects_a_capital,
    first_sentence,
    is_next_number,
    is_prose,
    is_scrap,
    kind_of_opening,
    likeness,
    preamble,
    scrap_begins_anew,
    starts_afresh,
)
from engine.answering.reopening import drop_reopened, open_fence_of, reopened
from engine.answering.repetition import WIDE, WORD, Candidate, OldText

# A repetition of fewer words does not prove a continuation, because a new answer may begin with the
# same words.
_SHORT_REPETITION = 3
# A text as long as the old text is a new answer if it uses enough of the old text's vocabulary. The
# beginning of the text decides which of the first three shares is needed. A similar first sentence
# lowers the needed share by up to _LIKENESS_COUNTS. While the text is shorter, a share below
# _NOT_ANEW drops the suspicion. benchmarks/joining.py measured the values on texts of its own.
_ANEW, _ANEW_AFTER_A_SENTENCE, _ANEW_AFRESH, _LIKENESS_COUNTS = 0.5, 0.45, 0.34, 0.25
_NOT_ANEW = 0.18
# If the old text's vocabulary has fewer stems than this, the share is not reliable.
_FEW_STEMS = 12
# The suspicion is decided when the new text has this many times the length of the old text, because
# a new answer may state the facts in another order.
_SLACK = 1.15
# A complete reply counts as a new answer only if its length is more than this share of the old
# text's length.
_LEAST_SHARE = 0.45
# A new answer may begin with a first sentence that is at least this similar to the old first
# sentence. The lower value applies if the old text ends inside a sentence.
_ALIKE, _ALIKE_INSIDE = 0.4, 0.25
# The kinds of opening that begin a block. A repeated text may begin with one of them too.
_BLOCKS = (
    "heading",
    "fence",
    "table",
    "quote",
    "first",
    "bullet",
    "title",
)
# The vocabulary of a suspected new answer is compared for the first time after this many
# characters.
_FIRST_LOOK = 160


class _State(Enum):
    UNDECIDED = "nothing is decided"
    SUSPECTED = "it may be a new beginning in other words"
    GOING_ON = "what comes is shown after the old text"
    ANEW = "the new text takes the old one's place"


class Joiner:
    """Take a continuation in pieces and say what the screen shows.

    `shown` is the text in the answer's own messages. `before` is the text in earlier messages,
    which do not change. It is set when a person continues an answer by a button. A block that is
    open at the end of `before` is opened again at the beginning of the answer's own text.
    """

    def __init__(self, shown: str, before: str = "") -> None:
        self._before = before
        self._opening = reopened(before) if before else ""
        own = shown.removeprefix(self._opening)
        self._shown = shown
        self._old = OldText(before + own)
        self._new = ""
        self._rest = ""
        self._state = _State.UNDECIDED if self._old.characters else _State.GOING_ON
        self._alive = list(self._old.candidates)
        self._seen = 0  # the number of characters of the continuation that were compared
        self._matched = 0  # the number of these characters that are not white space
        self._complete: list[Candidate] = []
        # The number of characters after a preamble that repeat the end of the old text.
        self._repeated = 0
        self._skipped = 0  # the number of characters of the preamble
        self._next_look = _FIRST_LOOK
        self._alike = 0.0  # the similarity of the two first sentences

    @property
    def text(self) -> str:
        """Return the text that the answer's own messages must show now."""
        if self._state is _State.GOING_ON:
            return self._joined(self._rest)
        if self._state is _State.ANEW and len(self._new) >= len(self._shown):
            return self._new
        return self._shown

    @property
    def flowing(self) -> bool:
        """Return whether each further piece is simply appended to the text."""
        return self._state is _State.GOING_ON and bool(self._rest.strip())

    @property
    def waiting(self) -> bool:
        """Return whether the old text is still on screen.

        It stays while nothing is decided, or while the new text is shorter.
        """
        return self._state is not _State.GOING_ON and self.text == self._shown

    def feed(self, text: str) -> None:
        """Take the next piece of the continuation."""
        if self._state is _State.GOING_ON:
            self._rest += text
            return
        self._new += text
        if self._state is not _State.ANEW:
            self._decide(ended=False)

    def end(self, *, whole: bool) -> None:
        """End the continuation, and make any decision that is still open.

        `whole` is true if the model ended by itself, so that the text was not cut again.
        """
        if self._state in (_State.UNDECIDED, _State.SUSPECTED):
            self._decide(ended=True)
        if self._state is _State.ANEW and len(self._new) < len(self._shown):
            if whole:  # a complete answer counts, even a shorter one
                self._shown = self._before = ""
                self._state, self._rest = _State.GOING_ON, self._new
            else:
                self._new = self._shown

    def _decide(self, *, ended: bool) -> None:
        if self._state is _State.UNDECIDED and not self._look_at_beginning(ended=ended):
            return
        if self._state is _State.SUSPECTED:
            self._look_at_vocabulary(ended=ended)

    def _look_at_beginning(self, *, ended: bool) -> bool:
        """Recognise the case by the first words. Return False while more words are needed."""
        state, self._skipped = preamble(self._new, ended=ended)
        if state is PreambleState.POSSIBLE:
            return False
        said = self._new[self._skipped :]
        at = self._overlap(said, ended=ended)
        if at is None:
            return False
        self._repeated = max(0, at)
        suspected: bool | None = False
        words = len(WORD.findall(said[:at])) + len(WIDE.findall(said[:at])) // 2
        if at < 0 or words < _SHORT_REPETITION:
            suspected = self._suspicious(said, ended=ended, surely=at >= 0)
        if suspected is None:
            return False
        if suspected:
            self._state = _State.SUSPECTED
        else:
            self._go_on(said)
        return True

    def _go_on(self, said: str) -> None:
        self._state = _State.GOING_ON
        at = self._repeated
        self._rest = said[at:] if at else drop_reopened(self._old.text, said)

    def _overlap(self, said: str, *, ended: bool) -> int | None:
        """Return the index at which the continuation stops repeating the old text.

        Return -1 if it repeats nothing, and None while this is undecided.
        """
        fresh, old = "".join(said[self._seen :].split()), self._old.characters
        self._seen = len(said)
        begun = self._matched
        self._matched += len(fresh)
        alive = []
        for candidate in self._alive:
            at = candidate.at + begun
            part = old[at : at + len(fresh)]
            if fresh.startswith(part):
                if len(part) < len(fresh) or at + len(part) == len(old):
                    self._complete.append(candidate)
                else:
                    alive.append(candidate)
        self._alive = alive
        if (alive and not ended) or not self._matched:
            return None if not ended else -1
        return self._longest_repetition(said, ended=ended)

    def _longest_repetition(self, said: str, *, ended: bool) -> int | None:
        for candidate in sorted(self._complete, key=lambda one: one.at):
            if not self._old.repeated(candidate):
                continue
            at = _place_after(said, len(self._old.characters) - candidate.at)
            if at >= len(said) and not ended:
                return None  # the next character decides whether a word ends here
            cut_in_word = not self._old.text[-1:].isspace()
            if cut_in_word or at >= len(said) or not _in_word(said, at):
                return at
        return -1

    def _suspicious(self, said: str, *, ended: bool, surely: bool) -> bool | None:
        """Return whether the first sentence looks like the beginning of a new answer.

        Return None while the sentence is too short. `surely` is true if the continuation begins
        with one or two repeated words of the old text. The sentence must then be more similar to
        the old first sentence.
        """
        old, beginning = self._old.text, said.lstrip()
        if not beginning:
            return False if ended else None
        unfinished = ends_unfinished(old)
        # The text is a plain continuation in three cases: it was announced, it continues the
        # sentence, or it begins with a paragraph break.
        plain = _goes_on_in_the_sentence(beginning) if unfinished else said.startswith("\n")
        if self._skipped or plain:
            return False
        sentence = first_sentence(beginning, ended=ended)
        if sentence is None:
            return None
        if (
            counts_on(old, sentence)
            or is_next_number(old, beginning)
            or _is_another_block(old, beginning)
            or (open_fence_of(old) and not (starts_afresh(beginning) and is_prose(sentence)))
        ):
            return False
        self._alike = _likeness_of_beginnings(old, beginning, sentence)
        if surely:
            return unfinished and self._alike >= 2 * _ALIKE and not is_scrap(old)
        afresh = _begins_a_sentence(old, beginning) or is_scrap(old)
        return self._alike >= _ALIKE if not unfinished else afresh or self._alike >= _ALIKE_INSIDE

    def _look_at_vocabulary(self, *, ended: bool) -> None:
        """Confirm or drop the suspicion that the answer begins anew in other words."""
        said, old = self._new[self._skipped :], self._old.text
        if ended or len(said) >= _SLACK * len(old):
            if self._begins_anew(said, ended=ended):
                self._state, self._new = _State.ANEW, said.lstrip()
                return
        elif len(said) < self._next_look:
            return
        else:
            self._next_look *= 2
            if _used(old[: len(said)], said) >= _NOT_ANEW:
                return
        self._go_on(said)

    def _begins_anew(self, said: str, *, ended: bool) -> bool:
        old = self._old.text
        unfinished, beginning = ends_unfinished(old), said.lstrip()
        afresh = _begins_a_sentence(old, beginning)
        if is_scrap(old):
            return scrap_begins_anew(old, first_sentence(beginning, ended=True) or "")
        stems = content_stems(old)
        intro = kind_of_opening(old) == kind_of_opening(beginning) == "intro"
        if len(stems) < _FEW_STEMS and (unfinished or intro):
            return self._alike >= (_ALIKE if afresh or intro else 1.15 * _ALIKE)
        cased = beginning[0].isupper()
        if len(stems) < _FEW_STEMS and self._alike >= (2 if cased else 1.4) * _ALIKE:
            return not cased or _used(old, said) >= _ANEW
        if ended and len(said) < _LEAST_SHARE * len(old):
            return False  # such a short text is the end of an answer, not a whole answer
        needed = _ANEW - _LIKENESS_COUNTS * min(1.0, self._alike)
        if cased and not unfinished:
            needed = max(needed, _ANEW_AFTER_A_SENTENCE)
        return _used(old, said) >= (min(needed, _ANEW_AFRESH) if afresh else needed)

    def _joined(self, rest: str) -> str:
        if self._shown or not self._before:
            return joined(self._shown, rest)
        if not rest.strip():
            return ""
        if self._opening.endswith("\n"):
            return self._opening + rest.lstrip("\n")
        return self._opening + (rest if "|" in self._opening else rest.lstrip())


def joined(old: str, rest: str) -> str:
    """Join two texts without doubling the white space between them.

    Of two runs of line ends, the longer run is kept, with the indentation after it. Spaces at the
    end of a word are not doubled.
    """
    if not old:
        return rest
    body = rest.lstrip("\n")
    lines = len(rest) - len(body)
    old = old.rstrip(" ") if lines else old
    held = len(old) - len(old.rstrip("\n"))
    if held:
        return old + "\n" * max(0, lines - held) + body
    return old + (rest.lstrip(" ") if old[-1:].isspace() else rest)


def _goes_on_in_the_sentence(beginning: str) -> bool:
    first = beginning[0]
    return (first.islower() or not first.isalnum()) and kind_of_opening(beginning) not in _BLOCKS


def _begins_a_sentence(old: str, beginning: str) -> bool:
    """Return whether a text begins a sentence although the old text ends inside another one."""
    return ends_unfinished(old) and starts_afresh(beginning) and not expects_a_capital(old)


def _is_another_block(old: str, beginning: str) -> bool:
    """Return whether two texts begin differently, and at least one with a block (heading, …)."""
    kind, new_kind = kind_of_opening(old), kind_of_opening(beginning)
    return kind != new_kind and (kind in _BLOCKS or new_kind in _BLOCKS)


def _likeness_of_beginnings(old: str, beginning: str, sentence: str) -> float:
    alike = likeness(sentence, first_sentence(old, ended=True) or "")
    if WIDE.search(sentence):  # pairs of characters match less often than groups of three letters
        alike *= 2
    kind, new_kind = kind_of_opening(old), kind_of_opening(beginning)
    cut_intro = new_kind == "intro" and ends_unfinished(old) and "\n" not in old
    return alike + 0.15 if new_kind and (kind == new_kind or cut_intro) else alike


def _used(old: str, new: str) -> float:
    """Return the share of the old text's vocabulary that the new text uses."""
    stems = content_stems(old)
    return len(stems & content_stems(new)) / len(stems) if stems else 0.0


def _place_after(text: str, characters: int) -> int:
    """Return the index after the first `characters` characters that are not white space."""
    for at, character in enumerate(text):
        if not characters:
            return at
        characters -= not character.isspace()
    return len(text)


def _in_word(text: str, at: int) -> bool:
    return text[at - 1].isalnum() and text[at].isalnum() and not WIDE.match(text[at])
