"""Tests that all texts of a language address people in one way, such as tu or vous."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.wording import LANGUAGES

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "engine" / "wording", ROOT / "adapters" / "web" / "wording")
# Words of the other way to address a person, or of the bot's other way to speak of itself.
OTHER_WAY = {
    "es": r"\busted",
    "pt": r"\b(?:tu|teu|tua|vós)\b",
    "de": r"(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihr\w*)\b",
    "fr": r"\b(?:vous|votre|vos)\b|\b(?!chez|assez)\w+ez\b",
    "ru": r"\b(?:вы|вас|вам|ваш\w*)\b|\w(?:йте|ите)\b",
    "uk": r"\b(?:ти|тебе|тобі|твій|твоя|твоє|твої\w*)\b",
    "it": r"\b(?:Lei|Suo|Sua)\b",
    "nl": r"\b(?:u|uw)\b",
    "pl": r"\b(?:Pan|Pani|Państw\w+)\b",
    "tr": r"\b(?:sen|sana|seni|senin)\b|\b\w+(?:rs[ıi]n|rs[uü]n|m[ae]zs[ıi]n|yorsun)\b",
    "id": r"\b(?:kamu|aku|kau)\b|\b(?!bertemu)\w{4,}mu\b|\b(?:dengan|kepada|ada|milik)ku\b",
    "vi": r"(?<!của )\btôi\b",  # a person who taps a button may say "của tôi"
    "hi": r"\b(?:तुम|तुम्हार\w*|तू)\b",
    "zh": r"您",
    "fa": r"\bتو\b",
    "ko": r"[가-힣](?<=[습입합됩깁])니다",
    "th": r"ครับ|ค่ะ|(?<!ของ)ฉัน",  # particles that tell the speaker's gender
}


def texts(code: str) -> Iterator[str]:
    """Yield each string of a language's modules, without the docstrings."""
    for path in sorted(path for folder in FOLDERS for path in folder.rglob(f"{code}.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstring = ast.get_docstring(tree, clean=False)
        values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        yield from (value for value in values if isinstance(value, str) and value != docstring)


def test_every_language_has_its_way_or_has_one_only() -> None:
    assert set(LANGUAGES) - set(OTHER_WAY) == {"en", "ar", "ja"}
    assert all(len(list(texts(code))) > 200 for code in LANGUAGES)


@pytest.mark.parametrize("code", OTHER_WAY)
def test_all_texts_of_a_language_address_people_in_one_way(code: str) -> None:
    other = re.compile(OTHER_WAY[code], re.IGNORECASE if code not in ("de", "it", "pl") else 0)
    assert [text for text in texts(code) if other.search(text)] == []
