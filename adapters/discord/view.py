"""Convert the buttons of an answer to Discord's components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import ButtonStyle, ui

from adapters.discord.normalize import CUSTOM_ID
from engine.contract import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from engine.contract import Button

_STYLES = {
    Action.STOP: ButtonStyle.danger,
    Action.CONTINUE: ButtonStyle.primary,
    Action.RETRY: ButtonStyle.secondary,
    Action.OBJECT: ButtonStyle.secondary,
    Action.ALLOW: ButtonStyle.secondary,
    Action.SILENCE: ButtonStyle.danger,
    Action.APPROVE: ButtonStyle.success,
    Action.BLOCK: ButtonStyle.danger,
    Action.PEOPLE: ButtonStyle.secondary,
    Action.SEND: ButtonStyle.success,
    Action.DROP: ButtonStyle.secondary,
}


def view_of(buttons: Sequence[Button]) -> ui.View | None:
    """Return a view with the buttons in their lines, or None if there are no buttons.

    The view is stopped at once, because the library keeps a view in memory until it is stopped.
    """
    if not buttons:
        return None
    view = ui.View(timeout=None)
    for button in buttons:
        about = f":{button.about}" if button.about else ""
        custom_id = f"{CUSTOM_ID}{button.action.value}{about}"
        style = _STYLES[button.action]
        view.add_item(
            ui.Button(style=style, label=button.label, custom_id=custom_id, row=button.line)
        )
    view.stop()
    return view


def shown_with(view: ui.View | None) -> dict[str, Any]:
    """Return the argument that shows the buttons under a new message."""
    return {} if view is None else {"view": view}
