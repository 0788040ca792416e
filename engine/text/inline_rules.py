r"""Inline rules of the dialect: bare addresses, code-like names, formulas, literal asterisks."""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned

MAX_ADDRESS = 2000  # the limit in characters, which browsers and servers accept

_BARE_URL = re.compile(
    rf"https?://[^\s<>\[\]`\\\"|\u3000-\u303f\uff00-\uffef]{{1,{MAX_ADDRESS}}}", re.IGNORECASE
)
_ANGLE_URL = re.compile(rf"<(https?://[^\s<>]{{1,{MAX_ADDRESS}}})>", re.IGNORECASE)
_CODE_NAME = re.compile(r"(_{1,2})([A-Za-z][A-Za-z0-9_]{0,60}?)\1(?![A-Za-z0-9_])")
# After these characters a single asterisk is a glob, a pointer or a product, not emphasis.
_NO_EMPHASIS_AFTER = frozenset(")]}.!?/\\@#$%^&<`")
_OPENING = frozenset("([{<“‘«\"'")
# All characters at which a rule may apply, including the parser's own rules.
_SPECIAL = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~|]")
_SPOILER = re.compile(r"\|\|(?![\s|])([^|\n]{1,500})(?<!\s)\|\|(?![\w|])")
_SHORT_BOLD = 80
_BUILTIN = (object, int, float, str, list, dict, set, type, BaseException)
# Python and C have these names between double underscores. Any other word between them is emphasis.
_DUNDERS = frozenset(
    (
        *(n[2:-2] for kind in _BUILTIN for n in dir(kind) if n.startswith("__")),
        *("main", "name", "file", "path", "all", "author", "version", "annotations", "future"),
        *("builtins", "slots", "enter", "exit", "del", "call", "aenter", "aexit", "aiter", "anext"),
        *("await", "next", "get", "set", "delete", "missing", "post_init", "loader", "spec"),
        *("package", "typename", "proto", "attribute", "declspec", "restrict", "inline", "asm"),
        *("volatile", "func", "line", "cdecl", "stdcall", "global", "device", "host", "shared"),
        *("constant", "dirname", "filename", "import", "meta", "typeof", "iadd", "matmul"),
    )
)
_CLOSED_BY = {")": "(", "}": "{"}


class Inline(StateInline):
    """The parser's state, with the dialect's rules for asterisks."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Decide as CommonMark does whether marks open or close emphasis, but read ``2*3`` as text.

        In ``**Note:**text`` the second mark closes the emphasis. Models write such text, mostly in
        scripts without spaces, and CommonMark's rule for punctuation would leave the marks visible.
        """
        scanned = super().scanDelims(start, canSplitWord)
        if self.src[start] != "*":
            return scanned
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if scanned.length == 3 and before.isalpha() and after.isalpha():
            return scanned  # this is the end of bold and the beginning of italic, or the reverse
        if scanned.length == 2 and before.isalpha() and after.isalpha():
            return self._within_word(scanned, start, end)
        return _asterisks(scanned, before, after)

    def _within_word(self, scanned: Scanned, start: int, end: int) -> Scanned:
        """Read ``**H**yper**T**ext`` as bold letters if no space is between the marks."""
        near = self.src[max(0, start - _SHORT_BOLD) : start]
        before = near[near.rfind("**") + 2 :] if "**" in near else " "
        ahead = self.src[end : min(end + _SHORT_BOLD, self.posMax)]
        after = ahead[: ahead.find("**")] if "**" in ahead else " "
        unspaced = _without_spaces(self.src[start - 1]) or _without_spaces(self.src[end])
        if unspaced:
            return _asterisks(scanned, self.src[start - 1], self.src[end])
        opens, closes = after.isalpha(), before.isalpha() or scanned.can_close
        return Scanned(opens, closes, scanned.length)


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
    """Return whether a character is an emoji, or of a script without spaces (Thai, Chinese, …)."""
    return "\u0e00" <= char <= "\u1cff" or "\u2e80" <= char < "\ud800" or char >= "\uf900"


def bare_url(state: StateInline, silent: bool) -> bool:
    """Parse an address literally, so that no mark in it counts as emphasis."""
    src, pos = state.src, state.pos
    if src[pos] != ":" or state.linkLevel or not src.startswith("://", pos):
        return False
    scheme = 5 if src[max(pos - 5, 0) : pos].lower() == "https" else 4
    start = pos - scheme
    if start < 0 or (start and src[start - 1].isalnum()):
        return False
    match = _BARE_URL.match(src, start, state.posMax)
    if not match:
        return False
    url = without_tail(match.group())
    if len(url) <= scheme + 3 or not (silent or state.pending.endswith(url[:scheme])):
        return False
    if not silent:
        state.pending = state.pending[:-scheme]
        state.push("url", "", 0).content = url
    state.pos = start + len(url)
    return True


def without_tail(url: str) -> str:
    """Remove punctuation that ends a sentence, or closes a bracket opened before the address."""
    surplus = {end: url.count(end) - url.count(begin) for end, begin in _CLOSED_BY.items()}
    length = len(url)
    while length:
        last = url[length - 1]
        if last in _CLOSED_BY:
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        elif last not in ".,;:!?'*_~":
            break
        length -= 1
    return url[:length]


def angle_url(state: StateInline, silent: bool) -> bool:
    """Parse ``<https://…>``. Any other ``<…>`` is text (``vector<std::string>``)."""
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


def text(state: StateInline, silent: bool) -> bool:
    """Parse a run of characters without marks."""
    match = _SPECIAL.search(state.src, state.pos, state.posMax)
    end = match.start() if match else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


def spoiler(state: StateInline, silent: bool) -> bool:
    """Parse ``||hidden||``. ``a || b`` and ``a||b`` are text."""
    src, pos = state.src, state.pos
    match = src[pos] == "|" and _SPOILER.match(src, pos, state.posMax)
    if not match or (pos and (src[pos - 1].isalnum() or src[pos - 1] == "|")):
        return False
    if not silent:
        end = state.posMax
        state.push("spoiler_open", "span", 1)
        state.pos, state.posMax = match.start(1), match.end(1)
        state.md.inline.tokenize(state)
        state.posMax = end
        state.push("spoiler_close", "span", -1)
    state.pos = match.end()
    return True


def _is_code(name: str, after: str) -> bool:
    """Return whether a word between double underscores is a name of Python or C."""
    return name in _DUNDERS or (name.isupper() and len(name) > 1) or after in ("(", "[")


def code_name(state: StateInline, silent: bool) -> bool:
    """Keep ``__init__``, ``__FILE__`` and ``_my_name_`` as text.

    ``__important__`` and ``_so_`` are emphasis.
    """
    src, pos = state.src, state.pos
    match = src[pos] == "_" and _CODE_NAME.match(src, pos, state.posMax)
    if not match or (pos and (src[pos - 1].isalnum() or src[pos - 1] == "_")):
        return False
    marks, name = match.group(1, 2)
    if "_" not in name and (
        len(marks) == 1 or not _is_code(name, src[match.end() : match.end() + 1])
    ):
        return False
    if not silent:
        state.pending += match.group()
    state.pos = match.end()
    return True
