"""Forms of a word share a stem in each language, whatever language the user's setting names."""

from __future__ import annotations

import sys
import threading

import pytest

from engine.memory.search import stems as stems_module
from engine.memory.search.stems import (
    NO_STEMMER,
    Stemming,
    languages_of,
    script_of,
    stem,
    stems,
    terms,
)
from engine.memory.search.words import words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("english", ("paint", "paints", "painted", "painting")),
        ("english", ("city", "cities")),
        ("english", ("anna", "anna's")),
        ("russian", ("картина", "картины", "картиной")),
        ("hindi", ("किताब", "किताबें", "किताबों")),
        ("arabic", ("مكتبة", "المكتبة")),
        ("german", ("haus", "hauses")),
        ("spanish", ("biblioteca", "bibliotecas")),
        ("turkish", ("evler", "ev")),
        ("turkish", ("ankara", "ankara'da")),
        ("french", ("eau", "l'eau")),
        ("greek", ("θάλασσα", "θάλασσες")),
        ("none", ("книжковий", "книжкові")),
    ],
)
def test_forms_of_a_word_share_their_stem(language: str, forms: tuple[str, ...]) -> None:
    assert len({stem(form, language) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("cat", "car"), ("paint", "pain"), ("sing", "sin"), ("画", "画画")]
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one, "english") != stem(other, "english")


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("The heron wades in the shallow water and waits", {"latin": "english"}),
        ("Der Reiher steht im Wasser und wartet auf die Fische", {"latin": "german"}),
        ("El cuaderno de la biblioteca que está en la mesa", {"latin": "spanish"}),
        ("Le cahier est sur la table et les livres sont dans une boîte", {"latin": "french"}),
        ("Cartea este pe masă și caietul nu mai este în geantă", {"latin": "romanian"}),
        ("Kitap masanın üzerinde ve defter çantada değil", {"latin": "turkish"}),
        ("Quyển sách của tôi và những người bạn đã được ở đây", {"latin": "none"}),
        ("Книга лежит на столе, а тетрадь не в сумке", {"cyrillic": "russian"}),
        ("Книга лежить на столі, а зошит не в сумці", {"cyrillic": "none"}),
        ("किताब मेज़ पर है और कॉपी बैग में नहीं है", {"devanagari": "hindi"}),
        ("الكتاب على الطاولة و هو من المكتبة", {"arabic": "arabic"}),
        ("کتاب روی میز است و دفتر را در کیف دیدم", {"arabic": "persian"}),
        ("ok", {}),
    ],
)
def test_a_text_tells_its_language(text: str, languages: dict[str, str]) -> None:
    assert languages_of(words(text)) == languages


def test_endings_of_short_words_do_not_count_in_cyrillic_without_a_stemmer() -> None:
    cases = ("йога", "йоги", "йогу", "йогою")
    assert {stem(word, NO_STEMMER) for word in cases} == {"йог"}
    assert stem("дім", NO_STEMMER) != stem("діра", NO_STEMMER)
    assert stem("їжа", NO_STEMMER) == "їжа"


def test_the_script_is_that_of_the_first_letter() -> None:
    names = [script_of(word) for word in ("heron", "été", "книга", "βιβλίο", "किताब", "你好", "12")]
    assert names == ["latin", "latin", "cyrillic", "greek", "devanagari", "", ""]


def test_lines_that_tell_no_language_take_the_commonest_one_of_their_index() -> None:
    stemming = Stemming()
    for _ in range(2):
        stemming.line(words("Die Häuser stehen auf dem Hügel und in der Stadt"))
    assert stemming.line(["häusern"]) == stemming.line(["häuser"])


def test_a_question_finds_its_words_in_all_languages_of_an_index() -> None:
    stemming = Stemming()
    german = stemming.line(words("Die Bibliotheken der Stadt und des Landes sind nicht groß"))
    english = stemming.line(words("The libraries of the town are not large and they are old"))
    (library,), (bibliothek,) = stemming.query(["libraries"]), stemming.query(["bibliothek"])
    assert not library.isdisjoint(english)
    assert not bibliothek.isdisjoint(german)


def test_long_words_are_cut_without_being_stemmed() -> None:
    assert stems(["x" * 10_000], {}) == ["x" * 8]


def test_without_the_stemmers_words_are_compared_by_their_beginnings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "Stemmer", None)
    stems_module._stemmer.cache_clear()
    try:
        assert stem("paintings", "english") == stem("painting", "english") == "painti"
    finally:
        stems_module._stemmer.cache_clear()


def test_terms_say_something_of_a_subject() -> None:
    assert terms("What did you do with the radios?") == ["radio"]
    assert terms("and you?") == []


def test_stemmers_are_shared_by_threads() -> None:
    found: list[list[str]] = []
    texts = [f"книгами картинами словами {number}" for number in range(200)]

    def work() -> None:
        found.append([part for text in texts for part in terms(text)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one == found[0] for one in found)
