"""Decode text files: the declared encoding first, then UTF-8, then the most plausible of many.

charset-normalizer proposes encodings. Without help it takes "Kira her ayın" for Icelandic, and
short KOI8-R texts for Japanese. This module therefore compares its proposals with the usual
encodings of office programs. It scores the text that each encoding would produce: letters of one
language, words of one script, capitals in the usual places. Bytes that are not plausible text in
any encoding are refused.
"""

from __future__ import annotations

import codecs
import encodings
import pkgutil
import re
import unicodedata
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from engine.memory.documents.formats.letters import (
    ALPHABETS,
    FREQUENT_HAN,
    MARKS,
    is_common_han,
    is_common_hangul,
)
from engine.memory.documents.formats.sections import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE_BYTES = 6_144
DECLARATION_BYTES = 4096
_LEAST_SCORE = 0.55
"""A guess of an encoding with a lower score is not used.

In the tests' samples, right guesses score at least 0.8. Wrong guesses on random bytes score at most
0.3.
"""
# These values are charset-normalizer's own. They apply to languages without an alphabet in this
# module.
_LEAST_COHERENCE, _MOST_CHAOS = 0.5, 0.1

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = (
    re.compile(
        rb"<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE
    ),
    re.compile(rb"^\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{2,40})"),
    # The form of a declaration in Python source code (PEP 263).
    re.compile(rb"^(?:[^\n]{0,200}\n)?[^\n]{0,200}coding[:=]\s{0,9}([\w.-]{2,40})"),
)
_USUAL = (
    "cp1252", "cp1251", "cp1250", "gb18030", "shift_jis", "big5", "cp949", "euc_jp", "cp1253",
    "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "iso8859_2", "iso8859_5",
    "iso8859_6",
    "iso8859_7", "iso8859_8", "iso8859_9", "iso8859_15", "koi8_r", "koi8_u", "mac_roman",
    "mac_cyrillic", "mac_latin2", "cp866", "cp850", "cp852", "cp437",
)  # fmt: skip
"""The encodings, the most likely first. The score falls by `_PLACE_COST` with each place."""
_PLACE_COST, _UNUSUAL_COST = 0.002, 0.15
_WIDE = ("utf_16_le", "utf_16_be")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
"""The colour codes in terminal logs."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def prepare() -> None:
    """Import all of Python's codecs, and the modules that the detector would import later.

    Once the process is restricted, it cannot open any file.
    """
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(LookupError):  # some systems lack some codecs
            codecs.lookup(module.name)
    from_bytes("Ваза стоит на столе.".encode("cp1251")).best()


def decode(content: bytes) -> str:
    """Return the text of a file, without byte order marks and colour codes.

    Raises `Refused` if the file is not text.
    """
    if not content.strip():
        return ""
    text = (
        _marked(content)
        or _declared(content)
        or _shifted(content)
        or _utf8(content)
        or _guessed(content)
    )
    text = _ESCAPES.sub("", text.lstrip("\ufeff"))
    if "\0" in text or len(_CONTROL.findall(text)) > 1 + len(text) // 500:
        raise Refused("unreadable")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    return ""


def _declared(content: bytes) -> str:
    """Return the text in the encoding that the file declares.

    Return "" if the file declares no encoding or a wrong one.
    """
    head = content[:DECLARATION_BYTES]
    for pattern in _DECLARED:
        named = pattern.search(head)
        if named is not None:
            encoding = named.group(1).decode("ascii", "ignore").lower()
            text = _strictly(content, _usual_name(encoding))
            if text and not _CONTROL.search(text):
                return text
    return ""


def _shifted(content: bytes) -> str:
    """Return the text if its encoding switches scripts by escape sequences (ISO-2022), else ""."""
    return _strictly(content, "iso2022_jp_2") if b"\x1b$" in content[:SAMPLE_BYTES] else ""


def _usual_name(encoding: str) -> str:
    """Return the encoding that a declared name means in practice.

    For example, browsers read Latin-1 as windows-1252 (WHATWG Encoding).
    """
    if encoding in ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"):
        return "cp1252"
    if encoding in ("gb2312", "gbk"):
        return "gb18030"
    return {"utf-16": "utf-8", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}.get(encoding, encoding)


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return ""


def _utf8(content: bytes) -> str:
    """Return the text if it is UTF-8.

    A few broken characters are allowed, as in a truncated log.
    """
    text = content.decode("utf-8", "replace")
    broken, beyond = text.count("\ufffd"), sum(map(len, _BEYOND_ASCII.findall(text)))
    if "\0" in text[:SAMPLE_BYTES] or broken > beyond // 50 + (1 if beyond - broken > 8 else 0):
        return ""
    return text


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def _guessed(content: bytes) -> str:
    sample = _sample(content)
    ranked = sorted(_scored(content, sample), reverse=True)
    for score, encoding in ranked:
        if score < _LEAST_SCORE:
            break
        if text := _strictly(content, encoding):
            return text
    found = from_bytes(sample).best()
    if found is None or found.coherence < _LEAST_COHERENCE or found.chaos > _MOST_CHAOS:
        raise Refused("unreadable")
    text = _strictly(content, found.encoding)
    if not text:
        raise Refused("unreadable")
    return text


def _sample(content: bytes) -> bytes:
    """Return enough lines with non-ASCII bytes to recognise the encoding."""
    if b"\0" in content[:SAMPLE_BYTES]:
        return content[:SAMPLE_BYTES]
    lines: list[bytes] = []
    left = SAMPLE_BYTES
    for line in content.splitlines(keepends=True):
        if left > 0 and not line.isascii():
            lines.append(line[:SAMPLE_BYTES])
            left -= len(line)
    return b"".join(lines)


def _scored(content: bytes, sample: bytes) -> Iterator[tuple[float, str]]:
    if len(content) % 2 == 0:
        start = content[: len(sample) // 2 * 2] if b"\0" in sample else content[:SAMPLE_BYTES]
        for encoding in _WIDE:
            yield _score(_strictly(start, encoding)), encoding
    if b"\0" in sample:
        return
    proposed = [match.encoding for match in from_bytes(sample)]
    for place, encoding in enumerate(dict.fromkeys((*_USUAL, *proposed))):
        cost = place * _PLACE_COST + (0 if encoding in _USUAL else _UNUSUAL_COST)
        yield _score(sample.decode(encoding, "replace")) - cost, encoding


def _score(text: str) -> float:
    """Score how much a text looks like one language.

    The right encoding scores 1 or more. Random bytes score below 0.
    """
    if not text or _CONTROL.search(text):
        return -1.0
    beyond = Counter(char for char in text if char > "\x7f")
    if not beyond:
        return 0.9 if text.isprintable() or "\n" in text else -1.0
    total = sum(beyond.values())
    fits = dict.fromkeys(_names(), -1.0 * total)
    for char, count in beyond.items():
        for name, weight in _weights(char).items():
            fits[name] += (weight + 1.0) * count
    capitals = sum(count for char, count in beyond.items() if char.isupper())
    return (max(fits.values()) - 2.0 * _oddities(text) - 0.4 * capitals) / total


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return (*ALPHABETS, "zh", "ja", "ko")


@lru_cache(maxsize=4096)
def _weights(char: str) -> dict[str, float]:
    """Return how well a character fits each language.

    Languages that do not use the character are left out.
    """
    if char in MARKS:
        return dict.fromkeys(_names(), 0.6)
    if unicodedata.combining(char):
        return {"ar": 0.6, "vi": 0.6, "th": 0.6, "he": 0.1}
    if char >= "\u3000":
        return _wide(char)
    low = char.lower()
    return {name: weight for name, letters in ALPHABETS.items() if (weight := letters.get(low))}


def _wide(char: str) -> dict[str, float]:
    if "\u3040" <= char <= "\u30ff":
        return {"ja": 1.2}
    if "\uac00" <= char <= "\ud7a3":
        return {"ko": 1.1 if is_common_hangul(char) else -0.5}
    if "\u4e00" <= char <= "\u9fff":
        return _han(char)
    signs = char <= "\u301f" or "\uff01" <= char <= "\uff5e"
    return dict.fromkeys(("zh", "ja", "ko"), 1.0) if signs else {}


def _han(char: str) -> dict[str, float]:
    if char in FREQUENT_HAN:
        return {"zh": 1.6, "ja": 0.8, "ko": 0.0}
    common = is_common_han(char)
    return {
        "zh": 0.9 if common.chinese else -0.2,
        "ja": 0.8 if common.japanese else -0.4,
        "ko": 0.0,
    }


_WORD = re.compile(r"[^\W\d_]+")
_LATIN_AND_OTHER = re.compile(r"[a-zA-Z][\u0370-\u0fff]|[\u0370-\u0fff][a-zA-Z]")
_FINAL_INSIDE = re.compile(r"[ךםןףץ](?=[א-ת])")
"""Hebrew letters that only occur at the end of a word."""
_WIDE_LETTER = re.compile(r"[\u3040-\ud7ff]")
_LATIN_AND_WIDE = re.compile(r"[a-zA-Z][\u3040-\ud7ff]|[\u3040-\ud7ff][a-zA-Z]")
_MARK_INSIDE = re.compile(r"(?<=[^\W\d_])[^\w\s'’ʼ.,:;/@·&+()\u0300-\u1cff-](?=[^\W\d_])")


def _oddities(text: str) -> int:
    """Count capitals after small letters, words of two scripts, and signs inside words."""
    odd = (
        len(_FINAL_INSIDE.findall(text))
        + len(_LATIN_AND_OTHER.findall(text))
        + len(_MARK_INSIDE.findall(text))
    )
    wide = len(_WIDE_LETTER.findall(text))
    # In Chinese and Japanese text, Latin words often have no space around them.
    if wide < len(text) // 5:
        odd += len(_LATIN_AND_WIDE.findall(text))
    for word in _WORD.findall(text):
        rest = word[1:]
        if not (rest.islower() or rest.isupper() or rest.lower() == rest.upper()):
            odd += sum(one.islower() and two.isupper() for one, two in zip(word, rest))
        elif rest.isupper() and word[:1].islower():
            odd += len(rest)
    return odd
