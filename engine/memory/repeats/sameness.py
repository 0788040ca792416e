"""Whether two questions may share an answer: what a cosine does not see is looked for in their words; pure.

Questions whose vectors nearly coincide differ most often by a name, by a number, by a negation, or
by who does what to whom. Each of these is a veto. Word lists are English where not said otherwise;
a word of a script without capital letters that differs counts as a name, since nothing tells it
from one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from engine.memory.repeats.roles import roles_differ
from engine.memory.search.words import STOPWORDS, listed, stem, words

NEAR = 0.973
CHANGE = 0.004
"""A question that is as near although more of its words differ is more surely the same: what each word counts for.

Both were chosen on the development half of Quora's question pairs (``benchmarks/answer_cache.py``).
"""

# A word with its apostrophes, and the signs that names of things of computing end or begin with:
# C++, C#, .NET.
_TOKEN = re.compile(r"\.?\w+(?:'\w+)*(?:\+\+|#)?")
_SENTENCE_BEFORE = re.compile(r"(?:^|[.!?:\"(])\s*$")
_DIGITS = re.compile(r"\d+")
_NEGATIONS = listed(
    "not no never none nothing nobody neither nor without cannot cant dont doesnt didnt isnt wont "
    "nicht kein keine nie ohne ne pas jamais sans nunca sin non senza não nem sem "
    "не нет без никогда ні нема değil yok"
)
_FUNCTION_WORDS = STOPWORDS - _NEGATIONS - listed("more most")
# Without "one", which is hardly ever a number.
_COUNTED = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
_NUMBERS = {word: str(value) for value, word in enumerate(_COUNTED.split(), 2)}
_OPPOSITES = (
    "good bad|best worst|increase decrease|increase reduce|gain lose|buy sell|love hate|male female|man woman|"
    "men women|boy girl|boyfriend girlfriend|husband wife|father mother|before after|north south|east west|"
    "more less|most least|high low|hot cold|big small|large small|young old|new old|rich poor|happy sad|"
    "advantage disadvantage|pros cons|true false|right wrong|left right|black white|first last|start stop|"
    "start end|open close|install uninstall|delete recover|enable disable|legal illegal|possible impossible|"
    "import export|upload download|give take|win lose|accept reject|add remove|easy hard|fast slow|strong weak|"
    "safe dangerous|public private|online offline|internal external|positive negative|long short|maximum minimum|"
    "input output|hire fire|borrow lend|debit credit|follow unfollow|block unblock|lock unlock|like dislike|"
    "hardware software|inside outside|cause prevent|cause cure|encrypt decrypt|encode decode|connect disconnect|"
    "save delete|show hide|push pull"
)
_ANTONYMS = frozenset(
    frozenset((stem(first), stem(second)))
    for first, second in (pair.split() for pair in _OPPOSITES.split("|"))
)
_TIMELY = listed(
    "now today tonight tomorrow yesterday current currently latest recent recently weather time date news "
    "heute jetzt aujourd'hui maintenant hoy ahora oggi adesso hoje agora сегодня сейчас зараз сьогодні bugün şimdi"
)
_POINTING = listed(
    "it this that these those they them he she him her above here previous last again"
)
PERSONAL = listed(
    "i i'm i've i'd i'll me my mine myself we we're us our ours ich mir mein je mon yo mi eu meu io mio я мой"
)


@dataclass(frozen=True)
class Word:
    """A word of a question: as compared, whether it only serves grammar, and whether it may be a name."""

    stem: str
    serves: bool
    name: bool


@dataclass(frozen=True)
class Question:
    """A question taken apart once, to be compared with many."""

    words: tuple[Word, ...]
    numbers: Counter[str]
    negations: int
    asks_where: bool

    @classmethod
    def of(cls, text: str) -> Question:
        """Take a question apart."""
        text = unicodedata.normalize("NFKC", text).replace("’", "'")
        plain = [match.group().casefold() for match in _TOKEN.finditer(text)]
        numbers = Counter(str(int(run)) for run in _DIGITS.findall(text))
        numbers.update(_NUMBERS[word] for word in plain if word in _NUMBERS)
        negations = sum(word in _NEGATIONS or word.endswith("n't") for word in plain)
        return cls(tuple(_words(text)), numbers, negations, "where" in plain)


def _words(text: str) -> list[Word]:
    found = []
    for match in _TOKEN.finditer(text):
        token, begins = match.group(), bool(_SENTENCE_BEFORE.search(text[: match.start()]))
        folded = token.casefold()
        serves, name = folded in _FUNCTION_WORDS, _may_be_name(token, begins=begins)
        parts = (
            words(folded) if len(words(folded)) > 1 else [folded]
        )  # scripts without spaces come in pairs
        found += [Word(stem(part), serves, name) for part in parts]
    return found


def _may_be_name(token: str, *, begins: bool) -> bool:
    """Say whether a word may be a name: a capital within a sentence, a digit or sign, or a script without case."""
    if any(char.isdigit() for char in token) or not token.replace("'", "").isalnum():
        return True
    first = token[0]
    if first.lower() == first.upper():
        return first.isalpha()
    return (first.isupper() and not begins) or any(char.isupper() for char in token[1:])


def exact_form(question: str) -> str:
    """Return the form in which two questions are the very same: case, spacing and marks apart, words and order kept."""
    text = unicodedata.normalize("NFKC", question).replace("’", "'").casefold()
    return " ".join(match.group() for match in _TOKEN.finditer(text))


def veto(one: Question, other: Question) -> str:
    """Return why two questions must not share an answer, in one word, or nothing."""
    gone, come = _difference(one, other), _difference(other, one)
    for reason, holds in (
        ("number", one.numbers != other.numbers),
        ("negation", one.negations != other.negations),
        ("antonym", any(frozenset((a, b)) in _ANTONYMS for a in gone for b in come)),
        ("name", _names(one, gone) or _names(other, come)),
        ("role", roles_differ(one.words, other.words)),
        ("place", one.asks_where != other.asks_where),
    ):
        if holds:
            return reason
    return ""


def _difference(one: Question, other: Question) -> Counter[str]:
    mine = Counter(word.stem for word in one.words if not word.serves)
    return mine - Counter(word.stem for word in other.words if not word.serves)


def _names(question: Question, differing: Counter[str]) -> bool:
    return any(word.name and word.stem in differing for word in question.words)


def changes(one: Question, other: Question) -> int:
    """Count what differs: words that serve grammar and words on one side once, words that stand for others twice."""
    serving = [Counter(word.stem for word in side.words if word.serves) for side in (one, other)]
    moved = sum(((serving[0] - serving[1]) + (serving[1] - serving[0])).values())
    return moved + sum(_difference(one, other).values()) + sum(_difference(other, one).values())


def near(one: Question, other: Question, cosine: float) -> bool:
    """Say whether vectors of this cosine make two questions the same, vetoes apart."""
    return cosine + CHANGE * changes(one, other) >= NEAR


def lasting(question: str) -> bool:
    """Say whether a question has the same answer tomorrow, and without what was said before it."""
    found = words(question)
    return len(found) > 1 and _TIMELY.isdisjoint(found) and _POINTING.isdisjoint(found)


def personal(question: str) -> bool:
    """Say whether a question is about who asks it."""
    return not PERSONAL.isdisjoint(words(question))
