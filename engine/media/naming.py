"""Find out whether a person says the bot's name in a recording. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.attachments import MediaKind
from engine.text.typed_form import typed_form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.contract import Inbound

NAMES = (
    "Pipit", "Pippit", "Peepit", "Пипит", "Піпіт", "بيبيت", "پیپیت", "पिपिट", "ピピット", "皮皮特",
    "피핏", "ปิปิต",
)  # fmt: skip
"""The ways in which services for speech write the name, in the scripts of Pipit's languages."""
# In Thai, Chinese, Japanese and Korean no space separates a name from the next word.
_NO_SPACES = re.compile("[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


CALL_SECONDS = 60.0  # the longest recording that is transcribed to hear whether the bot is named


def may_call(inbound: Inbound) -> bool:
    """Return whether only a transcript can show that a message of a group is for the bot.

    Such a message is one voice message that has not been transcribed yet. It has no text, quotes
    nothing, was not forwarded, and is not addressed to the bot.
    """
    if inbound.direct or inbound.addressed or inbound.text or inbound.quoted:
        return False
    if inbound.forwarded or inbound.group:
        return False
    files = inbound.attachments
    return len(files) == 1 and files[0].kind is MediaKind.VOICE and not files[0].digest


def is_named(transcript: str, names: Iterable[str]) -> bool:
    """Return whether one of these names is said."""
    said = typed_form(transcript)
    return any(_is_said(typed_form(name), said) for name in names)


def _is_said(name: str, said: str) -> bool:
    if not name:
        return False
    if _NO_SPACES.search(name):
        return name in said
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None
