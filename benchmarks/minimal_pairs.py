"""Count how often the answer cache confuses two questions that differ in one thing.

    python -m benchmarks.minimal_pairs [--cache FOLDER]

The pairs are made from the templates of ``minimal_pairs.txt`` in nine languages. The questions of a
pair differ in one thing: place, person, number, unit, date, on and off, open and close, before and
after, hypo- and hyper-, class, negation, role, comparative, sign, capital or accent. The first
questions of all pairs of a language are kept in one chat of the real cache (store, embedder,
vetoes). Then each second question is asked. It must get no answer, or the answer to exactly the
same words. After that the first questions are asked again with other case, spacing and punctuation,
and so are the English paraphrases. These should be answered.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from benchmarks.embedded import embedder
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.memory.repeats.answer_cache import AnswerCache, CacheSettings, Scope
from engine.memory.repeats.sameness import exact_form
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.memory.embedding.embedder import Embedder

PAIRS = Path(__file__).with_suffix(".txt")
AUTHOR, SCOPE = Author("1", "Ann"), Scope("", "small", "0")
SAME = "same"


@dataclass(frozen=True)
class Pair:
    """Two questions in one language that differ in one thing, which `kind` names."""

    language: str
    kind: str
    one: str
    other: str


class Cache(Protocol):
    """The interface of a cache under test."""

    async def keep(self, language: str, question: str) -> None:
        """Keep a question. Its own text serves as its answer."""

    async def asked(self, language: str, question: str) -> str:
        """Return the question whose answer the cache would give, "" if there is none."""


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    found: dict[Pair, None] = {}
    language = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            found.update(dict.fromkeys(_pairs_of(language, line)))
    return list(found)


def _pairs_of(language: str, line: str) -> Iterator[Pair]:
    kind, templates, values = (part.strip() for part in line.split("|"))
    listed = [value.strip() for value in values.split(";")]
    joined = [tuple(value.split("~")) for value in listed]
    couples = joined if "~" in values else combinations(listed, 2)
    for (one, other), template in product(couples, templates.split(";")):
        text = template.strip()
        yield Pair(language, kind, text.replace("{}", one), text.replace("{}", other))


class RealCache:
    """The product's answer cache over a store, with one chat for each language."""

    def __init__(self, store: Store, cache: AnswerCache, clock: SystemClock) -> None:
        self._ledger, self._cache, self._clock = SqlLedger(store, clock), cache, clock
        self._numbers = 0

    async def keep(self, language: str, question: str) -> None:
        """Record a turn and keep its answer in the cache, as the engine does."""
        self._numbers += 1
        key = ChatKey("pairs", language)
        inbound = Inbound(
            key, str(self._numbers), AUTHOR, question, direct=True, addressed=True, sent_at=0
        )
        entry = await self._ledger.accept(inbound, "")
        assert entry is not None
        turn = Turn(AUTHOR, question, question, Finish.STOP, self._clock.time())
        turn = replace(turn, turn_id=await self._ledger.finish(entry, turn, Usage()))
        await self._cache.keep(key, question, turn, SCOPE)

    async def asked(self, language: str, question: str) -> str:
        """Look a question up in the chat of its language."""
        found = await self._cache.look_up(ChatKey("pairs", language), question, AUTHOR, SCOPE)
        return found.question if found else ""


def repetitions(question: str) -> Iterator[str]:
    """Yield the forms in which a person might ask a question again."""
    bare = question.rstrip("?؟？ ")
    yield question
    yield f"  {question} "
    yield bare
    yield f"{bare} ??"
    yield question[:1].lower() + question[1:]


async def count(pairs: list[Pair], cache: Cache) -> tuple[list[str], Counter[str], Counter[str]]:
    """Return the wrong hits as lines, and by kind the hits and the number of repeated questions."""
    wrong, hits, of = [], Counter[str](), Counter[str]()
    for pair in pairs:
        await cache.keep(pair.language, pair.one)
    for pair in pairs:
        if pair.kind != SAME:
            given = await cache.asked(pair.language, pair.other)
            if given and exact_form(given) != exact_form(pair.other):
                wrong.append(f"{pair.language} {pair.kind}: {pair.other} <- {given}")
        elif await cache.asked(pair.language, pair.other):
            hits[f"{pair.language} paraphrase"] += 1
        of[f"{pair.language} paraphrase"] += pair.kind == SAME
        for again in repetitions(pair.one):
            given = await cache.asked(pair.language, again)
            hits[pair.language] += bool(given) and exact_form(given) == exact_form(pair.one)
            of[pair.language] += 1
    return wrong, hits, +of


def report(pairs: list[Pair], wrong: list[str], hits: Counter[str], of: Counter[str]) -> None:
    differing = [pair for pair in pairs if pair.kind != SAME]
    kinds = Counter(pair.kind for pair in differing)
    languages = Counter(pair.language for pair in differing)
    print(f"{len(differing)} pairs that differ in one thing: {dict(languages)}")
    print(f"  {dict(kinds.most_common())}")
    print(f"  wrong hits {len(wrong)}")
    for line in wrong:
        print(f"    {line}")
    print("true repetitions answered again")
    for name, number in of.items():
        print(f"  {name:14s} {hits[name]} of {number} ({100 * hits[name] / number:.1f} %)")


async def measure(made: Embedder) -> None:
    pairs, clock = read_pairs(), SystemClock()
    with tempfile.TemporaryDirectory() as place:
        store = await Store.open(Path(place) / "pipit.db")
        settings = CacheSettings(answers=len(pairs), question_seconds=120)
        cache = AnswerCache(SqliteStorage(store, clock), made, clock, settings)
        report(pairs, *await count(pairs, RealCache(store, cache, clock)))
        await cache.close()
        await store.close()


async def run(folder: Path | None) -> None:
    async with embedder(folder, "minimal_pairs") as made:
        await measure(made)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, help="a folder that keeps vectors between runs")
    asyncio.run(run(parser.parse_args().cache))


if __name__ == "__main__":
    main()
