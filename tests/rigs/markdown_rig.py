"""Make random Markdown answers of numbered words, and find how each word is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from random import Random

from adapters.markup import Entity, render_telegram

STEMS = ("word", "Wörter", "слово", "cafe\u0301", "ключ", "x")
WORD = re.compile(r"[^\W\d_]+[\u0300-\u036f]?\d+(?!\d)")


class Writer:
    """A writer of random blocks. No word occurs twice in an answer."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self._numbers = count(100)

    def word(self) -> str:
        return f"{self.chance.choice(STEMS)}{next(self._numbers)}"

    def words(self, most: int) -> str:
        return " ".join(self.word() for _ in range(self.chance.randint(1, most)))

    def styled(self, most: int) -> str:
        mark = self.chance.choice(["", "", "", "", "**", "*", "~~", "`", "link"])
        if mark == "link":
            return f"[{self.words(3)}](https://example.org/{self.chance.randint(1, 999)})"
        return f"{mark}{self.words(most)}{mark}"

    def sentence(self) -> str:
        return " ".join(
            self.styled(9) for _ in range(self.chance.randint(1, 4))
        ) + self.chance.choice(".!?")

    def paragraph(self) -> list[str]:
        return [" ".join(self.sentence() for _ in range(self.chance.randint(1, 5)))]

    def heading(self) -> list[str]:
        return ["#" * self.chance.randint(1, 4) + " " + self.words(5)]

    def code(self) -> list[str]:
        mark = self.chance.choice(["```", "~~~", "````"])
        lines = [
            " " * self.chance.choice([0, 2, 4]) + self.words(5)
            for _ in range(self.chance.randint(1, 14))
        ]
        return [mark + self.chance.choice(["", "python"]), *lines, mark]

    def table(self) -> list[str]:
        columns = self.chance.randint(2, 4)
        rows = [
            " | ".join(self.words(3) for _ in range(columns))
            for _ in range(self.chance.randint(2, 12))
        ]
        return [f"| {rows[0]} |", "|" + "---|" * columns, *(f"| {row} |" for row in rows[1:])]

    def quote(self) -> list[str]:
        inner = self.chance.choice([self.paragraph, self.code, self.items])()
        return [f"> {line}".rstrip() for line in inner]

    def items(self, depth: int = 0) -> list[str]:
        ordered, loose = self.chance.random() < 0.5, self.chance.random() < 0.3
        same = self.chance.random() < 0.3
        lines: list[str] = []
        for number in range(1, self.chance.randint(2, 7)):
            mark = f"{1 if same else number}. " if ordered else "- "
            lines.append(mark + self.sentence())
            inner = self.chance.random()
            margin = " " * self.chance.choice([len(mark), 4])
            if inner < 0.25 and depth < 2:
                lines += [margin + line for line in self.items(depth + 1)]
            elif inner < 0.35:
                lines += ["", *(f"{margin}{line}".rstrip() for line in self.code()), ""]
            elif inner < 0.42:
                lines += ["", *(margin + line for line in self.paragraph()), ""]
            if loose and lines[-1]:
                lines.append("")
        return lines

    def answer(self) -> str:
        blocks = [
            self.paragraph,
            self.heading,
            self.code,
            self.table,
            self.quote,
            self.items,
            self.items,
        ]
        return "\n\n".join(
            "\n".join(self.chance.choice(blocks)()).strip()
            for _ in range(self.chance.randint(2, 9))
        )


def looks(markdown: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each word of a rendered text with its styles. An item's first word has its bullet."""
    text, entities = render_telegram(markdown)
    units = text.encode("utf-16-le")
    for match in WORD.finditer(text):
        start = len(text[: match.start()].encode("utf-16-le")) // 2
        assert units[2 * start :].decode("utf-16-le").startswith(match.group()[:1])
        yield match.group(), frozenset(_styles(entities, start) | _bullet(text, match.start()))


def _styles(entities: tuple[Entity, ...], at: int) -> set[str]:
    return {
        f"{entity.type}{entity.url}{entity.language}"
        for entity in entities
        if entity.offset <= at < entity.offset + entity.length
    }


def _bullet(text: str, at: int) -> set[str]:
    before = text[text.rfind("\n", 0, at) + 1 : at]
    bullet = re.fullmatch(r" *([•◦▪]|\d+\.) ", before)
    return {f"item {bullet.group(1)}"} if bullet else set()
