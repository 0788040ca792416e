"""Tests of joining a continuation to the text on screen.

The continuation goes on, overlaps, begins again or announces itself, in pieces of any size.
"""

from __future__ import annotations

import random
import time

import pytest

from benchmarks import joining as benchmark
from benchmarks.joining_texts import PREAMBLES
from engine.answering.joining import Joiner, joined
from engine.answering.openings import PreambleState, preamble
from engine.answering.reopening import reopened
from engine.answering.streaming import settled

STANDS = "The moon is smaller than the earth. It has no air, and its days are "
RESTS = "two weeks long. Nights are as long."
WHOLE = STANDS + RESTS


def run(shown: str, said: str, *, before: str = "", whole: bool = True, step: int = 1) -> str:
    joiner = Joiner(shown, before)
    for at in range(0, len(said), step):
        joiner.feed(said[at : at + step])
    joiner.end(whole=whole)
    return joiner.text


@pytest.mark.parametrize("step", [1, 3, 1000])
@pytest.mark.parametrize(
    "said",
    [
        RESTS,
        " " + RESTS,
        "and its days are " + RESTS,
        "It has no air, and its days are " + RESTS,
        WHOLE,
        "Sure, here is the rest:\n\n" + RESTS,
        "Certainly! I'll continue from where I left off: ..." + RESTS,
        "Sure! " + WHOLE,
    ],
)
def test_a_continuation_reads_as_if_it_had_never_been_cut(said: str, step: int) -> None:
    assert run(STANDS, said, step=step).replace("...", "") == WHOLE


def test_a_new_beginning_in_other_words_takes_the_old_texts_place_once_it_is_as_long() -> None:
    said = (
        "Compared to the earth, the moon is smaller. There is no air on it; one of its days lasts "
        "two weeks, "
        "and a night lasts just as long."
    )
    joiner, seen = Joiner(STANDS), []
    for character in said:
        joiner.feed(character)
        seen.append(joiner.text)
    joiner.end(whole=True)
    assert joiner.text == said
    assert all(
        text == STANDS or (said.startswith(text) and len(text) >= len(STANDS)) for text in seen
    )


def test_a_new_beginning_that_is_cut_again_leaves_the_longer_text() -> None:
    assert run(STANDS, "The moon is smaller than the earth. It", whole=False) == STANDS


def test_words_that_go_on_are_shown_at_once() -> None:
    joiner = Joiner(STANDS)
    joiner.feed("two weeks")
    assert (joiner.text, joiner.waiting) == (STANDS + "two weeks", False)


@pytest.mark.parametrize(
    "said",
    [
        "word " * 30_000,
        "Word. " * 30_000,
        "x" * 100_000,
        " " * 100_000,
        "```\n" * 30_000,
        "|-" * 50_000,
    ],
    ids=["words", "sentences", "letters", "blanks", "fences", "table"],
)
def test_the_work_on_long_texts_is_bounded(said: str) -> None:
    began = time.process_time()
    joiner = Joiner(said[: len(said) // 2])
    first = time.process_time() - began
    for at in range(0, len(said), 64):
        joiner.feed(said[at : at + 64])
    joiner.end(whole=True)
    assert first < 0.5
    assert time.process_time() - began < 5  # quadratic work in these takes minutes


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("for x in y:\n    if x:\n        {\n        }\n", "        }\n    }"),
        ("La la la, la la la. She sang it ", "all day. La la la."),
        ("- red\n- green\n- ", "blue\n- black"),
        ("She said yes. ", "Yes. And then no."),
        ("Cut the apples first. ", "Here is the rest of the ingredients:\n- salt"),
        ("It rained, and it ", "rained, and it went on to rain."),
    ],
)
def test_what_only_looks_like_a_repetition_loses_no_word(shown: str, said: str) -> None:
    assert run(shown, said).split() == (shown + said).split()


@pytest.mark.parametrize(
    "name", ["Q113-{}", "Day-{}", "- item {}\n", "x[{}] = 0\n", "第{}天", "<li>{}</li>\n"]
)
def test_a_text_of_nothing_but_a_series_loses_no_word_at_any_cut(name: str) -> None:
    whole = " ".join(name.format(number) for number in range(30))
    for cut in range(1, len(whole)):
        stands = settled(whole[:cut])
        assert run(stands, whole[len(stands) :], step=5).split() == whole.split()
        assert run(stands, whole, step=5).split() == whole.split()


@pytest.mark.parametrize(
    "names", [("Q67-{}", "Q70-{}"), ("line-a-{}", "line-b-{}"), ("s01e{}", "s02e{}")]
)
def test_a_series_after_a_like_one_loses_no_word_at_any_cut(names: tuple[str, str]) -> None:
    words = [name.format(number) for name in names for number in range(30)]
    for cut in range(4, len(words)):
        stands, rest = " ".join(words[:cut]) + " ", " ".join(words[cut:])
        assert run(stands, rest, step=5).split() == words


def test_a_complete_new_answer_that_is_shorter_takes_the_place_of_the_cut_one() -> None:
    said = "The moon has no air, is smaller than the earth, and its days are long."
    joiner = Joiner(STANDS)
    joiner.feed(said)
    assert joiner.waiting
    joiner.end(whole=True)
    assert joiner.text == said
    assert not joiner.waiting


@pytest.mark.parametrize("language", sorted(PREAMBLES))
def test_words_about_the_continuation_are_known_in_every_language(language: str) -> None:
    for words in PREAMBLES[language]:
        state, at = preamble(words + "xyz 12", ended=True)
        assert (state, (words + "xyz 12")[at:]) == (PreambleState.FOUND, "xyz 12")


@pytest.mark.parametrize(
    "words",
    [
        "Certo, ecco il resto:\n\n", "Va bene! Continuo: ",
        "Natuurlijk, hier is de rest:\n\n", "Prima! Ik ga verder: ",
        "Oczywiście, oto dalsza część:\n\n", "Dobrze, kontynuuję: ",
        "Звісно, ось продовження:\n\n", "Добре! Продовжую: ",
        "Tabii ki, işte devamı:\n\n", "İşte kalanı:\n\n", "Tamam, devam ediyorum: ",
        "Tentu, berikut lanjutannya:\n\n", "Baik! Saya lanjutkan: ",
        "Tất nhiên, đây là phần còn lại:\n\n", "Vâng, tôi tiếp tục: ",
        "البته، این ادامهٔ پاسخ است:\n\n", "بله! ادامه می‌دهم: ",
        "もちろんです。続きは以下のとおりです：\n\n", "はい、続けます：",
        "물론입니다! 나머지 내용입니다:\n\n", "네, 계속하겠습니다: ",
        "แน่นอน ต่อไปนี้คือส่วนที่เหลือ:\n\n", "ได้เลย ขอตอบต่อ: ",
    ],
)  # fmt: skip
def test_words_about_the_continuation_are_known_in_the_newer_languages(words: str) -> None:
    state, at = preamble(words + "xyz 12", ended=True)
    assert (state, (words + "xyz 12")[at:]) == (PreambleState.FOUND, "xyz 12")


@pytest.mark.parametrize(
    "text",
    [
        "Certo è che la terra gira.",
        "Verder is het mooi weer: de zon schijnt.",
        "Tak się robi ciasto: mąka i woda.",
        "Так роблять тісто: борошно і вода.",
        "Ya, itu benar sekali.",
        "در ادامه چند نکته می‌آید: نکتهٔ اول",
        "以下は材料です：小麦粉",
        "다음은 재료입니다: 밀가루",
        "Berikut bahannya: tepung",
        "İşte malzemeler: un",
        "Sure enough, it works.",
        "Right angles have 90 degrees.",
        "好吃的东西很多。",
        "Okayama is a town.",
        "続きました。雨は止まない。",
        "はい文字列を返します。",
        "계속 물을 주세요.\n",
        "ได้แก่ น้ำ ดิน และอากาศ",
        "ادامه مسیر به سمت شمال است.",
        "так що вода кипить.",
    ],
)
def test_words_of_the_answer_are_no_preamble(text: str) -> None:
    assert preamble(text, ended=True)[0] is PreambleState.NONE


@pytest.mark.parametrize(
    ("old", "rest", "whole"),
    [
        ("a\n", "\n\nb", "a\n\nb"),
        ("a\n\n", "b", "a\n\nb"),
        ("a ", " b", "a b"),
        ("a", " b", "a b"),
        ("a ", "\nb", "a\nb"),
        ("if x:\n", "    y", "if x:\n    y"),
        ("if x:\n    ", "\n    y", "if x:\n    y"),
    ],
)
def test_white_space_between_two_texts_is_that_of_one_of_them(
    old: str, rest: str, whole: str
) -> None:
    assert joined(old, rest) == whole


FENCE = "Run this:\n\n```python\ndef f():\n    x = 1\n"
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"


@pytest.mark.parametrize(
    ("before", "opened"),
    [
        (FENCE, "```python\n"),
        (FENCE + "```\n", ""),
        (TABLE, "| a | b |\n|---|---|\n"),
        (TABLE + "| 3 |", "| a | b |\n|---|---|\n| 3 |"),
        ("> quoted and", "> "),
        ("it is **very bold", "**"),
        ("it is **very bold**", ""),
        ("1. one\n2. two and", "2. "),
        ("1. one\n   - inner\n   - more and", "1. …\n   - "),
        ("plain", ""),
    ],
)
def test_what_is_open_at_a_cut_is_open_again_in_the_next_message(before: str, opened: str) -> None:
    assert reopened(before) == opened


def test_a_continued_answer_in_a_message_of_its_own_is_whole_by_itself() -> None:
    assert (
        run("", "    return x\n```\nDone.", before=FENCE) == "```python\n    return x\n```\nDone."
    )
    assert run("", "```python\n    return x\n```", before=FENCE) == "```python\n    return x\n```"
    assert run("", "4 |\n", before=TABLE + "| 3 | ") == TABLE[:20] + "| 3 | 4 |\n"
    assert run("", TABLE + "| 3 | 4 |", before=TABLE) == TABLE[:20] + "| 3 | 4 |"
    assert run("", WHOLE, before=STANDS) == RESTS


def test_a_fence_that_is_opened_again_stays_one_block() -> None:
    assert run(FENCE, "```python\n    return x\n```") == FENCE + "    return x\n```"


def test_a_continued_answer_that_is_cut_itself_goes_on() -> None:
    shown = "```python\n    return "
    assert run(shown, "x\n```", before=FENCE) == shown + "x\n```"


def test_the_benchmarks_promises_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main(["--answers", "44", "--seed", "7"]) == 0
    assert "other words" in capsys.readouterr().out


def test_random_texts_never_fail_or_jump_back() -> None:
    draw = random.Random(3)
    alphabet = [
        "a",
        "b ",
        "\n",
        "```",
        "| ",
        "|---|\n",
        "- ",
        "1. ",
        "> ",
        "**",
        ". ",
        "The ",
        "。",
        "豆",
    ]
    for _ in range(400):
        old, said = ("".join(draw.choices(alphabet, k=draw.randint(0, 30))) for _ in range(2))
        joiner = Joiner(old)
        for at in range(0, len(said), 3):
            joiner.feed(said[at : at + 3])
            assert joiner.text.rstrip().startswith(old.rstrip()) or len(joiner.text) >= len(old)
        joiner.end(whole=draw.random() < 0.5)
        assert isinstance(joiner.text, str)
