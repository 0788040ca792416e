"""Ask LoCoMo's questions of Pipit's memory, and measure how much of the evidence it finds.

    python -m benchmarks.recall --data FOLDER [--cache FOLDER] [--fit]

FOLDER holds locomo_dev.json.gz. Each conversation becomes one chat. Every utterance is accepted,
recorded and remembered as a turn, through Pipit's own ledger and recall and in a real SQLite file.
Each question is asked with `Recall.find`. A line counts as found if its id is in the question's
evidence. All five categories count; captions of pictures are not used. Figures that others
published are printed as well. They are for all ten conversations, while this file has five.

--fit computes the weights of ``engine/memory/search/ranking.py`` from the data again, by maximum
likelihood over the lines. Each conversation is then judged with weights that were fitted on the
other four.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import re
import tempfile
import time
from collections import defaultdict
from dataclasses import astuple, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.embedded import CachedEmbedder, embedder
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.memory.recall.chat_index import ChatIndex
from engine.memory.recall.recall import Recall, RecallSettings
from engine.memory.search import ranking
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sql.memories import TurnRows
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILES = "locomo*.json.gz"
CATEGORIES = {4: "single-hop", 1: "multi-hop", 2: "temporal", 3: "open-domain", 5: "adversarial"}
AT_ONCE = 128
CUTS = (5, 10)
OTHERS = (
    ("naive MiniLM, speaker: text (all ten)", 0.334, 0.428),
    ("DRAGON, as LoCoMo's paper has it (all ten)", 0.567, 0.662),
)


@dataclass(frozen=True)
class Asked:
    """A question, the positions of its evidence among the utterances, and its category."""

    text: str
    evidence: frozenset[int]
    category: int


@dataclass(frozen=True)
class Conversation:
    """A conversation: its utterances in order, and the questions about them."""

    name: str
    turns: tuple[Turn, ...]
    asked: tuple[Asked, ...]

    @property
    def key(self) -> ChatKey:
        """Return the key of the chat that the conversation becomes."""
        return ChatKey("benchmark", self.name)


def read(folder: Path) -> list[Conversation]:
    """Return the conversations of all data files in a folder."""
    found: list[Conversation] = []
    for path in sorted(folder.glob(FILES)):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            found += [conversation(sample) for sample in json.load(file)]
    assert found, f"{folder} holds no {FILES}"
    return found


def conversation(sample: dict[str, Any]) -> Conversation:
    told, turns, places = sample["conversation"], [], {}
    for session in sorted(
        (key for key in told if re.fullmatch(r"session_\d+", key)), key=lambda key: int(key[8:])
    ):
        day = datetime.strptime(told[f"{session}_date_time"], "%I:%M %p on %d %B, %Y").replace(
            tzinfo=timezone.utc
        )
        for minute, line in enumerate(told[session]):
            places[line["dia_id"]] = len(turns)
            author = Author(line["speaker"], line["speaker"])
            turns.append(Turn(author, line["text"], "", Finish.STOP, day.timestamp() + 60 * minute))
    asked = [question(one, places) for one in sample["qa"]]
    return Conversation(
        sample["sample_id"], tuple(turns), tuple(one for one in asked if one.evidence)
    )


def question(one: dict[str, Any], places: dict[str, int]) -> Asked:
    named = re.findall(r"D\d+:\d+", " ".join(one["evidence"]))
    return Asked(
        one["question"],
        frozenset(places[name] for name in named if name in places),
        one["category"],
    )


async def record(store: Store, recall: Recall, told: Conversation) -> list[int]:
    """Pass a conversation through the ledger into memory; return the numbers of its turns."""
    ledger, numbers = SqlLedger(store, SystemClock()), []
    for place, turn in enumerate(told.turns):
        inbound = Inbound(
            told.key,
            str(place),
            turn.author,
            turn.prompt,
            direct=False,
            addressed=True,
            sent_at=turn.at,
        )
        entry = await ledger.accept(inbound, "")
        assert entry is not None
        numbers.append(await ledger.finish(entry, turn, Usage()))
        recall.remember(told.key, Turn(**{**vars(turn), "turn_id": numbers[-1]}))
        if place % AT_ONCE == 0:
            await recall.settle()
    await recall.settle()
    return numbers


@dataclass
class Tally:
    """The recall of each question at each cut, by category and conversation, and its seconds."""

    rows: list[tuple[str, int, tuple[float, ...]]]
    seconds: list[float]

    def mean(self, chosen: Any = None) -> NDArray[np.float64]:
        """Return the mean recall at each cut, of all or of what `chosen` names."""
        return np.mean([row[2] for row in self.rows if chosen in (None, row[0], row[1])], axis=0)


def share(found: list[int], evidence: frozenset[int]) -> tuple[float, ...]:
    return tuple(len(evidence & set(found[:cut])) / len(evidence) for cut in CUTS)


async def ask(recall: Recall, told: Conversation, numbers: list[int], tally: Tally) -> None:
    place = {number: i for i, number in enumerate(numbers)}
    for one in told.asked:
        for again in (
            False,
            True,
        ):  # the second time the question's vector is cached, so only the search is measured
            began = time.process_time()
            found = await recall.find(
                told.key, one.text, Author("benchmark"), budget_tokens=10**6, most=max(CUTS)
            )
            if again:
                tally.seconds.append(time.process_time() - began)
        tally.rows.append(
            (told.name, one.category, share([place[line.turn_id] for line in found], one.evidence))
        )


async def naive(told: Conversation, cached: CachedEmbedder, tally: Tally) -> None:
    """Find the nearest vectors of ``speaker: text``, which is the common simple method."""
    lines = await cached.embed([f"{turn.author.name}: {turn.prompt}" for turn in told.turns])
    questions = await cached.embed([one.text for one in told.asked])
    for one, row in zip(told.asked, questions @ lines.T):
        order = np.argsort(-row, kind="stable")[: max(CUTS)].tolist()
        tally.rows.append((told.name, one.category, share(order, one.evidence)))


@dataclass(frozen=True)
class Sample:
    """The ranking's signs for the lines of one question, its evidence, and its origin."""

    name: str
    category: int
    signs: NDArray[np.float64]
    evidence: frozenset[int]


async def samples(store: Store, told: Conversation, cached: CachedEmbedder) -> list[Sample]:
    """Return the signs that the ranking computes for each question."""
    index = ChatIndex()
    for row in await TurnRows(store).newest(told.key, 10**6):
        index.add(row.unpack(), row.vectors)
    queries = [index.query(one.text, "benchmark") for one in told.asked]
    vectors, lines = await cached.embed([query.text for query in queries]), index.lines()
    return [
        Sample(
            told.name, one.category, ranking.signs(lines, index.find(query, vector)), one.evidence
        )
        for one, query, vector in zip(told.asked, queries, vectors)
    ]


def fit(chosen: list[Sample], steps: int = 40, penalty: float = 1e-3) -> NDArray[np.float64]:
    """Return the most likely weights by Newton's method.

    The lines of a question's evidence share one unit of probability.
    """
    weights = np.zeros(len(ranking.SIGNS))
    for _ in range(steps):
        slope, curve = (
            -2 * penalty * weights * len(chosen),
            2 * penalty * np.eye(len(weights)) * len(chosen),
        )
        for one in chosen:
            odds = one.signs @ weights
            chance = np.exp(odds - odds.max())
            chance /= chance.sum()
            mean = chance @ one.signs
            slope += one.signs[sorted(one.evidence)].mean(axis=0) - mean
            curve += (one.signs * chance[:, None]).T @ one.signs - np.outer(mean, mean)
        step = np.linalg.solve(curve, slope)
        weights += step / max(
            1.0, float(np.linalg.norm(step))
        )  # a full step may overshoot far from the maximum
    return weights


def refit(everything: list[Sample]) -> None:
    """Print the weights fitted on all conversations, and the recall with cross-validation.

    Each conversation is judged by the weights of the others.
    """
    tally = Tally([], [])
    for name in sorted({one.name for one in everything}):
        weights = fit([one for one in everything if one.name != name])
        for one in everything:
            if one.name == name:
                order = np.argsort(-(one.signs @ weights), kind="stable").tolist()
                tally.rows.append((name, one.category, share(order, one.evidence)))
    for sign, fitted, used in zip(ranking.SIGNS, fit(everything), astuple(ranking.WEIGHTS)):
        print(f"  {sign:10s} fitted {fitted:6.2f}   in use {used:6.2f}")
    print(row("each conversation by weights of the others", tally.mean()))


def row(name: str, values: NDArray[np.float64]) -> str:
    return f"{name:46s} " + "   ".join(f"R@{cut} {value:.3f}" for cut, value in zip(CUTS, values))


def report(tally: Tally, base: Tally) -> None:
    print(f"{len(tally.rows)} questions")
    for name, *values in OTHERS:
        print(row(name, np.array(values)))
    print(row("naive MiniLM, the same questions", base.mean()))
    print(row("Pipit", tally.mean()))
    for number, name in CATEGORIES.items():
        print(row(f"  {name}", tally.mean(number)))
    for name in sorted({one[0] for one in tally.rows}):
        print(row(f"  {name}", tally.mean(name)))
    seconds = np.array(tally.seconds) * 1000
    print(
        f"a question without its embedding: CPU ms p50 {np.median(seconds):.1f}, p95 "
        f"{np.percentile(seconds, 95):.1f}"
    )


async def run(folder: Path, cache: Path | None, *, refitting: bool) -> None:
    tally, base, signs = Tally([], []), Tally([], []), defaultdict[str, list[Sample]](list)
    async with embedder(cache, "recall") as cached:
        for told in read(folder):
            with tempfile.TemporaryDirectory() as place:
                store = await Store.open(Path(place) / "pipit.db")
                recall = Recall(
                    SqliteStorage(store, SystemClock()),
                    cached,
                    SystemClock(),
                    len,
                    RecallSettings(question_seconds=120),
                )
                numbers = await record(store, recall, told)
                await ask(recall, told, numbers, tally)
                await naive(told, cached, base)
                if refitting:
                    signs[told.name] = await samples(store, told, cached)
                await recall.close()
                await store.close()
    report(tally, base)
    if refitting:
        refit([one for found in signs.values() for one in found])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help=f"the folder that holds {FILES}")
    parser.add_argument("--cache", type=Path, help="a folder that keeps vectors between runs")
    parser.add_argument("--fit", action="store_true", help="fit the weights again")
    given = parser.parse_args()
    asyncio.run(run(given.data, given.cache, refitting=given.fit))


if __name__ == "__main__":
    main()
