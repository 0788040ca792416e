"""Words, stems and sentences of texts in any script."""

from __future__ import annotations

import pytest

from engine.memory.search.words import _stem, bare, pieces, sentences, stem, terms, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Don't PANIC, now!", ["don't", "panic", "now"]),
        ("it’s ﬁne", ["it's", "fine"]),
        ("画 and 画画", ["画", "and", "画画"]),
        ("你好世界abc", ["你好", "好世", "世界", "abc"]),
        ("Straße 12", ["strasse", "12"]),
        ("", []),
    ],
)
def test_words_are_found_in_any_script(text: str, found: list[str]) -> None:
    assert words(text) == found


@pytest.mark.parametrize(
    "forms",
    [
        ("paint", "paints", "painted", "painting"),
        ("city", "cities"),
        ("class", "classes"),
        ("run", "running"),
        ("Anna", "Anna's"),
        ("картина", "картины", "картину"),
    ],
)
def test_forms_of_a_word_share_their_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form.casefold()) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("cat", "car"), ("paint", "pain"), ("sing", "sin"), ("画", "画画")]
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    "ending", ["", "s", "ies", "sses", "ings", "eddies", "tting's", "ly've", "т", "рами"]
)
def test_a_long_word_has_the_form_that_it_has_without_the_short_cut(ending: str) -> None:
    for length in range(1, 30):
        word = "abcdefgh" * 4
        word = word[:length] + ending
        assert stem(word) == _stem.__wrapped__(word), word


def test_long_words_do_not_gather_in_the_cache() -> None:
    before = _stem.cache_info().currsize
    for number in range(100):
        stem(f"{number}" + "x" * 10_000)
    assert _stem.cache_info().currsize == before


def test_a_possessive_is_hung_off() -> None:
    assert [bare(word) for word in ("anna's", "we're", "o'clock")] == ["anna", "we", "o'clock"]


def test_terms_say_something_of_a_subject() -> None:
    assert terms("What did you do with the radios?") == ["radio"]
    assert terms("and you?") == []


def test_sentences_end_where_they_do_in_each_script() -> None:
    assert sentences('One. "Two!" Three…\nfour 3.5 five。六！') == [
        "One.",
        '"Two!',
        "Three…",
        "four 3.5 five。",
        "六！",
    ]
    assert sentences(" \n ") == []


def test_a_long_text_comes_in_few_pieces_that_hold_all_of_it() -> None:
    text = " ".join(f"Sentence number {i} of many." for i in range(23))
    found = pieces(text, 4)
    assert " ".join(found) == text
    assert len(found) == 4
    assert max(map(len, found)) < 2 * min(map(len, found))
    assert pieces("One. Two.", 4) == ["One.", "Two."]
    assert pieces("", 4) == []
