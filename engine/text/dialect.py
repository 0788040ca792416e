r"""The Markdown that chat models write.

It is CommonMark with tables and strikethrough, without the rules that would lose a part of a
model's text. Three kinds of rules are left out. The first is raw HTML, except a few tags. The
second is link references, because ``[^1]: note`` would vanish. The third is underlined headings,
because a line of dashes would turn the text above it into a heading while the answer grows. Some
rules are added: bare links, code-like names such as ``__init__``, ``2*3*4``, formulas, sums whose
lines begin with a sign, spoilers, and rows with more cells than the table's head.

All functions accept any text, including the beginning of a text that is still growing. They never
raise, and their time is linear in the text's length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.ruler import Ruler
from markdown_it.token import Token

from engine.text import block_rules, formula_rules, inline_rules, tag_rules, well_formed
from engine.text.block_rules import COUNTED_MARK

# The parser would drop blocks that are nested deeper, so `parse_blocks` reports them instead. The
# limit for brackets within a line is lower, because the time for a row of opening brackets grows
# with their depth.
_MAX_NESTING = 60
_MAX_BRACKETS = 10
_UNUSED = ("reference", "html_block", "lheading", "html_inline", "entity", "autolink")

# A link may lead to the web, a mailbox, a place in the same text, or a file. A link with any other
# target (``f[x](y)``) is shown as text.
_ADDRESS = re.compile(
    r"(?:https?://|tg://|mailto:|tel:)[^\s<>]+$|#[\w-]{2,}$|\.{0,2}/[\w.~%-][^\s<>]*$"
    r"|[\w.%-]+(?:/[\w.%-]+)*\.(?:md|html?|txt|pdf|py|[jt]sx?|json|ya?ml|toml|png|jpe?g|svg|csv|sh)"
    r"(?:#\S*)?$",
    re.IGNORECASE,
)
_ANY_MARK = re.compile(r"[\\`*_~\[<$\n&]|://|\|\|")
_MARK = re.compile(r"[\\`*_~\[\]<$]")
# If a text has such a large share of marks, it is a drawing or an attack. Each mark takes the
# parser as much time as a hundred letters, so the text is shown as written.
_SHORT_CHARACTERS, _MOST_MARKS = 1200, 0.3
_FEW_CHARACTERS, _DRAWING_MARKS = 200, 0.8


_COUNTED = re.compile(f"{COUNTED_MARK}(\\d{{1,9}}){COUNTED_MARK}")


class _Parser(MarkdownIt):
    """CommonMark whose links keep their address as written.

    Links that lead to no address stay text.
    """

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's name
        return not url or _ADDRESS.match(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name
        return url


def _build() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.enable(["strikethrough", "table"]).disable(list(_UNUSED))
    _add_blocks(parser.block.ruler)
    _add_inlines(parser.inline.ruler)
    return parser


def _add_blocks(ruler: Ruler[RuleFuncBlockType]) -> None:
    ends_text = ["paragraph", "reference", "blockquote", "list"]
    ruler.at("table", block_rules.table, {"alt": ["paragraph", "reference"]})
    ruler.before("table", "math_block", formula_rules.math_block, {"alt": ends_text})
    ruler.before("code", "deep_fence", block_rules.deep_fence, {"alt": ends_text})
    ruler.at("blockquote", block_rules.quote, {"alt": ends_text})
    ruler.at("list", block_rules.listing, {"alt": ["paragraph", "reference", "blockquote"]})


def _add_inlines(ruler: Ruler[RuleFuncInlineType]) -> None:
    ruler.at("text", inline_rules.text)
    ruler.after("text", "url", inline_rules.bare_url)
    ruler.before("escape", "math", formula_rules.math_inline)
    ruler.before("emphasis", "code_name", inline_rules.code_name)
    for name, rule in (
        ("angle_url", inline_rules.angle_url),
        ("tag", tag_rules.tag),
        ("char_reference", tag_rules.reference),
        ("spoiler", inline_rules.spoiler),
    ):
        ruler.push(name, rule)


_PARSER = _build()


def clean(markdown: str) -> str:
    """Return the text with line feeds as line ends, without unencodable characters."""
    text = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return well_formed(text)
    return text


# A message is measured, cut and rendered, so the results for the last few texts are cached. Callers
# must not change the tokens.
@lru_cache(maxsize=8)
def parse_blocks(text: str) -> tuple[Token, ...] | None:
    """Return the block tokens of a cleaned text, or None if it nests too deeply for the parser."""
    tokens: list[Token] = []
    _PARSER.block.parse(text, _PARSER, {}, tokens)
    if any(token.level >= _MAX_NESTING - 1 for token in tokens):
        return None
    _number(tokens)
    _keep_signs(tokens)
    for token in tokens:
        if token.type == "code_block":
            token.content = _at_the_edge(token.content)
    return tuple(tokens)


def _at_the_edge(code: str) -> str:
    """Return indented code without one to three superfluous spaces before all of its lines.

    A model that indents code below ``1.`` by eight spaces leaves one of them in the code, and a
    copy of the code would not run.
    """
    lines = [line for line in code.split("\n") if line.strip()]
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines), default=0)
    return re.sub(rf"^ {{1,{margin}}}", "", code, flags=re.MULTILINE) if 0 < margin < 4 else code


def counted(number: int) -> str:
    """Return the prefix of a list item whose shown number differs from the written number."""
    return f"{COUNTED_MARK}{number}{COUNTED_MARK}"


def _number(tokens: list[Token]) -> None:
    """Set the shown number of each item of an ordered list, in ``meta``.

    It is the written number, or the number in `counted`. If the model wrote the same number again
    (``1. 1. 1.``, also with bullets between), the shown number is one more than the previous one.
    ``jumps`` is set if a browser would count differently.
    """
    lists: list[_Numbers] = []
    ended: dict[int, _Numbers] = {}  # keyed by the index of a list's end token
    for place, token in enumerate(tokens):
        if token.type.endswith("list_open"):
            lists.append(_Numbers(place, *_before_bullets(tokens, place, ended)))
        elif token.type.endswith("list_close"):
            ended[place] = lists.pop()
        elif token.type == "list_item_open" and token.info:
            token.meta = lists[-1].next_item(token.info, _take_count(tokens, place))


@dataclass
class _Numbers:
    """The numbers of a list that began at `place`: the last shown and the last written number."""

    place: int
    shown: int = 0
    written: str = ""
    first: bool = True

    def next_item(self, written: str, count: int) -> dict[str, int | bool]:
        before, again = self.shown, written == self.written
        self.shown = count or (before + 1 if again else int(written))
        natural = int(written) if self.first else before + 1
        self.written, self.first = written, False
        return {"number": self.shown, "jumps": self.shown != natural}


def _before_bullets(tokens: list[Token], place: int, ended: dict[int, _Numbers]) -> tuple[int, str]:
    """Return the last number, as shown and as written, of an ordered list.

    Only a list of bullets separates it from the list at `place`. The result is (0, "") if there is
    no such list.
    """
    bullets = ended.get(place - 1)
    if tokens[place].type != "ordered_list_open" or bullets is None:
        return 0, ""
    numbers = ended.get(bullets.place - 1)
    between = tokens[place - 1].type == "bullet_list_close"
    return (numbers.shown, numbers.written) if numbers and between else (0, "")


def _keep_signs(tokens: list[Token]) -> None:
    """Record the bullet lists whose marks are signs of numbers.

    These are lists with ``+``, and lists with ``-`` directly beside such a list.
    """
    opened: list[int] = []
    signed: set[int] = set()
    # The index of the last list's end token, and the index of its start token.
    closed_at, last = -1, -1
    for place, token in enumerate(tokens):
        if token.type == "bullet_list_open":
            beside = closed_at == place - 1 and "+" in (tokens[last].markup, token.markup)
            signed |= {last, place} if beside else {place} if token.markup == "+" else set()
            opened.append(place)
        elif token.type == "bullet_list_close":
            closed_at, last = place, opened.pop()
    for place in signed:
        tokens[place].meta = {"signs": True}


def _take_count(tokens: list[Token], place: int) -> int:
    inline = next(
        (token for token in tokens[place + 1 : place + 3] if token.type == "inline"), None
    )
    match = inline and _COUNTED.match(inline.content)
    if not inline or not match:
        return 0
    inline.content = inline.content[match.end() :]
    return int(match.group(1))


def parse_inline(content: str) -> list[Token]:
    """Return the tokens of a paragraph's content."""
    if not _ANY_MARK.search(content):
        return [Token("text", "", 0, content=content)]
    if len(content) > _FEW_CHARACTERS and _too_many_marks(content):
        return _lines(content)
    return _inline(content).tokens


def _inline(content: str) -> inline_rules.Inline:
    state = inline_rules.Inline(content, _PARSER, {}, [])
    state.level = _MAX_NESTING - _MAX_BRACKETS
    _PARSER.inline.tokenize(state)
    for rule in _PARSER.inline.ruler2.getRules(""):
        rule(state)
    return state


def open_marks(content: str) -> list[str]:
    """Return the marks of emphasis that are open at a paragraph's end, the outermost first."""
    if len(content) > _FEW_CHARACTERS and _too_many_marks(content):
        return []
    found: list[str] = []
    left = [mark for mark in _inline(content).delimiters if mark.end < 0 and mark.open]
    while left:
        first, marker = left[0], chr(left[0].marker)
        double = (
            len(left) > 1 and left[1].marker == first.marker and left[1].token == first.token + 1
        )
        del left[: 2 if double else 1]
        found.append(marker * (2 if double or marker == "~" else 1))
    return found


def _too_many_marks(content: str) -> bool:
    share = len(_MARK.findall(content)) / len(content)
    return share > (_MOST_MARKS if len(content) > _SHORT_CHARACTERS else _DRAWING_MARKS)


def _lines(content: str) -> list[Token]:
    first, *others = content.split("\n")
    tokens = [Token("text", "", 0, content=first)]
    for line in others:
        tokens += [Token("softbreak", "br", 0), Token("text", "", 0, content=line)]
    return tokens
