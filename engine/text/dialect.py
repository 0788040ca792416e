r"""The Markdown that chat models write: CommonMark with tables and strikethrough, without what loses their text.

Left out: raw HTML, character references, link references (``[^1]: note`` would vanish) and
underlined headings (a line of dashes would turn the text above it into a heading while the answer
grows). Added: bare links, code-like names such as ``__init__``, ``2*3*4``, LaTeX between ``\(`` and
``\)``, rows with more cells than the table's head.

All functions take any text, also the beginning of a text that is still growing, never raise, and
cost time linear in its length.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.text import block_rules, inline_rules, well_formed

# The parser would drop blocks that nest deeper; `parse_blocks` reports them instead. Brackets
# within a line are followed less deep, because the time for a row of opening brackets grows with
# their depth.
_MAX_NESTING = 60
_MAX_BRACKETS = 10
_UNUSED = ("reference", "html_block", "lheading", "html_inline", "entity", "autolink")

# A host needs a dot or an IPv6 bracket: Telegram ignores a text_link to anything else, and the
# address would be lost.
_WEB = re.compile(r"(?:https?://(?:\[|[^\s/?#<>]*\.)|tg://)[^\s<>]*$", re.IGNORECASE)
_ANY_MARK = re.compile(r"[\\`*_~\[<$\n]|://")
_MARK = re.compile(r"[\\`*_~\[\]<$]")
# A text of which so large a share is marks is a drawing or hostile, and each mark costs the parser
# as much as a hundred letters. It is shown as written.
_SHORT_CHARACTERS, _MOST_MARKS = 1200, 0.3


class _Parser(MarkdownIt):
    """CommonMark whose links are shown as written and lead to the web only; others stay text."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's name
        return not url or _WEB.match(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name
        return url


def _build() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.enable(["strikethrough", "table"]).disable(list(_UNUSED))
    blocks, inlines = parser.block.ruler, parser.inline.ruler
    blocks.at("table", block_rules.table, {"alt": ["paragraph", "reference"]})
    blocks.at(
        "blockquote", block_rules.quote, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    inlines.after("text", "url", inline_rules.bare_url)
    inlines.before("escape", "latex", inline_rules.latex)
    inlines.before("emphasis", "code_name", inline_rules.code_name)
    inlines.push("angle_url", inline_rules.angle_url)
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
    if len(content) > _SHORT_CHARACTERS and _too_many_marks(content):
        return _lines(content)
    state = inline_rules.Inline(content, _PARSER, {}, [])
    state.level = _MAX_NESTING - _MAX_BRACKETS
    _PARSER.inline.tokenize(state)
    for rule in _PARSER.inline.ruler2.getRules(""):
        rule(state)
    return state.tokens


def _too_many_marks(content: str) -> bool:
    return len(_MARK.findall(content)) > _MOST_MARKS * len(content)


def _lines(content: str) -> list[Token]:
    first, *others = content.split("\n")
    tokens = [Token("text", "", 0, content=first)]
    for line in others:
        tokens += [Token("softbreak", "br", 0), Token("text", "", 0, content=line)]
    return tokens
