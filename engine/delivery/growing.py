"""Show a growing text as it will look once its open constructs are complete. Pure functions.

A mark whose end has not arrived would be shown wrongly: ``**bo`` with its asterisks, ``**bold*`` as
italic. Marks at the very end are therefore held back until more text follows, and open constructs
are closed. No word is left out.
"""

from __future__ import annotations

import re

from engine.delivery.cutting import whole
from engine.delivery.outline import Outline
from engine.text.dialect import open_marks

_TAIL_MARKS = re.compile(r"(?<![\\*_~`|$])(?:[*_~|$]{1,3}|`{1,2}|\\|!?\[|</?[a-z]{0,7})\Z")
_BEGUN_LINK = re.compile(r"!?\[([^\]\n]{1,300})(?:\](?:\([^()\s]{0,2000})?)?\Z")
_CODE_SPAN = re.compile(r"(?<![\\`])`(?!`)")


def growing(text: str) -> str:
    """Return the form in which a message is shown while its text is still growing."""
    shown = whole(text)
    outline = Outline(shown)
    chain = outline.around(len(outline.lines) - 1)
    leaf = chain[-1] if chain else None
    if leaf is None or leaf.kind not in ("paragraph", "heading"):
        return shown
    start = outline.starts[leaf.first]
    ready = _without_begun(shown[start:])
    return shown[:start] + ready + _closing(ready) if ready.strip() else shown


def _without_begun(paragraph: str) -> str:
    """Remove marks at the end whose meaning depends on the text after them.

    The label of an unfinished link is kept.
    """
    ready = _TAIL_MARKS.sub("", paragraph)
    link = _BEGUN_LINK.search(ready, max(0, len(ready) - 2400))
    if link and _CODE_SPAN.search(link.group(1)) is None:
        ready = ready[: link.start()] + link.group(1)
    return ready.rstrip()


def _closing(paragraph: str) -> str:
    """Return the marks that close the open emphasis at the end of a paragraph."""
    if len(_CODE_SPAN.findall(paragraph)) % 2:
        return "`"
    return "".join(reversed(open_marks(paragraph)))
