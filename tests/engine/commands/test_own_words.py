"""Tests that a command understands a language's own words for yes, on, off and remove."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.wording import LANGUAGES, words_in
from engine.wording.typed import says_yes
from tests.rigs.engine_rig import ADA, GROUP, a_house
from tests.rigs.memory_rig import FakeEmbedder

OTHERS = sorted(set(LANGUAGES) - {"en"})


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_question_before_erasing_shows_the_word_that_confirms_it(code: str) -> None:
    words = words_in(code)
    for text in (words.forget_chat, words.forget_own):
        bare = text.translate(dict.fromkeys(map(ord, "\u2068\u2069")))
        assert f"/forget {words.word_yes}" in bare
    assert words.word_yes in words.hint_forget


@pytest.mark.parametrize("code", OTHERS)
async def test_what_is_kept_is_erased_at_the_languages_own_yes(tmp_path: Path, code: str) -> None:
    words = words_in(code)
    async with a_house(tmp_path) as house:
        await house.ask(f"/language {code}")
        await house.ask("/forget")
        await house.ask(f"/forget {words.word_yes.upper()}.")
        assert house.last() == words.forgotten


async def test_a_yes_of_another_language_erases_nothing(tmp_path: Path) -> None:
    """Tak is yes in Polish, and it is a short form of no in Indonesian."""
    async with a_house(tmp_path) as house:
        await house.ask("/language id")
        await house.ask("/forget")
        await house.ask(f"/forget {words_in('pl').word_yes}")
        assert house.last() != words_in("id").forgotten


@pytest.mark.parametrize("code", OTHERS)
async def test_a_role_and_the_listening_end_at_the_languages_own_off(
    tmp_path: Path, code: str
) -> None:
    words = words_in(code)
    async with a_house(tmp_path) as house:
        house.chat(GROUP).managers.add(ADA.user_id)
        await house.ask(f"/language {code}", key=GROUP)
        await house.ask("/persona a pirate", key=GROUP, author=ADA)
        await house.ask(f"/persona {words.word_off}", key=GROUP, author=ADA)
        assert house.last(GROUP) == words.persona_cleared
        await house.ask(f"/listen {words.word_on}", key=GROUP, author=ADA)
        assert house.engine.listening.to(GROUP)
        await house.ask(f"/listen {words.word_off}", key=GROUP, author=ADA)
        assert not house.engine.listening.to(GROUP)


async def test_a_languages_own_remove_needs_a_number_and_otherwise_begins_a_search(
    tmp_path: Path,
) -> None:
    words = words_in("tr")
    async with a_house(tmp_path, embedder=FakeEmbedder()) as house:
        await house.ask("my cat is grey")
        await house.ask("/language tr")
        await house.ask(f"/memory {words.word_remove} cat")
        assert house.last() != words.memory_unknown
        await house.ask(f"/memory {words.word_remove} 1")
        assert house.last() == words.memory_removed.format(number=1)


@pytest.mark.parametrize("typed", ["Sí", "si", "SÍ.", " sí! "])
def test_a_word_is_the_same_in_capitals_without_accents_and_with_a_full_stop(typed: str) -> None:
    assert says_yes(typed, words_in("es"))
    assert not says_yes(typed + " no", words_in("es"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_texts_show_the_words_that_are_understood(code: str) -> None:
    words = words_in(code)
    plain = {
        name: text.translate(dict.fromkeys(map(ord, "\u2068\u2069")))
        for name, text in vars(words).items()
    }
    assert f"/memory {words.word_remove}" in plain["memory_head"]
    assert f"/documents {words.word_remove}" in plain["documents_head"]
    assert words.word_remove in plain["hint_documents"]
    assert f"/persona {words.word_off}" in plain["persona_now"]
