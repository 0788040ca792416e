"""The words that people type after a command, such as "yes" after /forget, in all languages.

The English words are always understood. The words of the caller's language are understood too,
whatever keyboard or input method wrote them. These are the words that the language's texts name
(`Words.word_yes` and others), and the further words of the table in this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from engine.text.typed_form import typed_form
from engine.wording import LANGUAGES, code_of
from engine.wording.words import Words

_NUMBER = re.compile(r"[\s#]*(\d{1,15})")


@dataclass(frozen=True)
class TypedWords:
    """The further words of one language. Spaces separate alternatives."""

    yes: str
    on: str
    off: str
    remove: str
    find: str
    plain: str  # the wish for /export as a readable file


_EN = TypedWords("yes y", "on", "off none -", "remove delete", "find", "text")
TYPED: Mapping[str, TypedWords] = {
    "en": _EN,
    "es": TypedWords(
        "sí", "activar encender", "desactivar apagar no",
        "borrar quitar eliminar", "buscar", "texto",
    ),
    "pt": TypedWords(
        "sim", "ligar ativar", "desligar desativar não",
        "apagar remover excluir", "buscar procurar", "texto",
    ),
    "de": TypedWords(
        "ja", "an ein", "aus",
        "löschen entfernen lösche", "suchen finden suche", "text",
    ),
    "fr": TypedWords(
        "oui", "activer", "désactiver arrêter non",
        "supprimer effacer retirer", "chercher trouver", "texte",
    ),
    "it": TypedWords(
        "sì", "attiva acceso", "disattiva spento no",
        "rimuovi elimina cancella", "cerca trova", "testo",
    ),
    "nl": TypedWords(
        "ja", "aan", "uit",
        "verwijder verwijderen wis wissen", "zoek vind", "tekst",
    ),
    "pl": TypedWords(
        "tak", "włącz", "wyłącz",
        "usuń skasuj", "znajdź szukaj", "tekst",
    ),
    "ru": TypedWords(
        "да", "вкл включить включи", "выкл выключить выключи нет",
        "удалить удали", "найти найди", "текст",
    ),
    "uk": TypedWords(
        "так", "увімкнути увімкни", "вимкнути вимкни ні",
        "видалити видали", "знайти знайди", "текст",
    ),
    "tr": TypedWords(
        "evet", "aç açık", "kapat kapalı",
        "sil kaldır", "bul ara", "metin",
    ),
    "id": TypedWords(
        "ya", "nyala aktif hidupkan", "mati nonaktif matikan",
        "hapus", "cari temukan", "teks",
    ),
    "vi": TypedWords(
        "có vâng", "bật", "tắt",
        "xóa xoá", "tìm", "chữ",
    ),
    "ar": TypedWords(
        "نعم", "تشغيل", "إيقاف لا",
        "حذف احذف", "بحث ابحث", "نص",
    ),
    "fa": TypedWords(
        "بله بلی آره", "روشن", "خاموش",
        "حذف پاک", "پیدا جستجو", "متن",
    ),
    "hi": TypedWords(
        "हाँ हां जी", "चालू", "बंद",
        "हटाओ हटाएँ मिटाओ मिटाएँ", "खोजो खोजें", "पाठ",
    ),
    "zh": TypedWords(
        "是 是的 确定 确认 好", "开 开启 打开", "关 关闭",
        "删除 移除", "查找 搜索", "文本",
    ),
    "ja": TypedWords(
        "はい うん", "オン", "オフ なし",
        "削除 消す", "検索 探す", "テキスト",
    ),
    "ko": TypedWords(
        "네 예 응", "켜기 켜", "끄기 꺼",
        "삭제 지우기", "찾기 검색", "텍스트",
    ),
    "th": TypedWords(
        "ใช่ ตกลง", "เปิด", "ปิด",
        "ลบ", "ค้นหา หา", "ข้อความ",
    ),
}  # fmt: skip
"""The further words by language code."""


def says_yes(text: str, words: Words) -> bool:
    """Return whether a text means yes."""
    return typed_form(text) in _forms(words).yes


def says_on(text: str, words: Words) -> bool:
    """Return whether a text switches something on."""
    return typed_form(text) in _forms(words).on


def says_off(text: str, words: Words) -> bool:
    """Return whether a text switches something off."""
    return typed_form(text) in _forms(words).off


def asks_for_plain(text: str, words: Words) -> bool:
    """Return whether a text asks for a readable file."""
    return typed_form(text) in _forms(words).plain


def number_in(text: str) -> int:
    """Return the number if a text is only a number, in digits of any script, else 0."""
    match = _NUMBER.fullmatch(typed_form(text))
    return int(match.group(1)) if match else 0


def removal(text: str, words: Words) -> int | None:
    """Return the number after a word for removing, with or without a space between them.

    Return 0 if the English word "remove" has no number, and None if the text does not remove
    anything.
    """
    form = typed_form(text)
    for verb in _forms(words).remove:
        match = _NUMBER.fullmatch(form, len(verb)) if form.startswith(verb) else None
        if match:
            return int(match.group(1))
    return 0 if form.split(" ")[0] == "remove" else None


def wish_to_find(text: str, words: Words) -> str:
    """Return a text without a leading word for finding. Any white space ends that word."""
    verb, *rest = text.split(maxsplit=1) or [""]
    return "".join(rest) if rest and typed_form(verb) in _forms(words).find else text


@dataclass(frozen=True)
class _Forms:
    """The words of one language, and the English words, as `typed_form` returns them."""

    yes: frozenset[str]
    on: frozenset[str]
    off: frozenset[str]
    remove: frozenset[str]
    find: frozenset[str]
    plain: frozenset[str]


def _forms(words: Words) -> _Forms:
    return _forms_of(code_of(words))


@lru_cache(maxsize=64)
def _forms_of(code: str) -> _Forms:
    own, words = TYPED[code], LANGUAGES[code]
    named = {
        "yes": words.word_yes,
        "on": words.word_on,
        "off": words.word_off,
        "remove": words.word_remove,
    }

    def all_of(name: str) -> frozenset[str]:
        told = f"{getattr(_EN, name)} {getattr(own, name)} {named.get(name, '')}"
        return frozenset(map(typed_form, told.split()))

    names = [one.name for one in fields(_Forms)]
    return _Forms(**{name: all_of(name) for name in names})
