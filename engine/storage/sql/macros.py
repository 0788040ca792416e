"""Translate the parameters, and the expressions that SQLite and PostgreSQL write differently.

A macro looks like a function in capitals: ``WHERE owner IN NUMBERS(?)``. Its argument must not
contain parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_MACRO = re.compile(r"\b([A-Z]+(?:_[A-Z]+)?)\(([^()]*)\)")
_MARK = re.compile(r"\?|(?<![:\w']):([a-z_]+)")

SQLITE = {
    "NUMBERS": "(SELECT value FROM json_each({}))",  # a list of numbers
    "TEXTS": "(SELECT value FROM json_each({}))",  # a list of texts
    "PLATFORM": "substr({0}, 1, instr({0}, ':') - 1)",  # the platform in a chat's key
    "GATHERED": "json_group_array({})",  # the texts of a group as a JSON array
    "FOR_UPDATE": "",  # SQLite never has two writers at a time
    "ONE_MORE": "{} + 1",  # the value of a column without a type, plus one
    "PLAIN": "{}",  # a number for a column without a type
}
POSTGRES = {
    "NUMBERS": "(SELECT unnest(CAST({} AS bigint[])))",
    "TEXTS": "(SELECT unnest(CAST({} AS text[])))",
    "PLATFORM": "split_part({}, ':', 1)",
    "GATHERED": "CAST(coalesce(json_agg({}), '[]') AS text)",
    "FOR_UPDATE": "FOR UPDATE {}",
    "ONE_MORE": "CAST(CAST({} AS bigint) + 1 AS text)",
    "PLAIN": "CAST(CAST({} AS bigint) AS text)",
}


@lru_cache(maxsize=512)
def for_sqlite(sql: str) -> str:
    """Return a statement in SQLite's form."""
    return _expanded(sql, SQLITE)


@lru_cache(maxsize=512)
def for_postgres(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement in PostgreSQL's form, and the names of its parameters in order.

    If the statement has no named parameters, no names are returned.
    """
    names: list[str] = []
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        name = found.group(1)
        if name is None:
            count += 1
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _MARK.sub(mark, _expanded(sql, POSTGRES)), tuple(names)


def _expanded(sql: str, macros: Mapping[str, str]) -> str:
    def expand(found: re.Match[str]) -> str:
        form = macros.get(found.group(1))
        return found.group(0) if form is None else form.format(found.group(2))

    return _MACRO.sub(expand, sql)
