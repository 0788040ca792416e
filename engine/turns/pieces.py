"""Messages that a person sends at once are the pieces of one question.

A client cuts a long paste into several messages. An album has one message for each file. A forward
follows the comment on it. The platform delivers such messages one by one, some tens of milliseconds
apart. The first piece creates the question's row in the ledger. A later piece joins this row and
opens it again with the combined text, as an edit does. A kill between two pieces therefore loses
nothing.

A question waits for the next piece only if one is likely (`settle_seconds`). A short message is
answered at once. Text that its author adds before the answer has begun still joins the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cachetools import TTLCache

from engine.contract import ChatKey, Inbound
from engine.tasks import Clock

# How long a question waits after its newest piece, in seconds. Clients deliver the pieces of a
# paste or an album 50 to 300 ms apart, and a slow network makes these gaps longer.
GROUP_SECONDS = 1.0
PASTE_SECONDS = 0.9
FORWARD_SECONDS = 0.7
# A message that is marked as a piece of the same question may be sent this long after the newest
# piece.
LATE_SECONDS = 5.0
# For a forward and its comment, this shorter limit applies, because the platform does not mark the
# comment.
FORWARD_LATE_SECONDS = 1.5
# A comment must arrive this soon after its forward. Later, the forward may have its answer on
# screen, and the text is a new question. Telegram's whole seconds cannot tell the two apart.
COMMENT_SECONDS = 1.0
# A message that its author adds by hand joins a question whose answer has not begun. It must arrive
# within these two bounds after the newest piece. Messages that are closer together come from a
# program and are separate questions.
TYPED_SECONDS = (0.06, 3.0)
MOST_PIECES = 30
# The limit for one question. The rest of a longer paste becomes another question.
MOST_CHARACTERS = 64_000
HEADS, HEAD_SECONDS = 1000, 15.0
# The start of a process takes time, so the next piece of a question that an ended process accepted
# may arrive late. This is the greatest age of such a question.
RESTART_SECONDS = 120.0


def settle_seconds(newest: Inbound) -> float:
    """Return how long a question waits after its newest piece.

    The result is 0 if no further piece is likely.
    """
    if newest.group:
        return GROUP_SECONDS
    if newest.unfinished:
        return PASTE_SECONDS
    return FORWARD_SECONDS if newest.forwarded else 0.0


def belongs(newest: Inbound, piece: Inbound) -> bool:
    """Return whether a message is marked as sent together with the newest piece of a question.

    The caller has checked that both have the same chat and author. Telegram's times are whole
    seconds, so the limits on the gap are longer than the waits of `settle_seconds`.
    """
    gap = piece.sent_at - newest.sent_at
    if piece.group or newest.group:
        return piece.group == newest.group and gap <= LATE_SECONDS
    if newest.unfinished:
        return gap <= PASTE_SECONDS + 1.0
    # Telegram sends a comment before its forward; a person may also write it after the forward.
    return (piece.forwarded or newest.forwarded) and gap <= FORWARD_LATE_SECONDS


def is_comment(newest: Inbound, piece: Inbound) -> bool:
    """Return whether a message is marked as a piece only because it follows a forward."""
    marks = newest.group or newest.unfinished or piece.forwarded
    return newest.forwarded and not marks


def combine(pieces: Sequence[Inbound]) -> Inbound:
    """Return the question that consists of these pieces, in the order in which they were sent.

    The question has the id of its first piece. It is addressed to the bot if any piece is. Its
    marks (group, unfinished) and its time come from the newest piece, because the next piece is
    compared with that piece.
    """
    first, newest = pieces[0], pieces[-1]
    origins = [piece.quoted_from for piece in pieces if piece.quoted]
    one_origin = len(set(origins)) <= 1
    return replace(
        first,
        text="\n".join(piece.text for piece in pieces if piece.text),
        quoted="\n\n".join(_quote(piece, named=not one_origin) for piece in pieces if piece.quoted),
        quoted_from=origins[0] if origins and one_origin else "",
        quoted_own=any(piece.quoted_own for piece in pieces),
        forwarded=any(piece.forwarded for piece in pieces),
        attachments=tuple(file for piece in pieces for file in piece.attachments),
        addressed=any(piece.addressed for piece in pieces),
        unseen=any(piece.unseen for piece in pieces),
        group=newest.group,
        unfinished=newest.unfinished,
        sent_at=newest.sent_at,
    )


def _quote(piece: Inbound, *, named: bool) -> str:
    return f"{piece.quoted_from}: {piece.quoted}" if named and piece.quoted_from else piece.quoted


@dataclass(frozen=True)
class Head:
    """A question that may get further pieces: its row, its text so far, the number of its pieces.

    `arrived_at` is the clock's time of the newest piece. `typed` is true if messages without a mark
    may join too. It is false for a question that was taken up after a restart.
    """

    row: int
    question: Inbound
    pieces: int
    arrived_at: float
    typed: bool = True


class Heads:
    """The newest question of each person in each chat. Each is kept for `HEAD_SECONDS`.

    These questions are in memory only and are lost when the process ends.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heads: TTLCache[tuple[ChatKey, str], Head] = TTLCache(
            HEADS, HEAD_SECONDS, timer=clock.now
        )

    def note(self, row: int, question: Inbound, *, pieces: int = 1, typed: bool = True) -> None:
        """Remember a question as the newest of its author."""
        head = Head(row, question, pieces, self._clock.now(), typed)
        self._heads[question.key, question.author.user_id] = head

    def knows(self, row: int, question: Inbound) -> bool:
        """Return whether the remembered question of this author is as new as a row, or newer."""
        head = self._heads.get((question.key, question.author.user_id))
        return head is not None and head.row >= row

    def forget(self, inbound: Inbound) -> None:
        """Let no further piece join the newest question of this author."""
        self._heads.pop((inbound.key, inbound.author.user_id), None)

    def marked(self, piece: Inbound) -> Head | None:
        """Return the question to which a message is marked as a further piece, or None."""
        head = self._heads.get((piece.key, piece.author.user_id))
        if head is None or not _has_room(head, piece) or not belongs(head.question, piece):
            return None
        return None if self._too_late(head, piece) else head

    def _too_late(self, head: Head, comment: Inbound) -> bool:
        """Return whether a comment arrives too late after its forward.

        If the forward was taken up after a restart, nothing is known about its arrival.
        """
        late = self._clock.now() - head.arrived_at > COMMENT_SECONDS
        return head.typed and late and is_comment(head.question, comment)

    def typed(self, piece: Inbound) -> Head | None:
        """Return the question to which a person may add by hand in a private chat, or None."""
        head = self._heads.get((piece.key, piece.author.user_id))
        if head is None or not (piece.direct and head.typed and _has_room(head, piece)):
            return None
        least, most = TYPED_SECONDS
        arrived_apart = least <= self._clock.now() - head.arrived_at <= most
        return head if arrived_apart and _sent_apart(head.question, piece, least) else None


def _sent_apart(question: Inbound, piece: Inbound, least_seconds: float) -> bool:
    """Return whether a message was sent at least `least_seconds` after a question.

    After a restart, messages that were sent at once may arrive at different times. Telegram gives
    only the second in which a message was sent, so for Telegram the seconds must differ.
    """
    whole_seconds = piece.sent_at % 1 == 0 and question.sent_at % 1 == 0
    return piece.sent_at - question.sent_at >= (1.0 if whole_seconds else least_seconds)


class Strays:
    """Unaddressed messages that may be pieces of a question whose addressed piece has not arrived.

    An example is the first file of an album whose second file mentions the bot. Such messages are
    held for some seconds and only in memory. No unaddressed message is stored before it belongs to
    a question.
    """

    def __init__(self, clock: Clock) -> None:
        self._held: TTLCache[tuple[ChatKey, str], tuple[Inbound, ...]] = TTLCache(
            HEADS, LATE_SECONDS, timer=clock.now
        )

    @staticmethod
    def likely(piece: Inbound) -> bool:
        """Return whether a message is marked as one of several that were sent at once."""
        return bool(piece.group or piece.unfinished) and not piece.edited

    def hold(self, piece: Inbound) -> None:
        """Hold a message if it is likely to be a piece."""
        if not self.likely(piece):
            return
        which = (piece.key, piece.author.user_id)
        before = self._held.get(which, ())
        joined = (*before, piece) if before and belongs(before[-1], piece) else (piece,)
        if len(joined) < MOST_PIECES and _characters(*joined) <= MOST_CHARACTERS:
            self._held[which] = joined

    def take(self, question: Inbound, *, with_text: bool) -> tuple[Inbound, ...]:
        """Return the held messages that are earlier pieces of a question, and stop holding them.

        A command is always at the start of its text. Without `with_text`, only files may come
        before it.
        """
        held = self._held.pop((question.key, question.author.user_id), ())
        if not held or question.edited or not belongs(held[-1], question):
            return ()
        fits = _characters(*held, question) <= MOST_CHARACTERS
        return held if fits and (with_text or not any(piece.text for piece in held)) else ()


def _characters(*pieces: Inbound) -> int:
    return sum(len(piece.text) + len(piece.quoted) for piece in pieces)


def _has_room(head: Head, piece: Inbound) -> bool:
    return head.pieces < MOST_PIECES and _characters(head.question, piece) <= MOST_CHARACTERS
