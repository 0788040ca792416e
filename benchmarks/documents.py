"""Give Pipit SQuAD's articles as documents, ask the questions, and tell how often the right paragraph is quoted.

python -m benchmarks.documents --data FOLDER [--cache FOLDER]      (FOLDER holds xquad.en.json)

All 48 articles of XQuAD's English part (240 paragraphs, 1,190 questions) become one Markdown file,
one heading for each article, that goes through the reading process, the splitting, the embedder and
a real SQLite file. A question counts as found when a quote holds its paragraph or lies within it.
The figures beside were measured on the same data without Pipit: MiniLM vectors of whole paragraphs,
and BM25.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.embedded import embedder
from engine.answering.prompt import estimate_tokens
from engine.contract import Author, ChatKey
from engine.memory.documents.documents import Documents, DocumentSettings
from engine.storage.sqlite.database import Store
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "xquad.en.json"
KEY = ChatKey("benchmark", "1")
CUTS = (1, 5)
OTHERS = (("vectors of paragraphs", 0.885, 0.982), ("BM25", 0.926, 0.986))


@dataclass(frozen=True)
class Article:
    """A title, its paragraphs, and (question, number of its paragraph)."""

    title: str
    paragraphs: tuple[str, ...]
    asked: tuple[tuple[str, int], ...]


def read(folder: Path) -> list[Article]:
    data = json.loads((folder / FILE).read_text(encoding="utf-8"))["data"]
    return [article(one) for one in data]


def article(one: dict) -> Article:  # type: ignore[type-arg]  # JSON as it comes
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
    """Return the place of the first quote that holds the paragraph or lies within it, a large number if none does."""
    flat = (" ".join(text.split()) for text in found)
    return next(
        (place for place, text in enumerate(flat) if text in paragraph or paragraph in text), 10**6
    )


async def run(folder: Path, cache: Path | None) -> None:
    articles, clock, places, named, seconds = read(folder), SystemClock(), [], [], []
    async with embedder(cache, "documents") as cached:
        with tempfile.TemporaryDirectory() as place:
            store = await Store.open(Path(place) / "pipit.db")
            documents = Documents(
                store, cached, clock, estimate_tokens, DocumentSettings(question_seconds=120)
            )
            began = time.perf_counter()
            kept = await documents.add(
                KEY, Author("1"), "xquad.md", "text/markdown", as_markdown(articles), progress
            )
            print(
                f"read in {time.perf_counter() - began:.1f} s: {kept.passages} passages, {kept.size_bytes:,} bytes"
            )
            for one in articles:
                for question, number in one.asked:
                    await documents.find(KEY, question, budget_tokens=10**6, most=max(CUTS))
                    began = time.process_time()
                    found = await documents.find(KEY, question, budget_tokens=10**6, most=max(CUTS))
                    seconds.append(time.process_time() - began)
                    places.append(place_of(one.paragraphs[number], [quote.text for quote in found]))
                    named.append(bool(found) and found[0].place == one.title)
            await documents.close()
            await store.close()
    report(np.array(places), np.array(seconds), float(np.mean(named)))


async def progress(done: int, total: int) -> None:
    if done == total:
        print(f"embedded {done} of {total}")


def report(places: np.ndarray, seconds: np.ndarray, named: float) -> None:  # type: ignore[type-arg]  # plain numbers
    print(f"{len(places)} questions")
    for name, *values in OTHERS:
        print(
            f"{name:24s} " + "   ".join(f"R@{cut} {value:.3f}" for cut, value in zip(CUTS, values))
        )
    print(f"{'Pipit':24s} " + "   ".join(f"R@{cut} {np.mean(places < cut):.3f}" for cut in CUTS))
    print(f"first quote names the right heading: {named:.3f}")
    low, high = np.percentile(seconds * 1000, [50, 95])
    print(f"a question without its embedding: CPU ms p50 {low:.1f}, p95 {high:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help=f"the folder that holds {FILE}")
    parser.add_argument("--cache", type=Path, help="a folder that keeps vectors between runs")
    given = parser.parse_args()
    asyncio.run(run(given.data, given.cache))


if __name__ == "__main__":
    main()
