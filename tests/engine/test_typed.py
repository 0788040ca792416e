"""Tests of the words that people type after a command, in every language and from every keyboard."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from engine.text.characters import clip
from engine.text.typed_form import typed_form
from engine.wording import LANGUAGES, find_language
from engine.wording.typed import (
    TYPED,
    asks_for_plain,
    number_in,
    removal,
    says_off,
    says_on,
    says_yes,
    wish_to_find,
)
from tests.rigs.engine_rig import a_house
from tests.rigs.memory_rig import FakeEmbedder


def test_every_language_has_its_own_typed_words() -> None:
    assert set(LANGUAGES) == set(TYPED)


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_of_the_language_and_of_english_are_understood(code: str) -> None:
    words, typed = LANGUAGES[code], TYPED[code]
    for yes in f"yes {words.word_yes} {typed.yes}".split():
        assert says_yes(yes, words)
        assert says_yes(f" {yes.upper()}! ", words)
    assert all(says_on(on, words) for on in f"on {words.word_on} {typed.on}".split())
    assert all(says_off(off, words) for off in f"off {words.word_off} {typed.off}".split())
    removing = f"remove {words.word_remove} {typed.remove}".split()
    assert all(removal(f"{verb} 12", words) == 12 for verb in removing)
    assert all(wish_to_find(f"{verb} tea", words) == "tea" for verb in typed.find.split())
    assert asks_for_plain("text", words)
    assert asks_for_plain(typed.plain, words)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_typed_word_means_two_things(code: str) -> None:
    typed, words = vars(TYPED[code]), LANGUAGES[code]
    for name in ("yes", "on", "off", "remove"):
        typed = {**typed, name: f"{typed[name]} {getattr(words, 'word_' + name)}"}
    forms = [{typed_form(word) for word in text.split()} for text in typed.values()]
    assert sum(map(len, forms)) == len(set().union(*forms))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ja", "ｙｅｓ"),
        ("ja", "はい。"),
        ("zh", "是的！"),
        ("ko", unicodedata.normalize("NFD", "네")),
        ("fa", "بلي"),  # with the Arabic letter
        ("ar", "نَعَم"),
        ("tr", "EVET"),
        ("vi", "vang"),
        ("pl", "TAK."),
        ("es", "si"),
        ("fa", "\u2068yes\u2069"),
    ],
)
def test_a_confirmation_is_understood_from_every_keyboard(code: str, text: str) -> None:
    assert says_yes(text, LANGUAGES[code])


def test_words_of_another_language_do_not_confirm() -> None:
    assert not says_yes("да", LANGUAGES["en"])
    assert not says_yes("", LANGUAGES["en"])
    assert not says_yes("no", LANGUAGES["es"])


@pytest.mark.parametrize(
    ("code", "text", "number"),
    [
        ("ja", "削除３", 3),
        ("ja", "削除 #３", 3),
        ("th", "ลบ๓", 3),
        ("th", "ลบ3", 3),
        ("fa", "حذف ۱۲", 12),
        ("ar", "احذف ١٢", 12),
        ("ko", "삭제 7", 7),
        ("en", "remove", 0),
        ("en", "remove the cat", 0),
        ("en", "remove 1234567890123456", 0),
        ("en", "delete the cat", None),
        ("ja", "削除の方法", None),
        ("en", "my 3 cats", None),
        ("en", "", None),
    ],
)
def test_a_removal_names_a_number_in_any_digits(code: str, text: str, number: int | None) -> None:
    assert removal(text, LANGUAGES[code]) == number


def test_a_number_is_read_in_the_digits_of_any_script() -> None:
    assert [number_in(text) for text in ("3", "#３", "۳", "٣", "३", "๓", "# 3", "x", "", "²")] == [
        3, 3, 3, 3, 3, 3, 3, 0, 0, 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ("فارسي", "fa"),  # with the Arabic letter
        ("ｊａ", "ja"),
        ("ua", "uk"),
        ("українська", "uk"),
        ("한국어", "ko"),
        ("ไทย", "th"),
    ],
)
def test_a_language_is_found_from_every_keyboard(wish: str, code: str) -> None:
    assert find_language(wish) == code


@pytest.mark.parametrize(
    ("text", "most", "clipped"),
    [
        ("short", 5, "short"),
        ("longer text", 7, "longer…"),
        ("ที่นี่", 4, "ที่…"),
        ("🇯🇵🇺🇦x", 3, "🇯🇵…"),
        ("日本語の会話", 4, "日本語…"),
    ],
)
def test_a_clipped_text_splits_no_visible_character(text: str, most: int, clipped: str) -> None:
    assert clip(text, most) == clipped


async def test_a_person_erases_and_forgets_in_their_own_language(tmp_path: Path) -> None:
    words = LANGUAGES["fa"]
    async with a_house(tmp_path, embedder=FakeEmbedder()) as house:
        await house.ask("/language فارسي")
        await house.ask("my cat is grey")
        await house.ask("/memory حذف ۱")
        assert house.last() == words.memory_removed.format(number=1)
        await house.ask("/persona یک معلم")
        await house.ask("/persona خاموش")
        assert house.last() == words.persona_cleared
        await house.ask("/forget")
        await house.ask("/forget بله")
        assert house.last() == words.forgotten
