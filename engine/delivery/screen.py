"""The state of an answer's messages, and the next call that is needed to show the newest text.

Pure code without I/O.

The plan is made again before each call, one message at a time. A failed call changes only the time
of the next one. Each call costs the work of one message, however long the text is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os.path import commonprefix

from engine.contract import Button, Limits, SentId
from engine.delivery.bubbles import Bubble, Finale, MediaBubbles, Shown
from engine.delivery.cutting import Piece, cut, whole
from engine.delivery.first_words import FIRST_CHARACTERS
from engine.delivery.growing import growing
from engine.delivery.pacing import Urgency
from engine.errors import DeliveryState

# The number of a picture's message within its answer. It comes after all messages of the text.
MADE_INDEX = 90
# Only this part of a very long text is examined first, counted in full messages
_NEAR_MESSAGES = 16


@dataclass(frozen=True)
class Step:
    """The next call: change message `index` to `wanted`, or remove it if `wanted` is None."""

    index: int
    bubble: Bubble
    wanted: Shown | None
    urgency: Urgency


@dataclass(frozen=True)
class _Cut:
    """The end of a finished message.

    The next message begins with `opening` and continues with the source from position `at` on.
    """

    at: int = 0
    opening: str = ""
    message: str = ""


class Screen:
    """An answer's messages, as they are on screen and as they should be.

    `bubbles` are its messages, beginning with those of an earlier attempt. `retired` are messages
    that can no longer be edited. They are removed at the end. `text` is the current text of the
    answer. `notice` is shown until the answer begins. `closing` is the notice under the finished
    answer. It is set together with `finishing`. `presentable` is false while the answer has too few
    words to show. A notice stays on screen during that time. `state` is UNKNOWN if an earlier
    attempt may have sent a message that it did not record. The first new bubble inherits this
    state. `needed` is the number of messages that the newest text fills. It is valid once
    `next_step` has returned None. `media` holds the messages with pictures and recordings.
    """

    def __init__(
        self,
        limits: Limits,
        buttons: Sequence[Button] = (),
        bubbles: Sequence[SentId] = (),
        text: str = "",
        state: DeliveryState = DeliveryState.KNOWN,
        media: Sequence[SentId] = (),
    ) -> None:
        self.limits = limits
        self.bubbles = [Bubble(sent) for sent in bubbles]
        self.retired: list[Bubble] = []
        self.buttons = tuple(buttons)
        self.text, self.notice, self.closing = text, "", ""
        self.finishing = False
        self.presentable = bool(bubbles or text)
        self.state = state
        self.needed = 0
        self.media = MediaBubbles(media)
        self._noticed: set[Shown] = set()
        self._cuts: list[_Cut] = []

    def owns(self, sent: SentId) -> bool:
        """Return whether a message belongs to this answer."""
        return any(
            bubble.sent == sent for bubble in [*self.bubbles, *self.media.bubbles, *self.retired]
        )

    def adopt(self, bubbles: Sequence[SentId], media: Sequence[SentId] = ()) -> None:
        """Take over messages of an earlier attempt. Messages that are known already are ignored."""
        self.media.adopt([sent for sent in media if not self.owns(sent)])
        self.bubbles.extend(Bubble(sent) for sent in bubbles if not self.owns(sent))
        self.presentable = self.presentable or bool(bubbles)

    def delivery_state(self) -> DeliveryState:
        """Return UNKNOWN if a message may exist whose id is not known."""
        all_bubbles = [*self.bubbles, *self.media.bubbles]
        unknown = any(bubble.state is DeliveryState.UNKNOWN for bubble in all_bubbles)
        return DeliveryState.UNKNOWN if unknown else self.state

    def retire(self, bubble: Bubble) -> None:
        """Plan to send a message's text again in a new message.

        The old message is removed at the end.
        """
        self.retired.append(Bubble(bubble.sent))
        bubble.sent, bubble.losses = None, bubble.losses + 1

    def extend(self, text: str) -> None:
        """Append text to the answer."""
        self.text += text
        if not self.presentable and len(self.text.strip()) >= FIRST_CHARACTERS:
            self.presentable = True

    def replace(self, text: str) -> None:
        """Replace the answer's text. Messages that end before the first difference stay."""
        same = len(commonprefix((text, self.text)))
        self._cuts = [one for one in self._cuts if one.at <= same]
        self.text = text

    def finish(
        self,
        closing: str,
        buttons: Sequence[Button],
        made: Finale | None = None,
        *,
        keeps_media: bool = False,
    ) -> None:
        """Set the notice and the buttons under the finished answer. No text is added afterwards.

        With `made`, the buttons are under the picture. With `keeps_media`, pictures and recordings
        of an earlier attempt stay.
        """
        self.media.finale, self.media.kept = made, keeps_media
        self.closing, self.buttons, self.finishing, self.notice = closing, tuple(buttons), True, ""

    def complete(self) -> bool:
        """Return whether every message that the answer needs is on screen.

        A refused message counts as not shown.
        """
        needed = [*self.bubbles[: self.needed], *self.media.needed]
        return all(bubble.sent is not None for bubble in needed)

    def next_step(self) -> Step | None:
        """Return the next call that is needed to show the newest text, or None."""
        source, number = self._source(), 0
        wanted = self._wanted(source) if source.strip() else ()
        for number, content in enumerate(wanted, 1):
            if number > len(self.bubbles):
                self.bubbles.append(Bubble(state=self.state))
                self.state = DeliveryState.KNOWN
            bubble = self.bubbles[number - 1]
            if bubble.shown != content:
                self.needed = max(self.needed, number)
                if not (_answering(self) or self.finishing):
                    self._noticed.add(content)
                return Step(number - 1, bubble, content, self._urgency(bubble))
        self.needed = number
        return _picture(self) or self._superfluous()

    def _urgency(self, bubble: Bubble) -> Urgency:
        if self.finishing:
            return Urgency.FINAL
        # The first words of an answer may replace a notice. A refused message does not count as
        # new: it is tried again while the text grows.
        new = bubble.sent is None and bubble.shown is None
        over_notice = _answering(self) and bubble.shown in self._noticed
        return Urgency.FIRST if new or over_notice else Urgency.EDIT

    def _superfluous(self) -> Step | None:
        """Return a step that removes a message which this answer does not need.

        No message is removed before the whole answer is on screen.
        """
        if self.finishing and self.complete():
            superfluous = [*self.bubbles[self.needed :], *self.media.superfluous, *self.retired]
            for index, bubble in enumerate(superfluous, self.needed):
                if bubble.sent is not None:
                    return Step(index, bubble, None, Urgency.FINAL)
        return None

    def _source(self) -> str:
        """Return the whole text to show: the answer, or the notice that is shown before it."""
        if not self.finishing:
            return self.text if _answering(self) else self.notice
        if not self.closing:
            return self.text
        answer = self._ended()
        return f"{answer}\n\n{self.closing}" if answer else self.closing

    def _ended(self) -> str:
        """Return the answer. Constructs that are open at its end are closed.

        Only the last message of the answer is examined.
        """
        last = self._cuts[-1] if self._cuts else _Cut()
        ended = whole(last.opening + self.text[last.at :])
        kept = ended[len(last.opening) :] if ended.startswith(last.opening) else ""
        return self.text[: last.at] + kept

    def _wanted(self, source: str) -> Iterator[Shown]:
        """Yield the content of each message that is not empty.

        The last message has the buttons, unless a picture with the buttons follows.

        If all messages are empty, one empty message is yielded.
        """
        before = None
        for message, followed in self._messages(source):
            if message and before is not None:
                yield Shown(before, ())
            if message and followed:
                before = None
                yield Shown(message, ())
            else:
                before = message if message or before is None else before
        if before is not None:
            finale = self.media.finale
            yield Shown(before, self.buttons if finale is None or finale.beside else ())

    def _messages(self, source: str) -> Iterator[tuple[str, bool]]:
        """Cut the source into messages.

        Yield each message, and whether more words certainly follow it. Cuts within the answer never
        move. Cuts in the notice after the answer may move.
        """
        self._cuts = [one for one in self._cuts if one.at < len(source)]
        last, span = _Cut(), 0
        for last, span in _spans(self._cuts):  # noqa: B007 - the last ones are used below
            yield last.message, _has_word(source, last.at)
        while (piece := self._cut(source, last, span)) is not None:
            at = last.at + piece.resume - len(last.opening)
            last, span = _Cut(at, piece.opening, piece.text), at - last.at
            if last.at <= len(self.text):
                self._cuts.append(last)
            yield last.message, _has_word(source, last.at)
        yield self._last(last.opening + source[last.at :]), False

    def _cut(self, source: str, last: _Cut, span: int) -> Piece | None:
        """Cut off the next message.

        The search for the cut begins near `span`, the length of the previous message.
        """
        most, measure, opening = self.limits.max_units, self.limits.measure, len(last.opening)
        window = min(2 * span, most + most // 4) + opening if span else 0
        # Text after this position is not copied for each message
        near = last.at + _NEAR_MESSAGES * most
        found = cut(last.opening + source[last.at : near], opening, most, measure, window)
        if found is None and near < len(source):
            found = cut(last.opening + source[last.at :], opening, most, measure, window)
        return found

    def _last(self, text: str) -> str:
        """Return the content of the last message.

        While the answer grows, open marks are shown in the form that they will have.
        """
        if not self.finishing and _answering(self):
            shown = growing(text)
            if self.limits.measure(shown) <= self.limits.max_units:
                return shown
        return whole(text)


def _picture(screen: Screen) -> Step | None:
    """Return the step that shows the picture or recording after the text, or None."""
    media = screen.media
    if media.lacks_bubble:
        media.bubbles.insert(0, Bubble(state=screen.state))
        screen.state = DeliveryState.KNOWN
    due = media.due(screen.buttons)
    return Step(MADE_INDEX, *due, Urgency.FINAL) if due else None


def _answering(screen: Screen) -> bool:
    """Return whether the answer is shown, and not a notice."""
    return screen.presentable and bool(screen.text)


def _spans(cuts: Sequence[_Cut]) -> list[tuple[_Cut, int]]:
    """Return each cut with the number of characters since the cut before it."""
    return [(one, one.at - before.at) for before, one in zip([_Cut(), *cuts], cuts)]


def _has_word(source: str, start: int) -> bool:
    return any(source[at].isalnum() for at in range(start, len(source)))
