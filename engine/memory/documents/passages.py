"""A document's text in passages; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.memory.search.words import pieces, sentences

SHORT_CHARACTERS, LONG_CHARACTERS = 150, 2000
SENTENCES = 12
_BLANK = re.compile(r"\n\s*\n")


def split(sections: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return passages as (place, text).

    That is, paragraphs, short ones with what follows, long ones cut at sentences.
    """
    passages: list[tuple[str, str]] = []
    for place, text in sections:
        passages += [(place, passage) for passage in _joined(_paragraphs(text))]
    return passages


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in _BLANK.split(text):
        if len(paragraph) <= LONG_CHARACTERS:
            yield paragraph.strip()
        else:
            yield from _cut(paragraph)


def _cut(paragraph: str) -> Iterator[str]:
    held = ""
    for sentence in sentences(paragraph):
        for start in range(0, len(sentence), LONG_CHARACTERS):
            part = sentence[start : start + LONG_CHARACTERS]
            if held and len(held) + len(part) >= LONG_CHARACTERS:
                yield held
                held = ""
            held = f"{held} {part}" if held else part
    if held:
        yield held


def _joined(paragraphs: Iterable[str]) -> Iterator[str]:
    held = ""
    for paragraph in paragraphs:
        if not paragraph:
            continue
        held = f"{held}\n{paragraph}" if held else paragraph
        if len(held) >= SHORT_CHARACTERS:
            yield held
            held = ""
    if held:
        yield held


def texts_to_embed(passage: str) -> list[str]:
    """Return the passage and then its sentences."""
    return [passage, *pieces(passage, SENTENCES)]
