"""Words and sentences of texts in any script."""

from __future__ import annotations

import pytest

from engine.memory.search.words import bare, fold, pieces, sentences, words, words_and_grams


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Don't PANIC, now!", ["don't", "panic", "now"]),
        ("it’s ﬁne", ["it's", "fine"]),
        ("画 and 画画", ["画", "and", "画画"]),
        ("你好世界abc", ["你好", "好世", "世界", "abc"]),
        ("Straße 12", ["strasse", "12"]),
        # `re` does not count vowel signs as \w
        ("हिन्दी की पुस्तकें।", ["हिन्दी", "की", "पुस्तकें"]),
        # Pairs of characters as people see them.
        ("นี่คือ 2015 ปี", ["นี่คื", "คือ", "2015", "ปี"]),
        ("도서관에서", ["도서", "서관", "관에", "에서"]),
        # A word of one character is found with any particle behind it.
        ("妹が犬と", ["妹が", "が犬", "犬と", "妹", "犬"]),
        ("집을", ["집을", "집"]),
        ("개에게", ["개에", "에게", "개"]),
        # The digits and letters of different keyboards are the same.
        ("رمز ۴۸۲۱", ["رمز", "4821"]),
        ("٤٨ ४८ ๔๘ ４８", ["48", "48", "48", "48"]),
        ("کتابی خانهٔ", ["كتابي", "خانه"]),
        ("كتابي خانه", ["كتابي", "خانه"]),
        ("می‌خواهم", ["ميخواهم"]),
        ("İstanbul", ["istanbul"]),
        ("مُحَمَّد محمـــد", ["محمد", "محمد"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("", []),
    ],
)
def test_words_are_found_in_any_script(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_possessive_is_hung_off() -> None:
    assert [bare(word) for word in ("anna's", "we're", "o'clock")] == ["anna", "we", "o'clock"]


def test_sentences_end_where_they_do_in_each_script() -> None:
    assert sentences('One. "Two!" Three…\nfour 3.5 five。六！') == [
        "One.",
        '"Two!',
        "Three…",
        "four 3.5 five。",
        "六！",
    ]
    assert sentences(" \n ") == []
    assert sentences("वह आया। वह गया। सब ठीक") == ["वह आया।", "वह गया।", "सब ठीक"]
    assert sentences("هل جاء؟ نعم.") == ["هل جاء؟", "نعم."]
    rent = "ค่าเช่าเดือนละเก้าพันห้าร้อยบาท"
    assert sentences(f"{rent} ชำระภายในวันที่ห้า") == [rent, "ชำระภายในวันที่ห้า"]
    assert sentences("สวัสดี ครับ") == ["สวัสดี ครับ"]


def test_a_long_text_comes_in_few_pieces_that_hold_all_of_it() -> None:
    text = " ".join(f"Sentence number {i} of many." for i in range(23))
    found = pieces(text, 4)
    assert " ".join(found) == text
    assert len(found) == 4
    assert max(map(len, found)) < 2 * min(map(len, found))
    assert pieces("One. Two.", 4) == ["One.", "Two."]
    assert pieces("", 4) == []


def test_parts_of_words_survive_other_endings() -> None:
    assert words_and_grams("painted of")[1] == ["pain", "aint", "inte", "nted", "of"]
    assert words_and_grams("the heron", frozenset(["the"]))[1] == ["hero", "eron"]
    assert words_and_grams("你好世界")[1] == ["你好世", "好世界"]


def test_words_with_and_without_parts_are_the_same() -> None:
    for text in ("Don't PANIC", "你好世界abc", "हिन्दी की", "x" * 50, ""):
        assert words_and_grams(text)[0] == words(text)


def test_folding_leaves_plain_letters_alone() -> None:
    assert fold("Ann’s ＡＢＣ") == "ann's abc"
