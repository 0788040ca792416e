"""Texts by language. The module of a language is imported when the language is first used.

Most chats use one or two of the twenty languages, and the texts of all languages take 6 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

T = TypeVar("T")

CODES = (
    "en", "es", "pt", "de", "fr", "ru", "zh", "hi", "ar", "it",
    "tr", "id", "vi", "pl", "nl", "uk", "fa", "ja", "ko", "th",
)  # fmt: skip
"""The languages that Pipit speaks, as ISO 639-1 codes, in the order of lists that people see."""


class LanguageTables(Mapping[str, T], Generic[T]):
    """The table of each language, from the modules of a package.

    Each module is named after the code of its language. `name` is the name of the table in the
    module. `kind`, the class of the table, has a field for each text, so that a missing text is a
    type error.
    """

    def __init__(self, package: str, kind: type[T], name: str = "WORDS") -> None:
        self._package, self._kind, self._name = package, kind, name
        self._loaded: dict[str, T] = {}

    @property
    def loaded(self) -> Mapping[str, T]:
        """Return the tables of the languages that have been used."""
        return self._loaded

    def __getitem__(self, code: str) -> T:
        if code not in CODES:
            raise KeyError(code)
        if code not in self._loaded:
            table = getattr(import_module(f"{self._package}.{code}"), self._name)
            if not isinstance(table, self._kind):
                raise TypeError(f"{self._package}.{code}.{self._name}: not {self._kind.__name__}")
            self._loaded[code] = table
        return self._loaded[code]

    def __contains__(self, code: object) -> bool:
        return code in CODES

    def __iter__(self) -> Iterator[str]:
        return iter(CODES)

    def __len__(self) -> int:
        return len(CODES)
