"""Count the repeated questions that the answer cache catches and those it answers wrongly.

    python -m benchmarks.answer_cache --data FOLDER [--cache FOLDER] [--pairs N]

FOLDER holds qqp_dev.jsonl.gz and gptcache_mock_data.json. There are two parts. Pairs: for each of
Quora's question pairs, one question is asked of a cache that holds the other. The comparison is
Pipit's own: vectors as the store keeps them, their nearness, and vetoes. Stream: the data is
GPTCache's own 999 pairs. The first question of each is kept and the second is asked of the real
cache over a real SQLite file. The answer must be that of the same pair. Without --cache, use
--pairs with a few thousand pairs, because embedding all of them takes ten minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.embedded import CachedEmbedder, embedder
from engine.contract import Author, ChatKey, Finish, Inbound, Turn, Usage
from engine.memory.repeats import sameness
from engine.memory.repeats.answer_cache import AnswerCache, CacheSettings, Scope
from engine.memory.search.vectors import quantize, restore
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.storage import SqliteStorage
from engine.tasks import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PAIRS, STREAM = "qqp*.jsonl.gz", "gptcache_mock_data.json"
KEY, AUTHOR, SCOPE = ChatKey("benchmark", "1"), Author("1"), Scope("", "", "0")
COSINES = (0.90, 0.95)
GPTCACHE = (804, 77)


@dataclass(frozen=True)
class Pair:
    """Two questions, and whether people judged them the same."""

    one: str
    other: str
    same: bool


def read_pairs(folder: Path, most: int) -> list[Pair]:
    told = []
    for path in sorted(folder.glob(PAIRS)):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            told += [json.loads(line) for line in file]
    assert told, f"{folder} holds no {PAIRS}"
    return [
        Pair(one["text_a"], one["text_b"], bool(int(one["label"]))) for one in told[: most or None]
    ]


async def cosines(pairs: Sequence[Pair], cached: CachedEmbedder) -> NDArray[np.float64]:
    """Return the cosine of each pair as the cache computes it.

    The vector of one question is stored in bytes, and that of the other is fresh.
    """
    kept = restore(quantize(await cached.embed([pair.one for pair in pairs])))
    return np.einsum("ij,ij->i", kept, await cached.embed([pair.other for pair in pairs])).astype(
        np.float64
    )


def judge(pair: Pair, cosine: float) -> tuple[bool, str]:
    """Return whether the cache finds two questions near, and the veto against it, if any."""
    if not (sameness.comparable(pair.one) and sameness.comparable(pair.other)):
        return False, ""
    if sameness.exact_form(pair.one) == sameness.exact_form(pair.other):
        return True, ""
    if cosine < sameness.SAME_WORDS:
        return False, ""
    one, other = sameness.Question.of(pair.one), sameness.Question.of(pair.other)
    return sameness.near(one, other, cosine), sameness.veto(one, other)


def line(name: str, taken: NDArray[np.bool_], same: NDArray[np.bool_]) -> str:
    caught, wrong = 100 * taken[same].mean(), 100 * taken[~same].mean()
    return f"{name:34s} duplicates caught {caught:5.1f} %   others accepted {wrong:5.2f} %"


async def on_pairs(pairs: Sequence[Pair], cached: CachedEmbedder) -> None:
    same, near = np.array([pair.same for pair in pairs]), await cosines(pairs, cached)
    print(f"{len(pairs)} pairs, {100 * same.mean():.1f} % duplicates")
    for cosine in COSINES:
        print(line(f"a cosine of {cosine:.2f} and nothing else", near >= cosine, same))
    judged = [judge(pair, cosine) for pair, cosine in zip(pairs, near)]
    print(line("Pipit without its vetoes", np.array([found for found, _ in judged]), same))
    print(line("Pipit", np.array([found and not reason for found, reason in judged]), same))
    for wanted in (True, False):
        vetoes = Counter(
            reason for (found, reason), is_same in zip(judged, same) if found and is_same == wanted
        )
        vetoes.pop("", None)
        print(f"  vetoed {'duplicates' if wanted else 'others'}: {dict(vetoes.most_common())}")


async def on_stream(folder: Path, cached: CachedEmbedder) -> None:
    told = json.loads((folder / STREAM).read_text(encoding="utf-8"))
    clock, right, wrong = SystemClock(), 0, 0
    with tempfile.TemporaryDirectory() as place:
        store = await Store.open(Path(place) / "pipit.db")
        cache = AnswerCache(
            SqliteStorage(store, clock),
            cached,
            clock,
            CacheSettings(answers=len(told), question_seconds=120),
        )
        ledger = SqlLedger(store, clock)
        for number, pair in enumerate(told):
            inbound = Inbound(
                KEY, str(number), AUTHOR, pair["origin"], direct=True, addressed=True, sent_at=0
            )
            entry = await ledger.accept(inbound, "")
            assert entry is not None
            turn = Turn(AUTHOR, pair["origin"], str(number), Finish.STOP, clock.time())
            turn = replace(turn, turn_id=await ledger.finish(entry, turn, Usage()))
            await cache.keep(KEY, pair["origin"], turn, SCOPE)
        for number, pair in enumerate(told):
            found = await cache.look_up(KEY, pair["similar"], AUTHOR, SCOPE)
            right += found is not None and found.text == str(number)
            wrong += found is not None and found.text != str(number)
        await cache.close()
        await store.close()
    hits = right + wrong
    print(f"GPTCache's {len(told)} pairs, every one a paraphrase of something kept")
    print(
        f"  GPTCache  right {GPTCACHE[0]}  wrong {GPTCACHE[1]}  precision "
        f"{GPTCACHE[0] / sum(GPTCACHE):.3f}"
    )
    print(f"  Pipit     right {right}  wrong {wrong}  precision {right / max(1, hits):.3f}")
    print(
        f"  asked {cache.counts.asked}, hits {cache.counts.hits}, refused "
        f"{dict(cache.counts.refused)}"
    )


async def run(folder: Path, cache: Path | None, most: int) -> None:
    async with embedder(cache, "answer_cache") as cached:
        await on_pairs(read_pairs(folder, most), cached)
        await on_stream(folder, cached)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help=f"the folder that holds {PAIRS} and {STREAM}"
    )
    parser.add_argument("--cache", type=Path, help="a folder that keeps vectors between runs")
    parser.add_argument("--pairs", type=int, default=0, help="take the first so many pairs only")
    given = parser.parse_args()
    asyncio.run(run(given.data, given.cache, given.pairs))


if __name__ == "__main__":
    main()
