"""Turn an answer's Markdown into the text that a voice reads. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.text.dialect import clean, parse_blocks, parse_inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

# Chinese and Japanese have no blank after a sentence.
_SENTENCE_END = re.compile(r"[.!?…؟।]['\"”’»)]*\s|[。！？][」』）]*|\n")
_BREAKS = ("softbreak", "hardbreak")
_SHOWN = ("text", "text_special", "code_inline", "math", "char_reference")


def spoken_text(markdown: str, most: int) -> str:
    """Return the words of an answer, one block on each line, up to `most` characters.

    Marks, addresses and blocks of code are left out. A text that is too long ends with a sentence.
    The result is empty if nothing can be read aloud.
    """
    text = clean(markdown)
    blocks = parse_blocks(text)
    lines = [text] if blocks is None else list(_lines(blocks))
    said = "\n".join(" ".join(line.split()) for line in lines if _has_word(line))
    return said if len(said) <= most else _cut(said, most)


def _lines(blocks: Iterable[Token]) -> Iterator[str]:
    for token in blocks:
        if token.type == "inline":
            yield _words(parse_inline(token.content))
        elif token.type == "table":
            for row in token.meta["rows"]:
                yield ", ".join(filter(None, (_words(parse_inline(cell)) for cell in row)))


def _words(pieces: Iterable[Token]) -> str:
    return "".join(
        " " if piece.type in _BREAKS else piece.content if piece.type in _SHOWN else ""
        for piece in pieces
    ).strip()


def _has_word(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _cut(text: str, most: int) -> str:
    """Return the sentences that fit, or the words that fit if there is no whole sentence."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, most)]
    return text[: ends[-1]].rstrip() if ends else text[:most].rpartition(" ")[0] or text[:most]
