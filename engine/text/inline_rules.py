r"""Inline rules that the dialect adds: bare addresses, code-like names, formulas, and asterisks that are text."""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned

MAX_ADDRESS = 2000  # characters; what browsers and servers take at least

_BARE_URL = re.compile(
    rf"https?://[^\s<>\[\]`\\\"|\u3000-\u303f\uff00-\uffef]{{1,{MAX_ADDRESS}}}", re.IGNORECASE
)
_ANGLE_URL = re.compile(rf"<(https?://[^\s<>]{{1,{MAX_ADDRESS}}})>", re.IGNORECASE)
# Both are bounded, so that many openers without an end cost linear time.
_LATEX = re.compile(
    r"\\(\()([^`]{1,400}?)\\(\))|\\(\[)([^`]{1,400}?)\\(\])|(\$\$)([^`$]{1,400})(\$\$)"
)
_CODE_NAME = re.compile(r"(_{1,2})([A-Za-z][A-Za-z0-9_]{0,60}?)\1(?![A-Za-z0-9_])")
# Before these a single asterisk is a glob, a pointer or a product, not the beginning of emphasis.
_NO_EMPHASIS_AFTER = frozenset(")]}.!?/\\@#$%^&<`")
_OPENING = frozenset("([{<“‘«\"'")
_CLOSED_BY = {")": "(", "}": "{"}


class Inline(StateInline):
    """The parser's state with our reading of asterisks."""

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


def bare_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    """Take an address as it stands, so that no mark in it is read as emphasis."""
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
    """Leave punctuation that ends a sentence, or closes a bracket opened outside, to the text."""
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


def angle_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
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


def latex(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
    r"""Keep a formula as written; the backslash before its brackets goes, as that of every escape does."""
    match = state.src[state.pos] in "\\$" and _LATEX.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("text", "", 0).content = "".join(group for group in match.groups() if group)
    state.pos = match.end()
    return True


def code_name(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's signature
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
