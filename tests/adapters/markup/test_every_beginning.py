"""Tests of every renderer with each construct of CommonMark and GFM and all its beginnings."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from rich.console import Console

from adapters.console.drawing import Answer
from adapters.markup import render_discord, render_telegram
from adapters.markup.html import render_html
from engine.delivery.growing import growing
from tests.adapters.markup.test_markup import assert_valid

CONSTRUCTS = {
    "thematic breaks": "above\n\n***\n\nbelow\n- - -\n_____\n\nend",
    "ATX headings": "# one\n## two ##\n####### seven\n#nospace\n### \\*three\\* #",
    "setext headings": "alpha\n=====\n\nbeta\n-----\ngamma",
    "indented code": "para\n\n    code one\n\n      code two\n\tcode three\npara",
    "fenced code": "~~~ ruby startline=3\ndef foo(x)\n~~~~~\n````\n```\naaa\n```` \n``` aa ```\nb",
    "fence in a list in a quote": "> 1. one\n>\n>    ```\n>    two\n>\n> 2. three",
    "html": "<table><tr><td>\n<pre>\n**Hello**\n</pre>\n</td></tr></table>\n\n<!-- note -->\nend",
    "link definitions": "[foo]: /url 'the title'\n\n[foo] and [foo][] and [bar][foo]",
    "paragraphs": "aaa\n   bbb\nccc  \nddd\\\neee\n\n\nfff",
    "lazy quotes": "> bar\nbaz\n> foo\n\n> > > nested\nlazy\n\n>> two",
    "bullets": "- foo\n\n  bar\n- baz\n\n\n  bim\n* star\n+ plus\n-\n  empty\n- - foo\n  1. - two",
    "numbers": "10) foo\n    - bar\n003. ok\n1234567890. not ok\n-1. not ok\n1. - # Foo\n- Bar\n",
    "tabs": "-\tfoo\n\n\t\tbar\n>\t\tbaz\n\t> qux",
    "escapes": "\\!\\\"\\#\\$\\%\\&\\* \\a \\\\*em* `\\[\\`` \\<br/> \\[not](/link) 1\\. no",
    "references": "&nbsp; &amp; &copy; &AElig; &#35; &#1234; &#X22; &x; &MadeUpEntity; "
                  "&#42;no&#42;",
    "code spans": "`` foo ` bar `` ` `` ` `foo`bar` ``` ``foo`` *a `*` b `unclosed",
    "emphasis": "*foo*bar **foo bar **baz _foo_bar_ ***a** b* *a `*`* **a<https://b.c/**>d "
                "foo***bar***baz",
    "links": "[link](/uri \"title\") [a](<b c>) [b](foo(and(bar))) [c](#frag) [d] (e) "
             "[![m](n)](o) [f [g](h)](i)",
    "images": "![foo](/url \"title\") ![](https://example.org/p.png) ![a *b*](train.jpg) !\\[x]",
    "autolinks": "<https://foo.bar.baz> <made-up-scheme://foo> <foo@bar.example.com> "
                 "https://a.b/c_d_e. www.c.d",
    "tables": "| a | b |\n| --- | :-: |\n| c `\\|` d | e |\n| f |\n| g | h | i |\n> quote\n\n| x "
              "|\n| - |\nend",
    "strikethrough": "~~Hi~~ Hello, ~there~ ~~~no~~~ ~~This\n\nspans",
    "tasks": "- [x] foo\n  - [ ] bar\n1. [X] baz\n- [] none",
    "formulas": "\\[\nx^2\n- y\n\\]\n\\(a_b\\) $$c$$ $d+e$ $5 \\begin{align}f&=g\\\\h\\end{align}",
    "spoilers and tags": "||secret|| <b>bold</b> H<sub>2</sub>O<br>"
    "line <kbd>Ctrl</kbd>\n<details>\n<summary>s</summary>\nt\n</details>",
    "scripts": "**重点：**内容，**“引”**说 ```\n*ไทย* **हिन्दी** עברית **مهم** 👩‍👩‍👧 é\u200d",
}  # fmt: skip
# These words belong to the markup and not to the text.
OWN = {"ruby", "a_b", "align", "begin", "end", "b", "br", "sub", "kbd", "details", "summary"}


def drawn(markdown: str) -> str:
    output = io.StringIO()
    Console(file=output, width=70, color_system=None).print(Answer(markdown), crop=False)
    return output.getvalue()


def page(markdown: str) -> str:
    html = "".join(render_html(markdown))
    return unescape(re.sub(r"<[^>]*>", " ", html)) + " ".join(re.findall(r'href="([^"]*)"', html))


def telegram(markdown: str) -> str:
    text, entities = render_telegram(markdown)
    return f"{text} {' '.join(entity.url for entity in entities)}"


SURFACES = {"telegram": telegram, "discord": render_discord, "page": page, "terminal": drawn}


@pytest.mark.parametrize("name", CONSTRUCTS)
@pytest.mark.parametrize("surface", SURFACES)
def test_no_word_is_lost(name: str, surface: str) -> None:
    words = {word.strip("_") for word in re.findall(r"[^\W\d]{2,}", unescape(CONSTRUCTS[name]))}
    shown = re.sub(r"\W", "", SURFACES[surface](CONSTRUCTS[name]))
    assert {word for word in words - OWN if word not in shown} == set()


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_no_beginning_is_too_odd(name: str) -> None:
    text = CONSTRUCTS[name]
    for end in range(len(text) + 1):
        for begun in (text[:end], growing(text[:end])):
            assert_valid(*render_telegram(begun))
            render_discord(begun)
            render_html(begun)
        if end % 5 == 0:
            drawn(text[:end])
