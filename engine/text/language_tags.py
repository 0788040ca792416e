"""The primary language of an IETF language tag."""

from __future__ import annotations

# These codes were withdrawn and have successors. Some clients still send them: Android sends ``in``
# for Indonesian. The source is the "Preferred-Value" field of the IANA language subtag registry.
_OLD_CODES = {"in": "id", "iw": "he", "ji": "yi", "jw": "jv", "mo": "ro"}
# Country codes that are often written in place of a language code.
_COUNTRIES = {"ua": "uk", "jp": "ja", "cn": "zh", "vn": "vi"}
_SUCCESSORS = {**_OLD_CODES, **_COUNTRIES}


def primary_language(tag: str) -> str:
    """Return the code of a tag's language in lower case, such as ``pt`` for ``pt-BR``.

    A withdrawn code is replaced by its successor, and a country's code by its language. The tag
    may contain underscores, as locales do.
    """
    code = tag.strip().replace("_", "-").split("-")[0].lower()
    return _SUCCESSORS.get(code, code)
