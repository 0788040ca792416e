"""Tests of text files in the encodings of office programs. Other content is refused."""

from __future__ import annotations

import random

import pytest

from engine.memory.documents.formats.charset import decode
from engine.memory.documents.formats.sections import Refused

TEXTS = {
    "ru": "Вход со двора, код 4815. Звонить после девяти утра. Собака не кусается, но лает громко.",
    "uk": "Вхід із двору, код 4815. Телефонуйте після дев'ятої ранку. Собака не кусається, але "
    "гавкає.",
    "bg": "Входът е откъм двора, код 4815. Моля, звънете след девет сутринта. Кучето не хапе.",
    "pl": "Wejście od podwórza, kod 4815. Proszę dzwonić po dziewiątej rano. Pies nie gryzie, ale "
    "głośno szczeka.",
    "cs": "Vchod ze dvora, kód 4815. Prosím zvoňte až po deváté ráno. Pes nekouše, ale hlasitě "
    "štěká.",
    "hu": "Bejárat az udvar felől, kód 4815. Kérjük, reggel kilenc után csöngessen. A kutya nem "
    "harap, de őriz.",
    "de": "Eingang über den Hof, Schlüssel beim Nachbarn. Bitte erst nach neun Uhr läuten. Der "
    "Hund beißt nicht.",
    "fr": "Entrée par la cour, la clé est chez le gardien. Sonnez après neuf heures, s'il vous "
    "plaît.",
    "es": "Entrada por el patio. Llame después de las nueve de la mañana. El perro no muerde, "
    "ladra más.",
    "tr": "Giriş avludan, şifre 4815. Lütfen sabah dokuzdan sonra çalın. Köpek ısırmaz ama "
    "gürültü yapar.",
    "el": "Είσοδος από την αυλή, κωδικός 4815. Χτυπήστε μετά τις εννέα το πρωί. Ο σκύλος δεν "
    "δαγκώνει.",
    "he": "הכניסה מהחצר, הקוד הוא 4815. נא לצלצל אחרי תשע בבוקר. הכלב לא נושך אבל נובח.",
    "ar": "المدخل من الفناء والرمز 4815. يرجى قرع الجرس بعد التاسعة صباحا. الكلب لا يعض.",
    "ja": "入口は中庭です。番号は4815です。朝九時より後に鳴らしてください。犬は噛みません。",
    "zh": "入口在院子里，密码是4815。请早上九点以后按门铃。狗不咬人，但是会叫。",
    "ko": "입구는 마당 쪽이고 비밀번호는 4815입니다. 아침 아홉 시 이후에 눌러 주세요.",
    "th": "ทางเข้าอยู่ด้านสนาม รหัส 4815 กรุณากดกริ่งหลังเก้าโมงเช้า สุนัขไม่กัดแต่เห่าเสียงดัง",
}
ENCODINGS = [
    ("ru", "cp1251"), ("ru", "koi8_r"), ("ru", "cp866"), ("ru", "iso8859_5"), ("uk", "cp1251"),
    ("bg", "cp1251"), ("pl", "cp1250"), ("pl", "iso8859_2"), ("cs", "cp1250"), ("hu", "cp1250"),
    ("de", "cp1252"), ("de", "cp850"), ("de", "mac_roman"), ("fr", "cp1252"), ("fr", "mac_roman"),
    ("es", "cp1252"), ("tr", "cp1254"), ("el", "cp1253"), ("he", "cp1255"), ("ar", "cp1256"),
    ("ja", "shift_jis"), ("ja", "euc_jp"), ("ja", "iso2022_jp"), ("zh", "gb18030"),
    ("zh", "gb2312"),
    ("ko", "cp949"), ("th", "cp874"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
def test_an_encoding_of_office_programs_is_recognised(language: str, encoding: str) -> None:
    text = TEXTS[language]
    assert decode(text.encode(encoding)) == text
    assert (
        decode(f"{text[:40]};1\n{text[40:]};2\n".encode(encoding))
        == f"{text[:40]};1\n{text[40:]};2\n"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", TEXTS)
def test_every_language_is_read_in_unicode_with_a_mark_or_without(
    language: str, encoding: str
) -> None:
    assert decode(TEXTS[language].encode(encoding)) == TEXTS[language]


@pytest.mark.parametrize(
    "content",
    [
        b"<html><meta charset='{}'><p>" + b"%s",
        b'<meta http-equiv=Content-Type content="text/html; charset={}">%s',
        b'<?xml version="1.0" encoding="{}"?><a>%s</a>',
        b"# -*- coding: {} -*-\nname = '%s'",
    ],
    ids=["meta", "http-equiv", "xml", "source"],
)
def test_the_encoding_that_a_file_declares_comes_first(content: bytes) -> None:
    """Four letters in KOI8-R would also be a word in windows-1251."""
    declared = content.replace(b"{}", b"koi8-r").replace(b"%s", "Ваза".encode("koi8-r"))
    assert "Ваза" in decode(declared)


def test_a_declared_encoding_that_cannot_be_right_does_not_count() -> None:
    assert decode(b'<meta charset="utf-16"><p>caf\xc3\xa9') == '<meta charset="utf-16"><p>café'
    assert decode(b'<meta charset="utf-8"><p>' + "Вход со двора".encode("cp1251")).endswith(
        "Вход со двора"
    )
    assert decode(b'<meta charset="no-such"><p>x') == '<meta charset="no-such"><p>x'


def test_a_log_that_was_cut_inside_a_character_is_read() -> None:
    content = "Вход со двора, код 4815".encode()[:-1] + "я".encode()[:1]
    assert decode(content).startswith("Вход со двора")


def test_colours_of_a_terminal_and_line_ends_are_made_plain() -> None:
    assert decode(b"\x1b[31mred\x1b[0m\r\nplain\rend") == "red\nplain\nend"


@pytest.mark.parametrize("length", [50, 500, 20_000])
def test_noise_is_refused(length: int) -> None:
    draw = random.Random(length)
    for _ in range(3):
        for low in (0, 32, 128):
            with pytest.raises(Refused, match="unreadable"):
                decode(bytes(draw.randrange(low, 256) for _ in range(length)))
