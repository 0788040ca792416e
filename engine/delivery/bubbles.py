"""The messages of an answer on a platform, including those with pictures. Pure code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.attachments import Made, MediaKind
from engine.contract import Button, SentId
from engine.errors import DeliveryState


class Shown(NamedTuple):
    """The content of a message. With `made`, the text is the caption of a picture or recording."""

    text: str
    buttons: tuple[Button, ...]
    made: Made | None = None


class Finale(NamedTuple):
    """A picture or recording after an answer's text, with its caption.

    `sent` is the message in which an earlier process showed it, or empty if there is none. With
    `beside`, the buttons stay under the text.
    """

    made: Made
    caption: str
    sent: SentId = SentId("")
    beside: bool = False


@dataclass
class Bubble:
    """One message of an answer on the platform.

    `sent` is set once the message exists. `shown` is set once its content is known or was refused.
    `state` is UNKNOWN after a send without a response. `losses` counts how often this message was
    deleted and has to be sent again.
    """

    sent: SentId | None = None
    shown: Shown | None = None
    state: DeliveryState = DeliveryState.KNOWN
    losses: int = 0


class MediaBubbles:
    """The messages of an answer that show a picture or a recording.

    They are never reused for a message of text.

    `finale` is the content that the first of them must show, or None for nothing. With `kept`,
    messages of an earlier attempt stay.
    """

    def __init__(self, sent: Sequence[SentId]) -> None:
        self.bubbles: list[Bubble] = []
        self.finale: Finale | None = None
        self.kept = False
        self.adopt(sent)

    def adopt(self, sent: Sequence[SentId]) -> None:
        """Take over messages of an earlier attempt."""
        self.bubbles.extend(Bubble(one) for one in sent)

    @property
    def needed(self) -> Sequence[Bubble]:
        """Return the message that must show the `finale`, or nothing if there is none."""
        return self.bubbles[:1] if self.finale is not None else ()

    @property
    def lacks_bubble(self) -> bool:
        """Return whether a new message is needed.

        A picture replaces the picture of an earlier attempt in its message. No platform can replace
        a voice message.
        """
        if self.finale is None:
            return False
        if not self.bubbles:
            return True
        first = self.bubbles[0]
        old = first.shown is None and first.sent not in (None, self.finale.sent)
        return old and self.finale.made.kind is not MediaKind.PICTURE

    @property
    def superfluous(self) -> Sequence[Bubble]:
        """Return the messages that the answer does not need."""
        return () if self.kept else self.bubbles[len(self.needed) :]

    def due(self, buttons: tuple[Button, ...]) -> tuple[Bubble, Shown] | None:
        """Return the message whose content is not shown yet, with this content, or None."""
        if self.finale is None:
            return None
        buttons = () if self.finale.beside else buttons
        bubble, content = self.bubbles[0], Shown(self.finale.caption, buttons, self.finale.made)
        if bubble.shown is None and bubble.sent is not None and bubble.sent == self.finale.sent:
            bubble.shown = content  # an earlier process sent it
        return None if bubble.shown == content else (bubble, content)
