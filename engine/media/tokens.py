"""Compute how many tokens a picture costs, by the rule of the model's family. Pure functions.

Sources: the processors of transformers 5.23 and the models' cards. For an unknown family, the most
expensive rule in use is applied, which is that of Qwen2-VL.
"""

from __future__ import annotations

import math
import re

SIDES = (1280, 1024, 896, 768, 640, 512, 384, 256)
"""The lengths to which a picture's longest side is scaled, best first."""
_QWEN_OLD, _QWEN_NEW = 28, 32  # the side in pixels of a square that costs one token
_GEMMA_3, _GEMMA_4 = 256, 280  # the tokens of a picture of any size
_LLAMA_TILE, _LLAMA_TILES, _LLAMA_TOKENS = 336, 16, 144
_FAMILIES = (
    (re.compile(r"qwen[-_]{0,1}3", re.IGNORECASE), "qwen new"),
    (re.compile(r"gemma[-_]{0,1}4", re.IGNORECASE), "gemma 4"),
    (re.compile(r"gemma[-_]{0,1}3|paligemma", re.IGNORECASE), "gemma 3"),
    (re.compile(r"llama[-_]{0,1}4", re.IGNORECASE), "llama 4"),
)


def picture_tokens(width: int, height: int, model: str) -> int:
    """Return how many tokens a picture costs with the model of this name."""
    family = next((name for pattern, name in _FAMILIES if pattern.search(model)), "")
    if family == "gemma 3":
        return _GEMMA_3
    if family == "gemma 4":
        return _GEMMA_4
    if family == "llama 4":
        tiles = math.ceil(width / _LLAMA_TILE) * math.ceil(height / _LLAMA_TILE)
        # The model also gets the whole picture in addition to its tiles.
        whole = 1 if tiles > 1 else 0
        return _LLAMA_TOKENS * (min(tiles, _LLAMA_TILES) + whole)
    pixels = _QWEN_NEW if family == "qwen new" else _QWEN_OLD
    return max(4, math.ceil(width * height / pixels**2))


def best_side(width: int, height: int, room_tokens: int, model: str) -> int:
    """Return the length of the longest side at which a picture fits, or 0 if it never fits.

    A picture of unknown size is treated as one with a side ratio of 4 to 3.
    """
    width, height = (width, height) if width and height else (4000, 3000)
    longest = max(width, height)
    for side in SIDES:
        scale = min(1.0, side / longest)
        tokens = picture_tokens(round(width * scale), round(height * scale), model)
        if tokens <= room_tokens:
            return side
    return 0
