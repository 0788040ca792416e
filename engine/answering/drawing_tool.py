"""The tool by which a model draws, so that a person can ask for a picture in their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.text.characters import clip
from engine.tools import Tool

if TYPE_CHECKING:
    from engine.tools import ToolCall

DRAW = Tool(
    "draw",
    "Draw a picture and show it in the chat. Call this only if the last message asks you to draw, "
    "paint or make a picture. Never call it to describe or discuss a picture.",
    {
        "type": "object",
        "properties": {
            "prompt": {
                "type": "string",
                "description": "What the picture shows, with all details that were asked for.",
            }
        },
        "required": ["prompt"],
    },
)


def wish_of(call: ToolCall | None, most: int) -> str:
    """Return the description of the picture that a call asks for, or "" for no picture.

    A description of more than `most` characters is cut.
    """
    if call is None or call.name != DRAW.name:
        return ""
    prompt = call.arguments.get("prompt")
    return clip(" ".join(prompt.split()), most) if isinstance(prompt, str) else ""
