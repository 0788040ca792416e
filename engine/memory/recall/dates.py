"""Recognise words of time in questions and lines. Pure functions, linear in the text's length.

The effect of the English words was measured. For the bot's other languages, the month names and the
most common words were added in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from engine.memory.search.words import listed, words

_MONTHS = (
    "january januar janvier enero gennaio janeiro январь января январе січень січня січні ocak",
    "february februar février febrero febbraio fevereiro февраль февраля феврале лютий лютого "
    "лютому şubat",
    "march märz marzo março март марта марте березень березня березні mart",
    "april avril abril aprile апрель апреля апреле квітень квітня квітні nisan",
    "may mai mayo maggio maio май мая мае травень травня травні mayıs",
    "june juni juin junio giugno junho июнь июня июне червень червня червні haziran",
    "july juli juillet julio luglio julho июль июля июле липень липня липні temmuz",
    "august août agosto август августа августе серпень серпня серпні ağustos",
    "september septembre septiembre settembre setembro сентябрь сентября сентябре вересень "
    "вересня вересні eylül",
    "october oktober octobre octubre ottobre outubro октябрь октября октябре жовтень жовтня "
    "жовтні ekim",
    "november novembre noviembre novembro ноябрь ноября ноябре листопад листопада листопаді kasım",
    "december dezember décembre diciembre dicembre dezembro декабрь декабря декабре грудень "
    "грудня грудні aralık",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
# "May" is also a verb. It counts as the month after a preposition, before a number, or with a
# capital letter inside a sentence.
_MAY_THE_MONTH = re.compile(
    r"(?i:\b(?:in|of|since|until|last|next|this|by|during)\s+may\b|\bmay\s+\d)|(?<=\w )May\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_WHEN = listed("when date month year wann quand cuándo cuando quando когда коли zaman")
_HOW_LONG = re.compile(r"\bhow long\b", re.IGNORECASE)
_TIME_WORDS = listed(
    "yesterday today tonight tomorrow last next ago week weekend month year since recently monday "
    "tuesday wednesday thursday friday saturday sunday gestern heute morgen letzte nächste woche "
    "hier demain dernière prochaine semaine ayer hoy mañana semana ieri oggi domani settimana "
    "ontem hoje amanhã вчера сегодня завтра неделе неделю вчора сьогодні dün bugün yarın hafta"
).union(MONTHS)
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True)
class Dates:
    """The months (1-12) and years that a question names."""

    months: frozenset[int]
    years: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.months or self.years)

    def match(self, at: float) -> bool:
        """Return whether a Unix time, read in UTC, lies in a named month and year."""
        if not self:
            return False
        day = datetime.fromtimestamp(at, timezone.utc)
        return (not self.months or day.month in self.months) and (
            not self.years or day.year in self.years
        )


def named_dates(question: str) -> Dates:
    """Return the months and years that a question names."""
    found = set(words(question))
    if "may" in found and not _MAY_THE_MONTH.search(question):
        found.discard("may")
    years = frozenset(int(word) for word in found if _YEAR.fullmatch(word))
    return Dates(frozenset(MONTHS[word] for word in found if word in MONTHS), years)


def asks_when(question: str) -> bool:
    """Return whether a question asks for a time."""
    return bool(_WHEN.intersection(words(question)) or _HOW_LONG.search(question))


def tells_when(line: str, found: Iterable[str]) -> bool:
    """Return whether a line with the words `found` has a number or a word of time."""
    return bool(_DIGITS.search(line)) or not _TIME_WORDS.isdisjoint(found)
