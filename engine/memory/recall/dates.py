"""Recognise words of time in questions and lines. Pure functions, linear in the text's length.

The effect of the English words was measured. For the bot's other languages, the month names and the
most common words of time were added without a measurement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone

from engine.memory.search.words import fold, listed, words

_MONTHS = (
    "january januar janvier enero gennaio janeiro январь января январе січень січня січні "
    "ocak januari styczeń stycznia styczniu ژانویه يناير جنوری जनवरी",
    "february februar février febrero febbraio fevereiro февраль февраля феврале лютий "
    "лютого лютому şubat februari luty lutego lutym فوریه فبراير फ़रवरी फरवरी",
    "march märz marzo março март марта марте березень березня березні mart maart marzec "
    "marca marcu maret مارس मार्च",
    "april avril abril aprile апрель апреля апреле квітень квітня квітні nisan kwiecień "
    "kwietnia kwietniu آوریل أبريل अप्रैल",
    "may mai mayo maggio maio май мая мае травень травня травні mayıs mei maj maja maju مايو मई",
    "june juni juin junio giugno junho июнь июня июне червень червня червні haziran czerwiec "
    "czerwca czerwcu ژوئن يونيو जून",
    "july juli juillet julio luglio julho июль июля июле липень липня липні temmuz lipiec "
    "lipca lipcu ژوئیه يوليو जुलाई",
    "august août agosto август августа августе серпень серпня серпні ağustos augustus "
    "sierpień sierpnia sierpniu agustus اوت أغسطس अगस्त",
    "september septembre septiembre settembre setembro сентябрь сентября сентябре вересень "
    "вересня вересні eylül wrzesień września wrześniu سپتامبر سبتمبر सितंबर सितम्बर",
    "october oktober octobre octubre ottobre outubro октябрь октября октябре жовтень жовтня "
    "жовтні ekim październik października październiku اکتبر أكتوبر अक्टूबर अक्तूबर",
    "november novembre noviembre novembro ноябрь ноября ноябре листопад листопада листопаді "
    "kasım listopad listopada listopadzie نوامبر نوفمبر नवंबर नवम्बर",
    "december dezember décembre diciembre dicembre dezembro декабрь декабря декабре грудень "
    "грудня грудні aralık grudzień grudnia grudniu desember دسامبر ديسمبر दिसंबर दिसम्बर",
)
# Thai has no blanks, so the names are searched in the text.
_THAI_MONTHS = (
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"
)
# Chinese, Japanese, Korean and Vietnamese number the months.
_COUNTED_MONTH = re.compile(
    r"(?<!\d)(1[0-2]|[1-9])[月월]|(十[一二]?|[一二三四五六七八九])月|\btháng (1[0-2]|[1-9])(?!\d)"
)
_HAN_NUMBERS = "一 二 三 四 五 六 七 八 九 十 十一 十二".split()  # noqa: SIM905 - easier to read
MONTHS = {fold(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
# "May" is also a verb. It counts as the month after a preposition, before a number, or with a
# capital letter inside a sentence.
_MAY_THE_MONTH = re.compile(
    r"(?i:\b(?:in|of|since|until|last|next|this|by|during)\s+may\b|\bmay\s+\d)|(?<=\w )May\b"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_WHEN = listed(
    "when date month year wann quand cuándo cuando quando когда коли zaman "
    "wanneer kiedy kapan متى कब"
)
# These are found anywhere in a folded text: phrases, and words of scripts without spaces.
_WHEN_PARTS = re.compile(
    fold(
        r"\bhow long\b|いつ|何時|何月|何日|何年|何曜|什么时候|何时|几点|几月|几号|哪天|哪年|"
        r"언제|몇 시|며칠|เมื่อไร|เมื่อไหร่|กี่โมง|วันไหน|khi nào|bao giờ|mấy giờ|"
        r"چه (?:زمان|وقت|ساعت|روز|تاریخ)"
    )
)
_TIME_PARTS = re.compile(
    fold(
        "昨日|今日|明日|先週|来週|今週|昨天|今天|明天|上周|下周|本周|曜日|星期|礼拜|"
        "어제|오늘|내일|지난주|다음 주|요일|เมื่อวาน|วันนี้|พรุ่งนี้|สัปดาห์|วันจันทร์|วันอังคาร|วันพุธ|"
        "พฤหัส|วันศุกร์|วันเสาร์|วันอาทิตย์|hôm qua|hôm nay|ngày mai|شنبه|جمعه"
    )
)
_TIME_WORDS = listed(
    "понедельник вторник среду четверг пятницу субботу воскресенье понеділок понеділка вівторок "
    "вівторка середу середи четвер четверга щочетверга п'ятницю суботу неділю "
    "yesterday today tonight tomorrow last next ago week weekend month year since recently monday "
    "tuesday wednesday thursday friday saturday sunday gestern heute morgen letzte nächste woche "
    "hier demain dernière prochaine semaine ayer hoy mañana semana ieri oggi domani settimana "
    "ontem hoje amanhã вчера сегодня завтра неделе неделю вчора сьогодні dün bugün yarın hafta "
    "gisteren vandaag week maand jaar wczoraj dziś dzisiaj jutro tygodniu miesiąc rok kemarin "
    "besok minggu bulan tahun tuần тиждень тижня тижні أمس اليوم غدا أسبوع कल आज "
    + fold("دیروز امروز فردا هفته")
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
    # An apostrophe joins endings (2024'te) and articles (d'août) to a word.
    found = {part for word in words(question) for part in word.split("'")}
    if "may" in found and not _MAY_THE_MONTH.search(question):
        found.discard("may")
    years = frozenset(int(word) for word in found if _YEAR.fullmatch(word))
    months = {MONTHS[word] for word in found if word in MONTHS} | _months_in(fold(question))
    return Dates(frozenset(months), years)


def _months_in(text: str) -> set[int]:
    """Return the months that are not separate words: ``3月``, ``tháng 3``, and Thai names."""
    counted = ("".join(match.groups("")) for match in _COUNTED_MONTH.finditer(text))
    numbers = {_HAN_NUMBERS.index(one) + 1 if one in _HAN_NUMBERS else int(one) for one in counted}
    names = enumerate(fold(_THAI_MONTHS).split(), 1)
    return numbers | {number for number, name in names if name in text}


def asks_when(question: str) -> bool:
    """Return whether a question asks for a time."""
    return bool(_WHEN.intersection(words(question)) or _WHEN_PARTS.search(fold(question)))


def tells_when(line: str, found: Iterable[str]) -> bool:
    """Return whether a line with the words `found` has a number or a word of time."""
    return (
        bool(_DIGITS.search(line))
        or not _TIME_WORDS.isdisjoint(found)
        or bool(_TIME_PARTS.search(fold(line)))
    )
