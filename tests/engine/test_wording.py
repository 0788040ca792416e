"""Tests that all languages have the same texts, in their own scripts, within the platforms' limits."""

from __future__ import annotations

import re
import unicodedata
from string import Formatter

import pytest

from adapters.discord.commands import render_commands
from adapters.markup import render_discord, render_telegram
from adapters.telegram.commands import menus
from engine.commands.table import COMMANDS, command_infos
from engine.errors import (
    ContentFiltered,
    FormatRefused,
    ModelBlind,
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelUnavailable,
    ModelUnknown,
    OnlyThought,
    OutOfCredit,
)
from engine.wording import (
    _ENGLISH_NAMES,
    DEFAULT,
    LANGUAGES,
    Words,
    find_language,
    language_code,
    word_error,
    words_in,
)

EN = LANGUAGES["en"]
FIELDS = sorted(vars(EN))
OTHERS = sorted(set(LANGUAGES) - {"en"})
COMMAND = re.compile(r"/[a-z]+")
ISOLATED = re.compile("\u2068[^\u2068\u2069\n]*\u2069")
ISOLATES = re.compile("[\u2066-\u2069]")
PLACEHOLDER = re.compile(r"\{\w+\}")
FILLED = {"seconds": "15", "ahead": "3", "most": "500", "user_id": "123456789", "hit_percent": "97"}

# The letters that a language has besides a to z. Another script is given by its Unicode name.
LETTERS = {
    "en": "",
    "es": "áéíóúüñ",
    "pt": "áâãàçéêíóôõúü",
    "de": "äöüß",
    "fr": "àâæçéèêëîïôùûüÿœ",
    "it": "àèéìîòóù",
    "tr": "âçğıîöşüû\u0307",  # the last one is of "İ" in lower case
    "id": "",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "pl": "ąćęłńóśźż",
    "nl": "áéíóúëïöü",
}
LONG = ("stats", "listen_on", "listen_choice")  # never over the chat
SCRIPTS: dict[str, tuple[str, ...]] = {
    "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",),
    "zh": ("CJK UNIFIED IDEOGRAPH",),
    "ja": ("HIRAGANA", "KATAKANA", "CJK UNIFIED IDEOGRAPH"),
    "ko": ("HANGUL",),
    "hi": ("DEVANAGARI",),
    "th": ("THAI",),
    "ar": ("ARABIC",),
    "fa": ("ARABIC",),
}
RIGHT_TO_LEFT = ("ar", "fa")
LATIN_EVERYWHERE = re.compile(
    r"Pipit|UTC|[A-Z]\w+/[A-Z]\w+|PDF|Word|Excel|PowerPoint|OpenDocument|EPUB|RTF|CSV|Markdown|"
    r"HTML|JSON|JPEG|PNG|WebP|HEIC|AVIF|GIF|BMP|HF_[A-Z_]+|SPEECH_BASE_URL|"
    r"\b(?:remove|text|yes|on|off)\b|Message Content Intent|Token(?= 数)"
)


def said(code: str) -> dict[str, str]:
    return {field: getattr(LANGUAGES[code], field) for field in FIELDS}


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def own_words(text: str) -> str:
    """Return a text without its commands, placeholders and names."""
    for other in (
        re.compile(r"/persona off|/forget \w+|[A-Z]\w+/[A-Z]\w+"),
        COMMAND,
        PLACEHOLDER,
        LATIN_EVERYWHERE,
    ):
        text = other.sub("", text)
    return text


def letters(text: str) -> set[str]:
    return {letter for letter in own_words(text).lower() if unicodedata.category(letter)[0] in "LM"}


def filled(text: str) -> str:
    return text.format(**{name: FILLED.get(name, "name") for name in placeholders(text)})


# --- the same texts in all languages ---


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_fills_in_what_the_english_one_does(code: str) -> None:
    assert {f: placeholders(t) for f, t in said(code).items()} == {
        f: placeholders(t) for f, t in said("en").items()
    }


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_names_the_commands_that_the_english_one_does(code: str) -> None:
    def named(text: str) -> list[str]:
        return sorted(COMMAND.findall(text))

    assert {f: named(t) for f, t in said(code).items()} == {
        f: named(t) for f, t in said("en").items()
    }


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_begins_with_the_sign_that_the_english_one_does(code: str) -> None:
    def sign(text: str) -> str:
        return text[0] if unicodedata.category(text[0]) in ("So", "Sm") else ""

    assert {f: sign(t) for f, t in said(code).items()} == {
        f: sign(t) for f, t in said("en").items()
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_is_empty_or_has_blanks_around_it(code: str) -> None:
    assert [f for f, t in said(code).items() if not t or t != t.strip()] == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_text_was_left_in_english(code: str) -> None:
    same = [f for f, t in said(code).items() if t == getattr(EN, f) and letters(t)]
    assert same == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_named_command_exists(code: str) -> None:
    named = {command[1:] for text in said(code).values() for command in COMMAND.findall(text)}
    assert named <= set(COMMANDS)


# --- each in its own script ---


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_keeps_to_its_own_letters(code: str) -> None:
    def own(letter: str) -> bool:
        if code in SCRIPTS:
            return unicodedata.name(letter).startswith(SCRIPTS[code])
        return letter in LETTERS[code] or "a" <= letter <= "z"

    foreign = {f: sorted(x for x in letters(t) if not own(x)) for f, t in said(code).items()}
    assert {f: x for f, x in foreign.items() if x} == {}


@pytest.mark.parametrize("code", SCRIPTS)
def test_every_text_has_letters_of_its_script(code: str) -> None:
    assert [f for f, t in said(code).items() if not letters(t)] == ["help_row"]


def test_chinese_is_simplified() -> None:
    for text in said("zh").values():
        "".join(letters(text)).encode("gb2312")  # GB 2312 has no traditional characters


@pytest.mark.parametrize("code", LANGUAGES)
def test_letters_are_composed_as_unicode_recommends(code: str) -> None:
    assert [f for f, t in said(code).items() if t != unicodedata.normalize("NFC", t)] == []


# The marks and letters that a writer of the language would not use beside its own letters.
FOREIGN_MARKS = {
    "ja": r"[\u3040-\u30ff\u4e00-\u9fff][,.!?:;]",
    "zh": r"[\u4e00-\u9fff][,.!?:;]",
    "ar": r"[\u0600-\u06ff][,;?]",
    "fa": r"[\u0600-\u06ff][,;?]|[\u064a\u0643]",  # with an Arabic letter for a Persian one
    "hi": r"[\u0900-\u097f]\.(?:\s|$)",
    "th": r"[\u0e00-\u0e7f]\.(?:\s|$)",
    "uk": "[ыэъё']",
    "ru": "[іїєґ]",
}


@pytest.mark.parametrize("code", FOREIGN_MARKS)
def test_a_language_has_the_punctuation_and_the_letters_of_its_script(code: str) -> None:
    foreign = re.compile(FOREIGN_MARKS[code])
    assert {f: t for f, t in said(code).items() if foreign.search(ISOLATES.sub("", t))} == {}


# --- from right to left ---


@pytest.mark.parametrize("code", RIGHT_TO_LEFT)
def test_a_line_begins_with_letters_from_right_to_left_wherever_names_stand(code: str) -> None:
    def first(line: str) -> str:
        """Return the direction of the first letter that has one (unicode.org/reports/tr9, rule P2)."""
        bare = ISOLATED.sub("", line).replace("{about}", LANGUAGES[code].help_help)
        kinds = [unicodedata.bidirectional(letter) for letter in bare]
        return next((kind for kind in kinds if kind in ("L", "R", "AL")), "")

    lines = {(f, line) for f, t in said(code).items() for line in t.split("\n")}
    assert {(f, line) for f, line in lines if first(line) != "AL"} == set()


@pytest.mark.parametrize("code", RIGHT_TO_LEFT)
def test_commands_and_names_keep_their_own_direction(code: str) -> None:
    for field, text in said(code).items():
        outside = ISOLATED.sub("", text)
        assert "/" not in outside, field
        assert set(PLACEHOLDER.findall(outside)) <= {"{about}"}, field
        assert not {"\u2066", "\u2067", "\u2068", "\u2069"} & set(outside), field


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - set(RIGHT_TO_LEFT)))
def test_what_runs_from_left_to_right_needs_no_marks_of_direction(code: str) -> None:
    assert [
        f for f, t in said(code).items() if re.search("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", t)
    ] == []


# --- the limits of the platforms ---


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_is_shown_as_it_is_written(code: str) -> None:
    for field, text in said(code).items():
        shown = filled(text)
        assert render_telegram(shown) == (shown, ()), field
        assert render_discord(shown) == shown, field


@pytest.mark.parametrize("code", LANGUAGES)
def test_telegram_makes_a_link_of_every_command(code: str) -> None:
    """Telegram recognises a command only if no word character, slash or angle bracket touches it."""
    for field, text in said(code).items():
        shown = filled(text)
        links = re.findall(r"(?<![\w/<>])/[a-z]+(?![\w/<>])", shown)
        assert links == COMMAND.findall(shown), field


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_on_buttons_and_over_the_chat_are_short(code: str) -> None:
    words = LANGUAGES[code]
    labels = (words.stop, words.resume, words.retry)
    on_card = (words.listen_object, words.listen_allow, words.listen_end)
    assert max(map(len, (*labels, *on_card))) <= 20
    # A notice that is shown over the chat has at most 200 characters
    # (core.telegram.org/bots/api#answercallbackquery).
    assert max(len(filled(text)) for field, text in said(code).items() if field not in LONG) <= 160


def test_menus_fit_telegram_uncut() -> None:
    shown = menus(command_infos())
    assert sorted(shown) == sorted({"", *OTHERS})
    for code, entries in shown.items():
        words = words_in(code)
        assert len(entries) <= 100
        for name, description in entries:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
            assert 1 <= len(description) <= 256
            hint = getattr(words, "hint_" + name, "")
            assert description == (f"{hint} – " if hint else "") + getattr(words, "help_" + name)


def test_menus_fit_discord_uncut() -> None:
    commands = render_commands(command_infos())
    assert len(commands) <= 100
    for command in commands:
        for described in (command, *command["options"]):
            texts = [described["description"], *described["description_localizations"].values()]
            assert all(1 <= len(text) <= 100 and "…" not in text for text in texts)
            assert re.fullmatch(r"[-_\w]{1,32}", described["name"])
            assert described["name"] == described["name"].lower()


def test_discord_menus_are_in_each_language_that_discord_has() -> None:
    # Discord's menus have no Arabic and no Persian.
    known = {"es-ES", "es-419", "pt-BR", "de", "fr", "ru", "zh-CN", "hi"}
    known |= {"uk", "ja", "ko", "th"}
    known |= {"it", "tr", "id", "vi", "pl", "nl"}
    for command in render_commands(command_infos()):
        assert set(command["description_localizations"]) == known
        assert all(
            set(option["description_localizations"]) == known for option in command["options"]
        )


@pytest.mark.parametrize("code", LANGUAGES)
def test_menu_texts_have_plain_spaces_only(code: str) -> None:
    """Telegram converts other spaces to plain ones, so the menu would be set again at every start."""
    texts = {
        f: t for f, t in said(code).items() if f.startswith(("help_", "hint_")) and f != "help_head"
    }
    assert [f for f, t in texts.items() if re.search(r"[^\S ]|  ", t)] == []


def test_every_command_has_words_for_the_menu() -> None:
    described = {field[len("help_") :] for field in FIELDS if field.startswith("help_")} - {
        "head",
        "row",
    }
    hinted = {field[len("hint_") :] for field in FIELDS if field.startswith("hint_")}
    assert described == set(COMMANDS)
    assert hinted == {name for name, command in COMMANDS.items() if command.argument}


# --- the choice of a language ---


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (("pt-BR",), "pt"),
        (("pt",), "pt"),
        (("zh_Hans",), "zh"),
        (("zh-hant-TW",), "zh"),
        (("es-419",), "es"),
        (("EN-us",), "en"),
        (("",), DEFAULT),
        ((), DEFAULT),
        (("tlh",), DEFAULT),
        (("english",), DEFAULT),
        (("", "ru"), "ru"),
        (("de", "ru"), "de"),
        (("xx", "fr-CA"), "fr"),
        ((" ES_mx ",), "es"),
        (("in-ID",), "id"),
    ],
)
def test_the_first_tag_of_a_language_that_is_spoken_decides(
    tags: tuple[str, ...], code: str
) -> None:
    assert language_code(*tags) == code
    assert words_in(*tags) is LANGUAGES[code]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ("de", "de"),
        ("pt-BR", "pt"),
        ("Deutsch", "de"),
        ("ESPAÑOL", "es"),
        ("espanol", "es"),
        ("francais", "fr"),
        (" русский ", "ru"),
        ("中文", "zh"),
        ("हिन्दी", "hi"),
        ("العربية", "ar"),
        ("Türkçe", "tr"),
        ("Polish", "pl"),
        ("FARSI", "fa"),
        ("tieng viet", "vi"),
        ("bahasa indonesia", "id"),
        ("klingon", ""),
        ("", ""),
    ],
)
def test_a_language_is_found_by_tag_or_by_its_own_name(wish: str, code: str) -> None:
    assert find_language(wish) == code


def test_every_language_has_an_english_name() -> None:
    assert set(_ENGLISH_NAMES.values()) == set(LANGUAGES)


def test_every_language_has_a_name_of_its_own_and_is_found_by_it() -> None:
    assert {find_language(words.language): code for code, words in LANGUAGES.items()} == {
        c: c for c in LANGUAGES
    }


# --- errors ---

VENDOR = "upstream says: token hf_XYZ at 10.0.0.7 exceeded"
WORDED: dict[type[ModelError], dict[str, ModelError]] = {
    ModelUnavailable: {"model_unavailable": ModelUnavailable(VENDOR, retry_after=7.0)},
    ModelRefused: {
        "model_refused": ModelRefused(VENDOR, status=404),
        "not_accepted": ModelRefused(VENDOR, status=401),
        "too_long": ModelRefused(VENDOR, status=400, too_long=True),
    },
    FormatRefused: {"voice_format": FormatRefused(VENDOR, status=415)},
    ModelBlind: {"picture_blind": ModelBlind(VENDOR, status=400)},
    ModelUnknown: {"model_gone": ModelUnknown(VENDOR, status=404)},
    ContentFiltered: {"filtered": ContentFiltered(VENDOR, status=400)},
    OnlyThought: {"thought_only": OnlyThought(VENDOR)},
    OutOfCredit: {"out_of_credit": OutOfCredit(VENDOR)},
    ModelGarbled: {"model_unavailable": ModelGarbled(VENDOR)},
}


def kinds_of(error: type[ModelError]) -> set[type[ModelError]]:
    return {kind for child in error.__subclasses__() for kind in ({child} | kinds_of(child))}


def test_every_error_of_the_model_is_worded_on_purpose() -> None:
    """A new error fails this test until it has a text in the table above."""
    assert set(WORDED) == {
        kind for kind in kinds_of(ModelError) if kind.__module__ == ModelError.__module__
    }


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
def test_an_error_is_told_in_our_own_words_only(words: Words) -> None:
    cases = [(field, error) for by_field in WORDED.values() for field, error in by_field.items()]
    for field, error in cases:
        assert word_error(error, words) == getattr(words, field)
        assert not placeholders(word_error(error, words)), (
            "words of an error have nothing to fill in"
        )


def test_a_token_that_may_not_is_told_like_one_that_is_unknown() -> None:
    assert word_error(ModelRefused(VENDOR, status=403), EN) == EN.not_accepted
