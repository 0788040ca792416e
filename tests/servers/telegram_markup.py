"""Parse enough of HTML, Markdown and MarkdownV2 to show right input and to refuse wrong input."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.servers.telegram_wire import Json, bad_request, units

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code",
    "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_V2 = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
}
_V1 = {"*": "bold", "_": "italic", "`": "code", "```": "pre"}
_NAMES = {"bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
          "spoiler": "Spoiler", "code": "Code", "pre": "Pre"}  # fmt: skip
_RESERVED = frozenset(">#+-=|{}.!()[]")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\(((?:\\.|[^)\\])+)\)")


class _Shown:
    """The state of a parser: the text so far, the open entities and the closed ones."""

    def __init__(self) -> None:
        self.text = ""
        # each entry is (mark, start, byte offset, entity)
        self.open: list[tuple[str, int, int, Json]] = []
        self.closed: list[Json] = []

    def begin(self, mark: str, byte: int, **entity: Any) -> None:
        self.open.append((mark, units(self.text), byte, entity))

    def end(self) -> None:
        _, start, _, entity = self.open.pop()
        length = units(self.text) - start
        if length:
            self.closed.append({"offset": start, "length": length, **entity})

    def result(self) -> tuple[str, list[Json]]:
        return self.text, sorted(self.closed, key=lambda e: (e["offset"], -e["length"]))


def parse_markup(text: str, mode: str) -> tuple[str, list[Json]]:
    """Return the shown text and its entities, or refuse with "can't parse entities: ..."."""
    return _parse_html(text) if mode == "html" else _parse_markdown(text, v2=mode == "markdownv2")


def _cannot(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")


def _parse_html(text: str) -> tuple[str, list[Json]]:
    shown, at = _Shown(), 0
    for match in re.finditer(r"<(/?)([\w-]*)([^>]*)>", text):
        shown.text += html.unescape(text[at : match.start()])
        at = match.end()
        byte = len(text[: match.start()].encode())
        closing, tag, rest = match.groups()
        if tag not in _TAGS:
            raise _cannot(f'Unsupported start tag "{tag}" at byte offset {byte}')
        if not closing:
            link = re.search(r'href="([^"]*)"', rest)
            extra = {"url": html.unescape(link.group(1))} if link else {}
            shown.begin(tag, byte, type=_TAGS[tag], **extra)
            continue
        expected = shown.open[-1][0] if shown.open else ""
        if expected != tag:
            raise _cannot(
                f'Unmatched end tag at byte offset {byte}, expected "</{expected}>", found '
                f'"</{tag}>"'
            )
        shown.end()
    shown.text += html.unescape(text[at:])
    if shown.open:
        raise _cannot(f'Can\'t find end tag corresponding to start tag "{shown.open[-1][0]}"')
    return shown.result()


def _parse_markdown(text: str, *, v2: bool) -> tuple[str, list[Json]]:
    marks, shown, at = (_V2 if v2 else _V1), _Shown(), 0
    while at < len(text):
        at += _markdown_step(text, at, shown, marks, v2=v2)
    if shown.open:
        mark, _, byte, _ = shown.open[-1]
        what = f"{_NAMES[marks[mark]]} entity at" if v2 else "the entity starting at"
        raise _cannot(f"Can't find end of {what} byte offset {byte}")
    return shown.result()


def _markdown_step(text: str, at: int, shown: _Shown, marks: dict[str, str], *, v2: bool) -> int:
    """Parse the next piece of the source and return its length."""
    ch, inside = text[at], shown.open[-1][0] if shown.open else ""
    if ch == "\\" and at + 1 < len(text):
        shown.text += text[at + 1]
        return 2
    mark = next((m for m in sorted(marks, key=len, reverse=True) if text.startswith(m, at)), "")
    if mark and (mark == inside or not inside.startswith("`")):
        if mark == inside:
            shown.end()
        else:
            shown.begin(mark, len(text[:at].encode()), type=marks[mark])
        return len(mark)
    if (link := _LINK.match(text, at)) and not inside.startswith("`"):
        shown.begin("[", at, type="text_link", url=link.group(2).replace("\\", ""))
        shown.text += link.group(1).replace("\\", "")
        shown.end()
        return len(link.group())
    if v2 and ch in _RESERVED and not inside.startswith("`"):
        raise _cannot(f"Character '{ch}' is reserved and must be escaped with the preceding '\\'")
    shown.text += ch
    return 1
