"""The letters of languages, as far as they help to recognise an encoding.

An alphabet maps non-ASCII letters to a weight for the language: 1.2 for frequent letters, 0.8 for
other letters, 0.3 for letters that hardly occur.
"""

from __future__ import annotations

from typing import NamedTuple

MARKS = frozenset("“”‘’‚„«»‹›–—…•·€£©®™°§№¿¡×½¼¾ºª\u00a0\u00ad\u200e\u200f\u200c،؛؟־׳״฿₽₴₪¹²³")
"""Punctuation that occurs in texts of any language."""


def _alphabet(frequent: str, others: str = "", rare: str = "") -> dict[str, float]:
    return {
        **dict.fromkeys(rare, 0.3),
        **dict.fromkeys(others, 0.8),
        **dict.fromkeys(frequent, 1.2),
    }


ALPHABETS: dict[str, dict[str, float]] = {
    "de": _alphabet("äöüß", "", "éàè"),
    "fr": _alphabet("éèàç", "êâîôûùïë", "œæüÿ"),
    "es": _alphabet("áéíóñ", "úü"),
    "pt": _alphabet("ãçáéí", "õóúâêôà", "ü"),
    "it": _alphabet("àèéìòù", "", "îó"),
    "nl": _alphabet("éëï", "öüèáó"),
    "sv": _alphabet("åäö", "é", "üàè"),
    "da": _alphabet("æøå", "é"),
    "is": _alphabet("ðþæöáí", "éóúý"),
    "pl": _alphabet("ąęłóż", "ćśńź"),
    "cs": _alphabet("áíěéřšž", "čýůúťďň", "ó"),
    "sk": _alphabet("áíéčšž", "ýťúľňôäď", "óŕĺ"),
    "hu": _alphabet("áéöő", "óíüúű"),
    "ro": _alphabet("ăîșț", "âşţ"),
    "hr": _alphabet("čšž", "ćđ"),
    "tr": _alphabet("ıişğüçö", "â", "îû"),
    "et": _alphabet("äõüö", "šž"),
    "lv": _alphabet("āīēš", "ūņļķģčž"),
    "lt": _alphabet("ėšųž", "ąęįūč"),
    "vi": _alphabet("đăâêôơư", "àáãèéìíòóõùúý", "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉĩịọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ"),
    "ru": _alphabet("оеаинтсрвлкмдп", "уяыьгзбчйхжшюцщэф", "ёъ"),
    "uk": _alphabet("оаинтіверкслдм", "пуязьбгчйхїєжшюцщ", "фґ"),
    "bg": _alphabet("аоиетнрсвлкпдм", "ъзгбуячщцхжшй", "юф"),
    "sr": _alphabet("аиоенртсјкудвмлп", "гзбчшцжњљћхђ", "фџ"),
    "el": _alphabet("αοιετσνηυρπκμλς", "ωδγχθφβξζψάέήίόύώ", "ϊϋΐΰ"),
    "he": _alphabet("יוהלאתרבשמנ", "םעדחקכפגטצזןסךף", "ץ"),
    "ar": _alphabet("اليمنوترعبهدفسة", "كحقجشصطخضثذزأإىئءغ", "ؤآظپچژگًٌٍَُِّْ"),
    "th": _alphabet("านรอกเง่มยลว้ดทสตะปบคห", "ีัาิุูแใไโจชพขำถผซณฟศภธญฉฎฐฏฑฒฬษ์็ฝๆฯฮื"),
}

FREQUENT_HAN = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最"
    "重并物手应向头文体政美相见被利什二等产或新己制身果加月话合回特代内信表化老给世位次度门任常先"
    "通教原东提立及比员解水名真论处走义各入几口认条平系气题活更别打女变四神总何电数安少报才结反受"
    "请号付日期每窗户房租元本店价品单量件共计電這個們來為國說時對會過發後學開問門無長車東見點關"
    "當經種還進實現動員處題條應體請號價單貨錢館書報數總務區點類寫買賣"
)


class Common(NamedTuple):
    """Whether a character is common in Chinese, and whether it is common in Japanese."""

    chinese: bool
    japanese: bool


def is_common_han(char: str) -> Common:
    """Look a character up in the first levels of GB 2312, Big5 and JIS X 0208.

    These levels hold the common characters.
    """
    return Common(
        _lead(char, "gb2312") <= 0xD7 or _lead(char, "big5") <= 0xC6,
        _lead(char, "euc_jp") <= 0xCF,
    )


def is_common_hangul(char: str) -> bool:
    """Return whether a syllable is one of the 2,350 of KS X 1001."""
    return 0xB0 <= _lead(char, "euc_kr") <= 0xC8


def _lead(char: str, encoding: str) -> int:
    try:
        return char.encode(encoding)[0]
    except UnicodeEncodeError:
        return 0xFF
