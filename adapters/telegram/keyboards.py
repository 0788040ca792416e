"""Render the buttons under a message. Their data holds everything that a press needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.contract import Button


def keyboard_of(buttons: Sequence[Button], question_id: int) -> InlineKeyboardMarkup | None:
    """Return a keyboard with the buttons in their lines, or None if there are no buttons.

    The buttons work after a restart, because their data names the effect and the question.
    """
    if not buttons:
        return None
    lines: dict[int, list[InlineKeyboardButton]] = {}
    for button in buttons:
        data = f"{effect_of(button)}.{question_id}"
        shown = InlineKeyboardButton(button.label, callback_data=data)
        lines.setdefault(button.line, []).append(shown)
    return InlineKeyboardMarkup([lines[line] for line in sorted(lines)])


def placeholder(question_id: int) -> InlineKeyboardMarkup:
    """Return a keyboard that a message has only while a sink examines whose message it is."""
    return InlineKeyboardMarkup([[InlineKeyboardButton("…", callback_data=f".{question_id}")]])


def effect_of(button: Button) -> str:
    """Return the text for a button's action and its object, such as ``approve:17-0``."""
    return f"{button.action.value}:{button.about}" if button.about else button.action.value
