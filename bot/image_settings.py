"""The settings of the service that draws pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.answering.huggingface import ROUTER_URL
from engine.answering.images import ImageSettings
from engine.answering.speech import HUB_SPEECH_URL

if TYPE_CHECKING:
    from bot.env_reader import Reader

_SIZE = re.compile(r"[1-9]\d{1,4}x[1-9]\d{1,4}")


def read_images(read: Reader, token: str) -> ImageSettings | None:
    """Return the settings of the service that draws pictures, or None if no model is set."""
    base_url = read.root("IMAGE_BASE_URL") if read.text("IMAGE_BASE_URL") else ""
    model = read.text("HF_IMAGE_MODEL")
    own_token = read.secret("IMAGE_TOKEN", r"\S{1,500}", "a token")
    size, tokens = read.text("IMAGE_SIZE"), read.integer("IMAGE_COST", 10_000, 0, 10**6, "tokens")
    if size and not _SIZE.fullmatch(size):
        read.problems.append("IMAGE_SIZE: takes a width and a height, such as 1024x1024")
    if not model or model.upper() == "OFF":
        if base_url and not model:
            read.problems.append(
                "IMAGE_BASE_URL: HF_IMAGE_MODEL must name the model that draws there"
            )
        return None
    if base_url:
        url = f"{base_url}/images/generations"
        return ImageSettings(url, model, own_token, compatible=True, size=size, tokens=tokens)
    if not token or read.text("HF_BASE_URL", ROUTER_URL).rstrip("/") != ROUTER_URL:
        read.problems.append(
            "HF_IMAGE_MODEL: needs HF_TOKEN without HF_BASE_URL, or IMAGE_BASE_URL"
        )
        return None
    return ImageSettings(HUB_SPEECH_URL + model, model, token, size=size, tokens=tokens)
