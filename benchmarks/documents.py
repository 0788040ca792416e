"""Give Pipit XQuAD's articles as documents, ask the questions, and count the right quotes.

    python -m benchmarks.documents --data FOLDER [--language LANG] [--cache FOLDER]

FOLDER holds xquad.LANG.json or xquad.LANG.json.gz; LANG is en by default. All 48 articles (240
paragraphs, 1,190 questions) become one Markdown file with one heading for each article. It goes
through the reading process, the splitting, the embedder and a real SQLite file. A question counts
as found if a quote holds its paragraph or is a part of it. Three other searches of the same
passages are measured in the same run: BM25 over whole words, BM25 over Pipit's words, and the
cosine of whole passages.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.embedded import embedder
from engine.answering.prompt import estimate_tokens
from engine.contract import Author, ChatKey
from engine.memory.documents.documents import Documents, DocumentSettings
from engine.memory.documents.index import PassageIndex
from engine.memory.search.lexical import Lexical
from engine.memory.search.vectors import restore
from engine.memory.search.words import words
from engine.storage.records import PackedPassage
from engine.storage.sql.memories import DocumentRows
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KEY = ChatKey("benchmark", "1")
CUTS = (1, 5)
PAGE = 64


@dataclass(frozen=True)
class Article:
    """An article: title, paragraphs, and questions as (text, number of its paragraph)."""

    title: str
    paragraphs: tuple[str, ...]
    asked: tuple[tuple[str, int], ...]


def read(folder: Path, language: str) -> list[Article]:
    plain = folder / f"xquad.{language}.json"
    packed = plain.with_name(plain.name + ".gz")
    text = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    return [article(one) for one in json.loads(text)["data"]]


def article(one: dict) -> Article:  # type: ignore[type-arg]  # `one` is a JSON object
    paragraphs = tuple(" ".join(paragraph["context"].split()) for paragraph in one["paragraphs"])
    asked = [
        (asked["question"], i)
        for i, paragraph in enumerate(one["paragraphs"])
        for asked in paragraph["qas"]
    ]
    return Article(one["title"].replace("_", " "), paragraphs, tuple(asked))


def as_markdown(articles: Sequence[Article]) -> bytes:
    parts = [f"# {one.title}\n\n" + "\n\n".join(one.paragraphs) for one in articles]
    return "\n\n".join(parts).encode()


def place_of(paragraph: str, found: Sequence[str]) -> int:
    """Return the place of the first quote that holds the paragraph or is a part of it.

    The result is a very large number if there is no such quote.
    """
    flat = (" ".join(text.split()) for text in found)
    return next(
        (place for place, text in enumerate(flat) if text in paragraph or paragraph in text), 10**6
    )


class Beside:
    """Other searches of the same passages, for comparison."""

    def __init__(self, rows: Sequence[PackedPassage]) -> None:
        self._texts = [row.unpack() for row in rows]
        self._vectors = np.stack([restore(row.vectors)[0] for row in rows])
        self._whole, self._words = Lexical(), PassageIndex(2**40)
        for text in self._texts:
            self._whole.add(words(text))
        for _ in self._words.add([replace(row, vectors=b"") for row in rows]):
            pass
        self._number = {(row.document_id, row.number): i for i, row in enumerate(rows)}

    def found(self, question: str, vector: NDArray[np.float32]) -> dict[str, list[str]]:
        """Return the texts that each search finds, the best first."""
        ranked = {
            "BM25 over whole words": best(self._whole.scores(words(question))),
            "BM25 over Pipit's words": [
                self._number[place] for place in self._words.rank(question, None, max(CUTS))
            ],
            "vectors of passages": best(self._vectors @ vector),
        }
        return {name: [self._texts[i] for i in places] for name, places in ranked.items()}


def best(scores: NDArray[np.float64]) -> list[int]:
    order: list[int] = np.argsort(-scores, kind="stable")[: max(CUTS)].tolist()
    return order


async def run(folder: Path, language: str, cache: Path | None) -> None:
    articles, places = read(folder, language), defaultdict[str, list[int]](list)
    named: list[bool] = []
    seconds: list[float] = []
    async with embedder(cache, f"documents-{language}") as cached:
        with tempfile.TemporaryDirectory() as place:
            store = await Store.open(Path(place) / "pipit.db")
            settings = DocumentSettings(question_seconds=120, embed_seconds=3600)
            storage = SqliteStorage(store, SystemClock())
            documents = Documents(storage, cached, SystemClock(), estimate_tokens, settings)
            began = time.perf_counter()
            added = await documents.add(
                KEY, Author("1"), "xquad.md", "text/markdown", as_markdown(articles), progress
            )
            kept = added.document
            print(
                f"read in {time.perf_counter() - began:.1f} s: {kept.passages} passages, "
                f"{kept.size_bytes:,} bytes"
            )
            beside = Beside(await passages(store, kept.document_id))
            for one in articles:
                for question, number in one.asked:
                    await documents.find(KEY, question, budget_tokens=10**6, most=max(CUTS))
                    began = time.process_time()
                    found = await documents.find(KEY, question, budget_tokens=10**6, most=max(CUTS))
                    seconds.append(time.process_time() - began)
                    named.append(bool(found) and found[0].place == one.title)
                    (vector,) = await cached.embed([question])
                    texts = beside.found(question, vector)
                    texts["Pipit"] = [quote.text for quote in found]
                    for name, quoted in texts.items():
                        places[name].append(place_of(one.paragraphs[number], quoted))
            await documents.close()
            await store.close()
    report(places, np.array(seconds), float(np.mean(named)))


async def passages(store: Store, document_id: int) -> list[PackedPassage]:
    rows, found = DocumentRows(store), list[PackedPassage]()
    while page := await rows.page(document_id, found[-1].number if found else -1, PAGE):
        found += page
    return found


async def progress(done: int, total: int) -> None:
    if done == total:
        print(f"embedded {done} of {total}")


def report(places: dict[str, list[int]], seconds: NDArray[np.float64], named: float) -> None:
    for name, found in places.items():
        shares = "   ".join(f"R@{cut} {np.mean(np.array(found) < cut):.3f}" for cut in CUTS)
        print(f"{name:24s} {shares}")
    print(f"{len(seconds)} questions; the first quote names the right heading: {named:.3f}")
    low, high = np.percentile(seconds * 1000, [50, 95])
    print(f"a question without its embedding: CPU ms p50 {low:.1f}, p95 {high:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds the file")
    parser.add_argument("--language", default="en", help="the file is xquad.LANGUAGE.json[.gz]")
    parser.add_argument("--cache", type=Path, help="a folder that keeps vectors between runs")
    given = parser.parse_args()
    asyncio.run(run(given.data, given.language, given.cache))


if __name__ == "__main__":
    main()
