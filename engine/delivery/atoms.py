"""The parts of a text that a cut must not split: links, code, formulas.

Pure, in linear time.
"""

from __future__ import annotations

import re

# A cut is never inside one of these: links, code, addresses, formulas. The beginning of such a part
# counts too while its end has not arrived. Every pattern has a length limit, so that a text with
# many beginnings is still searched in linear time.
_ATOMS = re.compile(
    r"!?\[[^\]\n]{0,300}\]\((?:[^()\s]|\([^()\s]{0,200}\)){0,2000}(?:\s+\"[^\"\n]{0,200}\")?\s?\)"
    r"|!?\[[^\]\n]{0,300}(?:\]\([^()\s]{0,2000})?\Z"
    r"|(?<!`)(`{1,3})(?!`)[^`\n]{1,300}(?<!`)\1(?!`)"
    r"|`[^`\n]{0,100}\Z"
    r"|(?:https?|tg|mailto)://?[^\s<>]{1,2000}"
    r"|\\\([^\n]{1,400}?\\\)|\\\[[^\n]{1,400}?\\\]|\$\$[^$\n]{1,400}\$\$|\$[^$\s][^$\n]{0,200}\$"
    r"|\\[(\[][^\n]{0,400}\Z"
    r"|</?[A-Za-z][^<>\n]{0,200}>"
)


def atoms(text: str, start: int) -> list[tuple[int, int]]:
    """Return the spans after `start` that a cut must not be inside."""
    return [match.span() for match in _ATOMS.finditer(text, start)]
