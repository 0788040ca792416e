"""Tests of the HTML for the page: everything is escaped, and a growing text changes at its end."""

from __future__ import annotations

import re

import pytest

from adapters.markup.html import file_link, render_html
from tests.adapters.markup.test_markup import SAMPLES

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    '[x](https://a.example/"onmouseover=alert(1)//)',
    "![x](javascript:alert(1))",
    '```"><script>alert(1)</script>\ncode\n```',
    "| <script>alert(1)</script> |\n|---|\n| <b>x</b> |",
    "`<script>alert(1)</script>`",
    "https://a.example/<script>",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s+[a-z-]+=\"[^\"<>]*\")*)>")
KNOWN = {
    "p",
    "blockquote",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "s",
    "br",
    "hr",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "figure",
}
KNOWN |= {"figcaption", "pre", "code", "div", "table", "tr", "th", "td", "u", "span", "sub", "sup"}
KNOWN |= {"math", "mrow", "mi", "mn", "mo", "mtext", "msup", "msub", "mfrac", "msqrt", "mspace"}
VOID = {"br", "hr"}


def tags(html: str) -> list[tuple[str, str, str]]:
    assert html.count("<") == len(TAG.findall(html)), html
    return TAG.findall(html)


@pytest.mark.parametrize("text", [*ATTACKS, *SAMPLES])
def test_only_our_own_tags_come_out_and_every_one_is_closed(text: str) -> None:
    open_tags: list[str] = []
    for closing, name, attributes in tags("".join(render_html(text))):
        assert name in KNOWN
        assert not re.search(r"\son|(?:href|src)=\"(?!https?://)", attributes)
        if closing:
            assert open_tags.pop() == name
        elif name not in VOID:
            open_tags.append(name)
    assert open_tags == []


@pytest.mark.parametrize("text", SAMPLES)
def test_a_growing_answer_keeps_all_its_blocks_but_the_last_ones(text: str) -> None:
    whole = render_html(text)
    for end in range(0, len(text), 7):
        blocks = render_html(text[:end])
        assert blocks[:-2] == whole[: max(0, len(blocks) - 2)]


@pytest.mark.parametrize("text", ["", "\0", "\ud800", "**", "> " * 200, "[" * 500, "- " * 100])
def test_no_text_is_too_odd(text: str) -> None:
    render_html(text)


def test_a_picture_is_a_link_and_not_loaded() -> None:
    assert "<img" not in "".join(render_html("![cat](https://a.example/cat.png)"))
    assert 'href="https://a.example/cat.png"' in "".join(
        render_html("![cat](https://a.example/cat.png)")
    )


def test_a_link_within_a_link_does_not_end_it() -> None:
    html = "".join(render_html("[![cat](https://a.example/cat.png)](https://b.example)"))
    assert re.search(
        r'<a href="https://b\.example"[^>]*>cat</a> <a href="https://a\.example/cat\.png"', html
    )


def test_code_reads_from_left_to_right_in_any_language() -> None:
    assert '<pre dir="ltr"' in render_html("```\nx\n```")[0]
    assert '<p dir="auto">' in render_html("مرحبا")[0]


def test_a_table_has_the_direction_of_its_first_letter() -> None:
    assert '<table dir="rtl">' in render_html("| روش | x |\n|---|---|\n| `a` | بله |")[0]
    assert '<table dir="rtl">' in render_html("| 1 | ערך |\n|---|---|\n| 2 | x |")[0]
    assert '<table dir="ltr">' in render_html("| Way | روش |\n|---|---|\n| 2 | x |")[0]


def test_a_file_has_a_name_that_is_escaped() -> None:
    assert file_link("file/x", '"><script>') == (
        '<p><a class="file" download="&quot;&gt;&lt;script&gt;" '
        'href="file/x">&quot;&gt;&lt;script&gt;</a></p>'
    )


def test_a_list_and_a_quote_have_the_direction_of_their_first_letter() -> None:
    assert '<blockquote dir="rtl">' in render_html("> نقل قول\n\nafter")[0]
    assert '<ul dir="rtl">' in render_html("- یک\n\n- two")[0]
    assert '<ol dir="rtl" start="1">' in render_html("1. `x` را\n2. y")[0]
    assert '<ol dir="ltr" start="1">' in render_html("1. one\n2. دو")[0]
    assert '<ul dir="auto">' in render_html("- 1\n- 2")[0]
