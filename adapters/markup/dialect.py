r"""The Markdown that chat models write: CommonMark with tables and strikethrough, less what eats their text.

Left out: raw HTML, character references, link references (``[^1]: note`` would vanish) and
underlined headings (a line of dashes would turn the text above it into a heading while the answer
grows). Added: bare links, code-like names such as ``__init__``, ``2*3*4``, LaTeX between ``\(`` and
``\)``, rows with more cells than the table's head.
"""

from __future__ import annotations

import re
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as parse_table
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from engine.text import well_formed

# Deeper nesting of blocks would be dropped by the parser; `parse_blocks` reports it instead.
# Brackets within a line are followed less deep: the time for a row of opening brackets grows with
# it.
_MAX_NESTING = 60
_MAX_BRACKETS = 10
_UNUSED = ("reference", "html_block", "lheading", "html_inline", "entity", "autolink")

# A host needs a dot or an IPv6 bracket: Telegram ignores a text_link to anything else, and the
# address would be lost.
_WEB = re.compile(r"(?:https?://(?:\[|[^\s/?#<>]*\.)|tg://)[^\s<>]*$", re.IGNORECASE)
_BARE_URL = re.compile(r"https?://[^\s<>\[\]`\\\"|\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)
_ANGLE_URL = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
# Both are bounded, so that many openers without an end cost linear time.
_LATEX = re.compile(
    r"\\(\()([^`]{1,400}?)\\(\))|\\(\[)([^`]{1,400}?)\\(\])|(\$\$)([^`$]{1,400})(\$\$)"
)
_CODE_NAME = re.compile(r"(_{1,2})([A-Za-z][A-Za-z0-9_]{0,60}?)\1(?![A-Za-z0-9_])")
_ANY_MARK = re.compile(r"[\\`*_~\[<$\n]|://")
# Before these a single asterisk is a glob, a pointer or a product, not the beginning of emphasis.
_NO_EMPHASIS_AFTER = frozenset(")]}.!?/\\@#$%^&<`")
_OPENING = frozenset("([{<“‘«\"'")


class _Parser(MarkdownIt):
    """CommonMark whose links are shown as written and lead to the web only; others stay text."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's name
        return not url or _WEB.match(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name
        return url


class _Inline(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: FBT001, N802, N803 - the parser's names
        """Decide as CommonMark does whether a run of marks opens or closes, but take ``2*3`` and ``x**2`` as text.

        ``**Note:**text`` closes: models write it, most of all in scripts without spaces, where the rule for
        punctuation leaves the marks visible.
        """
        scanned = super().scanDelims(start, canSplitWord)
        if self.src[start] != "*":
            return scanned
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        return _asterisks(scanned, before, after)


def _asterisks(scanned: Scanned, before: str, after: str) -> Scanned:
    opens, closes, length = scanned
    unspaced = _without_spaces(before) or _without_spaces(after)
    if before.isalnum() and after.isalnum() and not unspaced:
        return Scanned(can_open=False, can_close=closes and length > 1, length=length)
    if length > 1 or unspaced:
        closes = closes or not (before.isspace() or before in _OPENING)
        opens = opens or (_without_spaces(before) and not after.isspace())
    elif before in _NO_EMPHASIS_AFTER:
        opens = False
        closes = closes and before != "/"
    return Scanned(opens, closes, length)


def _without_spaces(char: str) -> bool:
    """Tell whether a character is of a script that sets no spaces between words (Thai, Chinese, …), or an emoji."""
    return "\u0e00" <= char <= "\u1cff" or "\u2e80" <= char < "\ud800" or char >= "\uf900"


def _bare_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Take an address as it stands, so that no mark in it is read as emphasis."""
    src, pos = state.src, state.pos
    if src[pos] != ":" or state.linkLevel or not src.startswith("://", pos):
        return False
    scheme = 5 if src[max(pos - 5, 0) : pos].lower() == "https" else 4
    start = pos - scheme
    match = _BARE_URL.match(src, max(start, 0), state.posMax)
    if not match or (start and src[start - 1].isalnum()):
        return False
    url = _without_tail(match.group())
    if len(url) <= scheme + 3 or not (silent or state.pending.endswith(url[:scheme])):
        return False
    if not silent:
        state.pending = state.pending[:-scheme]
        state.push("url", "", 0).content = url
    state.pos = start + len(url)
    return True


def _without_tail(url: str) -> str:
    """Leave punctuation that ends a sentence, or closes a bracket opened outside, to the text."""
    while url and (url[-1] in ".,;:!?'*_~" or (url[-1] in ")}" and not _balanced(url))):
        url = url[:-1]
    return url


def _balanced(url: str) -> bool:
    opening = "(" if url[-1] == ")" else "{"
    return url.count(opening) >= url.count(url[-1])


def _angle_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Take ``<https://…>``; any other ``<…>`` is text (``vector<std::string>``)."""
    match = (
        state.src[state.pos] == "<"
        and not state.linkLevel
        and _ANGLE_URL.match(state.src, state.pos, state.posMax)
    )
    if not match:
        return False
    if not silent:
        state.push("url", "", 0).content = match.group(1)
    state.pos = match.end()
    return True


def _latex(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    r"""Keep a formula as written; the backslash before its brackets goes, as that of every escape does."""
    match = state.src[state.pos] in "\\$" and _LATEX.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("text", "", 0).content = "".join(group for group in match.groups() if group)
    state.pos = match.end()
    return True


def _code_name(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Keep ``__init__``, ``__FILE__`` and ``_my_name_``; ``__Important__`` and ``_so_`` are emphasis."""
    src, pos = state.src, state.pos
    match = src[pos] == "_" and _CODE_NAME.match(src, pos, state.posMax)
    if not match or (pos and (src[pos - 1].isalnum() or src[pos - 1] == "_")):
        return False
    marks, name = match.group(1, 2)
    if "_" not in name and (len(marks) == 1 or name.istitle()):
        return False
    if not silent:
        state.pending += match.group()
    state.pos = match.end()
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Parse a table into one token whose ``meta`` has all cells as written, also those beyond the head's.

    A line without a bar ends it: models write their remark right below a table, which GFM would
    take as a row.
    """
    first = len(state.tokens)
    if not parse_table(state, start, end, silent):
        return False
    if not silent:
        below = (getLine(state, line) for line in range(start + 2, state.line))
        rows = [getLine(state, start), *takewhile(lambda line: "|" in line, below)]
        head = [cell for cell in state.tokens[first:] if cell.type == "th_open"]
        token = state.tokens[first]
        token.type, token.nesting = "table", 0
        token.meta = {
            "rows": [_cells(row) for row in rows],
            "right": [cell.attrGet("style") == "text-align:right" for cell in head],
        }
        del state.tokens[first + 1 :]
        state.line = start + 1 + len(rows)
    return True


def _cells(line: str) -> list[str]:
    line = line.strip()
    cells = [cell.strip() for cell in escapedSplit(line)]
    inner = cells[1:] if line.startswith("|") else cells
    return inner[:-1] if len(inner) > 1 and not inner[-1] else inner


def _build() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.enable(["strikethrough", "table"]).disable(list(_UNUSED))
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.after("text", "url", _bare_url)
    parser.inline.ruler.before("escape", "latex", _latex)
    parser.inline.ruler.before("emphasis", "code_name", _code_name)
    parser.inline.ruler.push("angle_url", _angle_url)
    return parser


_PARSER = _build()


def clean(markdown: str) -> str:
    """Return the text with line feeds as line ends and nothing that could not be encoded for a platform."""
    text = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return well_formed(text)
    return text


def parse_blocks(text: str) -> list[Token] | None:
    """Return the block tokens of a cleaned text, or None when it nests deeper than the parser follows."""
    tokens: list[Token] = []
    _PARSER.block.parse(text, _PARSER, {}, tokens)
    too_deep = any(token.level >= _MAX_NESTING - 1 for token in tokens)
    return None if too_deep else tokens


def parse_inline(content: str) -> list[Token]:
    """Return the tokens of a paragraph's content."""
    if not _ANY_MARK.search(content):
        return [Token("text", "", 0, content=content)]
    state = _Inline(content, _PARSER, {}, [])
    state.level = _MAX_NESTING - _MAX_BRACKETS
    _PARSER.inline.tokenize(state)
    for rule in _PARSER.inline.ruler2.getRules(""):
        rule(state)
    return state.tokens
