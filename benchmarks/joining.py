"""Cut answers at random places, let five kinds of model continue, and count wrong words.

    python -m benchmarks.joining [--answers 200] [--seed 1] [--other-texts]

The kinds of model are these. One continues the answer, one repeats its last sentence first, one
begins again word for word, one begins again in other words, and one announces first that it will
continue. Texts and cuts are like those of an answer that a kill or a broken stream has cut, so the
text on screen ends with a whole word. The figures are the doubled and the lost words over all
answers of a kind. For "other words" they count the answers that mix the old and the new text,
instead of being the new text, or the old text with the rest of the new one. ``--other-texts`` uses
answers of a small model (``dictionary_answers.json.gz``), on which no threshold was chosen. There
are no versions of these in other words, so that kind is left out.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

from benchmarks.joining_texts import PREAMBLES, TEXTS
from engine.answering.joining import Joiner
from engine.answering.streaming import settled

KINDS = ("goes on", "last sentence", "anew", "other words", "preamble")
_LONG_ENOUGH = 200  # in characters
_SENTENCE = re.compile(r"[.!?…][)\"»”]*\s+|[。！？।]\s*|\n+")


def continuation(
    kind: str, language: str, answer: str, other: str, cut: str, draw: random.Random
) -> str:
    """Return the text that a model of this kind writes after `cut`."""
    rest = answer[len(cut) :]
    if kind == "anew":
        return answer
    if kind == "other words":
        return other
    if kind == "preamble":
        return draw.choice(PREAMBLES[language]) + rest
    if kind == "last sentence":
        starts = [0, *(match.end() for match in _SENTENCE.finditer(cut.rstrip()))]
        return answer[starts[-1] :]
    return rest


def shown(cut: str, said: str, draw: random.Random) -> tuple[str, int]:
    """Stream a continuation in random pieces.

    Returns the final text, and how often the text on screen became shorter.
    """
    joiner, at, jumps, longest = Joiner(cut), 0, 0, len(cut.rstrip())
    while at < len(said):
        size = draw.randint(1, 12)
        joiner.feed(said[at : at + size])
        at += size
        length = len(joiner.text.rstrip())
        jumps += length < longest
        longest = max(longest, length)
    joiner.end(whole=True)
    return joiner.text, jumps


def words(text: str) -> list[str]:
    """Return the words of a text, or the characters of a script that has no spaces."""
    return re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+", text)


def doubled_and_lost(text: str, wanted: str) -> tuple[int, int]:
    """Return how many words a text has too many and too few, compared in order."""
    have, want = words(text), words(wanted)
    blocks = difflib.SequenceMatcher(None, have, want, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return len(have) - same, len(want) - same


def written_by_a_model() -> list[tuple[str, str, str]]:
    """Return answers of a small model, in English; the storage dictionary is trained on them."""
    packed = Path(__file__).with_name("dictionary_answers.json.gz").read_bytes()
    found: list[str] = []

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (list, dict)):
            for item in value.values() if isinstance(value, dict) else value:
                collect(item)

    collect(json.loads(gzip.decompress(packed)))
    return [("en", text, "") for text in found if len(text) > _LONG_ENOUGH]


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark and print one line for each kind; return 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--other-texts", action="store_true")
    parser.add_argument("--show", action="store_true", help="print the answers that went wrong")
    options = parser.parse_args(arguments)
    draw = random.Random(options.seed)
    totals: Counter[tuple[str, str]] = Counter()
    texts = written_by_a_model() if options.other_texts else TEXTS
    kinds = [kind for kind in KINDS if kind != "other words" or not options.other_texts]
    for number in range(options.answers):
        language, answer, other = texts[number % len(texts)]
        cut = ""
        while not cut:  # without a whole word there is nothing to continue, so another cut is drawn
            cut = settled(answer[: draw.randint(1, len(answer) - 1)])
        for kind in kinds:
            said = continuation(kind, language, answer, other, cut, draw)
            text, jumps = shown(cut, said, draw)
            more, less = doubled_and_lost(text, other if kind == "other words" else answer)
            totals[kind, "doubled"] += more
            totals[kind, "lost"] += less
            totals[kind, "not whole"] += bool(more or less)
            totals[kind, "jumps"] += jumps
            if options.show and (more or less):
                print(f"--- {kind} {language}\n{cut!r}\n+ {said[:200]!r}\n= {text[:300]!r}")
    print(f"{'kind':<14} answers  doubled  lost  not whole  jumps back")
    for kind in kinds:
        figures = [totals[kind, name] for name in ("doubled", "lost", "not whole", "jumps")]
        print(
            f"{kind:<14} {options.answers:>7}  {figures[0]:>7}  {figures[1]:>4}  {figures[2]:>9}  "
            f"{figures[3]:>10}"
        )
    return int(any(totals.values()))


if __name__ == "__main__":
    sys.exit(main())
