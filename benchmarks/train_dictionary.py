"""Train the dictionary with which stored texts are compressed.

    python -m benchmarks.train_dictionary answers --seconds 600    ask the embedded model
    python -m benchmarks.train_dictionary train FILE               train and write FILE

The first step writes the answers to dictionary_answers.json.gz. The second step trains on those
answers and on dictionary_text. It gives the same bytes every time with the same version of
zstandard. The first step gives other words each time, so its output is kept beside this file.
SmolLM2-135M-Instruct, which wrote the answers, is under Apache 2.0, which sets no conditions on a
model's output. A released dictionary is never trained again, because rows that were written with it
need its bytes. Its size and level were chosen only with a tenth of the model's answers, which was
kept out of the training for that purpose.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import random
import time
from pathlib import Path

import aiohttp
import zstandard

from benchmarks.dictionary_text import ANSWERS, QUESTIONS, TOPICS
from bot.local_model.local_model import LocalModel
from engine.tasks import SystemClock

KEPT = Path(__file__).with_name("dictionary_answers.json.gz")
SEED, SIZE_BYTES, LEVEL = 1, 32 * 1024, 6
ANSWER_TOKENS = 110


def questions(language: str) -> list[str]:
    """Return every frame of a question with every topic, in random order."""
    chance = random.Random(f"{SEED} {language}")
    topics = TOPICS[language]
    found = [
        frame.format(*([topic, chance.choice(topics)]))
        for frame in QUESTIONS[language]
        for topic in topics
    ]
    chance.shuffle(found)
    return found


def written_answers(language: str, count: int) -> list[str]:
    """Return random answers of a few sentences, made from the frames."""
    chance = random.Random(f"{SEED} {language} answers")
    frames, topics = ANSWERS[language], TOPICS[language]
    return [
        " ".join(chance.sample(frames, chance.randint(2, 5)))
        .replace("{}", chance.choice(topics))
        .replace("\n ", "\n")
        for _ in range(count)
    ]


def said_answers() -> list[str]:
    """Return the stored answers of the model."""
    return [answer for _, answer in json.loads(gzip.decompress(KEPT.read_bytes()))]


def sample_texts(said: list[str]) -> list[str]:
    """Return the training texts.

    They are the model's answers, and texts made from the frames of each language.
    """
    texts = said + questions("en")[:400] + written_answers("en", 60)
    for language in TOPICS:
        if language != "en":
            texts += questions(language) + written_answers(language, 40)
    random.Random(SEED).shuffle(texts)
    return texts


async def ask_model(seconds: float) -> None:
    """Let the embedded model answer English questions for this long, and store its answers."""
    model = await LocalModel.start(SystemClock())
    said: list[list[str]] = []
    end = time.monotonic() + seconds
    headers = {"Authorization": f"Bearer {model.api_key}"}
    try:
        async with aiohttp.ClientSession(headers=headers) as session:
            for number, question in enumerate(questions("en")):
                if time.monotonic() > end:
                    break
                body = {
                    "messages": [{"role": "user", "content": question}],
                    "max_tokens": ANSWER_TOKENS,
                }
                body.update(temperature=0.7, seed=number)
                async with session.post(
                    f"{model.base_url}/chat/completions", json=body
                ) as response:
                    answer = (await response.json())["choices"][0]["message"]["content"]
                said.append([question, answer])
                KEPT.write_bytes(
                    gzip.compress(json.dumps(said, ensure_ascii=False).encode(), mtime=0)
                )
    finally:
        await model.close()
    print(f"{len(said)} answers, {sum(len(answer) for _, answer in said)} characters")


def small_bytes(
    texts: list[str], dictionary: zstandard.ZstdCompressionDict | None, level: int
) -> int:
    """Return the total size of the texts in bytes when each is compressed alone."""
    compressor = zstandard.ZstdCompressor(
        level=level,
        dict_data=dictionary,
        write_checksum=False,
        write_content_size=True,
        write_dict_id=False,
    )
    return sum(len(compressor.compress(text.encode())) for text in texts)


def trained(texts: list[str], size: int) -> zstandard.ZstdCompressionDict:
    """Train a dictionary. The library finds k and d with its own split of these texts."""
    return zstandard.train_dictionary(size, [text.encode() for text in texts], level=LEVEL, steps=8)


def train(path: Path) -> None:
    said = said_answers()
    texts = sample_texts(said)
    print(f"{len(texts)} texts, {sum(len(text.encode()) for text in texts)} bytes")
    kept_out, taught = said[::10], [text for number, text in enumerate(said) if number % 10]
    print(
        f"kept out: {len(kept_out)} answers, {sum(len(text.encode()) for text in kept_out)} bytes"
    )
    for size in (8, 16, 24, 32, 48):
        dictionary = trained(sample_texts(taught), size * 1024)
        row = ", ".join(
            f"level {level}: {small_bytes(kept_out, dictionary, level)}" for level in (3, 6, 12, 19)
        )
        print(f"{size} KiB dictionary of the rest: {row}")
    print(
        f"without: level 3: {small_bytes(kept_out, None, 3)}, level 12: "
        f"{small_bytes(kept_out, None, 12)}"
    )
    data = trained(texts, SIZE_BYTES).as_bytes()
    path.write_bytes(data)
    print(f"{path}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.train_dictionary", description=(__doc__ or "").split("\n")[0]
    )
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("answers").add_argument("--seconds", type=float, default=600)
    steps.add_parser("train").add_argument("file", type=Path)
    options = parser.parse_args()
    if options.step == "answers":
        asyncio.run(ask_model(options.seconds))
    else:
        train(options.file)


if __name__ == "__main__":
    main()
