"""Tests of rendering: no text is lost, no input fails, and phones can show the result."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from typing import Callable

import pytest

from adapters.markup import Entity, discord_units, render_discord, render_telegram, telegram_units
from adapters.markup.html import render_html

ANSWER = """## Trip to Paris 🇫🇷

Here is a **short plan** for *three* days, see [the guide](https://example.com/paris_(city)) 😀:

1. **Louvre**: opens at `09:00`
   - buy tickets at https://www.louvre.fr/en_US
   - go to the `Denon` wing
2. **Orsay**

> Book early,
> it *fills* up.

| Day | Cost |
|-----|-----:|
| 1   | 40   |
| 2   | 25   |

```python
def cost(days):
    return days * 30  # this is not the operator **bold**
```

| Place | What to see there when it rains | Link |
|---|---|---|
| Louvre | The *Mona Lisa* and the sculptures | [map](https://example.com/m) |

---

- [x] pack
- [ ] leave

~~Day four~~ __init__ and 2*3*4. Done[^1].

[^1]: As of May.
"""
GERMAN = """### Überblick

**Größe:** 5 * 3 m
**Preis:**20 €

* eins
* zwei

    code hier

Ende mit `code` und **offen"""
CHINESE = "**重点：**内容，这是**重要**的。\n\n1. 第一\n1. 第二 😀\n\n> 引用\n\n|名称|值|\n|--|--|\n|东京|1|\n"
SAMPLES = [ANSWER, GERMAN, CHINESE]

FRAGMENTS = [
    *"*_~`|<>[]()#-+!\\\n\n\n 1:.$&=\t",
    *(
        "**",
        "__",
        "~~",
        "```",
        "```py\n",
        "\n```\n",
        "    ",
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n# ",
        "\n---\n",
        "| ",
        "\n|-|-|\n",
        "|a|b|\n|-|-|\n",
    ),
    *(
        "alpha",
        "Beta",
        "gamma_delta",
        "epsilon*zeta",
        "été",
        "中文",
        "😀",
        "👩‍👩‍👧",
        "\u0301",
        "\u200d",
        "\ud83d",
        "\udc00",
        "\0",
        "\r\n",
    ),
    *(
        "[name](https://example.com/path)",
        "![picture](https://example.com/image)",
        "https://example.org/query",
        "](",
        "![",
        "\\(",
        "\\)",
        "$$",
    ),
]
HOSTILE = [
    *(
        mark * 3000
        for mark in (
            "[",
            "![",
            ">",
            "> ",
            "- ",
            "1. ",
            "*",
            "_",
            "~",
            "`",
            "|",
            "\\",
            "\\(",
            "$$",
            "#",
            "<",
            "\n",
            " ",
            "*a ",
            "__a",
            "[a](",
            "**a",
        )
    ),
    *(
        "😀" * 3000,
        "http://" * 500,
        "|a|b|\n|-|-|\n" + "|x|y|\n" * 400,
        "|a" * 500 + "\n" + "|-" * 500 + "\n|x",
        "![" * 99 + "](http://a.b)" * 99,
    ),
    *(
        "\n".join("  " * depth + "- x" for depth in range(100)),
        "[a" * 900 + "](http://a.b)" * 300,
        "``` " * 700,
        "",
        " ",
        "\n",
        "\ud800",
        "\udfff" * 9,
    ),
]


def random_texts(count: int) -> Iterator[str]:
    dice = random.Random(20261122)  # the same texts on every run
    for _ in range(count):
        yield "".join(dice.choices(FRAGMENTS, k=dice.randint(1, 40)))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def part(text: str, entity: Entity) -> str:
    """Return the text of an entity. Fails to decode if the entity splits a surrogate pair."""
    return text.encode("utf-16-le")[2 * entity.offset : 2 * (entity.offset + entity.length)].decode(
        "utf-16-le"
    )


def styled(markdown: str) -> list[tuple[str, str]]:
    text, entities = render_telegram(markdown)
    return [(entity.type, part(text, entity)) for entity in entities]


def shown(markdown: str) -> str:
    return render_telegram(markdown)[0]


def contains(outer: Entity, inner: Entity) -> bool:
    return (
        outer.offset <= inner.offset and inner.offset + inner.length <= outer.offset + outer.length
    )


def assert_valid(text: str, entities: tuple[Entity, ...]) -> None:
    """Assert the rules of core.telegram.org/bots/api for entities."""
    assert list(entities) == sorted(entities, key=lambda entity: (entity.offset, -entity.length))
    for number, entity in enumerate(entities):
        assert entity.offset >= 0
        assert entity.length > 0
        assert entity.offset + entity.length <= units(text)
        assert part(text, entity)
        for other in entities[number + 1 :]:
            if other.offset >= entity.offset + entity.length:
                break
            assert contains(entity, other)
            assert entity.type not in {"code", "pre", other.type}
            if other.type in {"code", "pre"}:
                assert entity.type == "blockquote"


def lost_words(markdown: str, rendered: str) -> set[str]:
    """Return the words of a text that are missing in the rendered text.

    Escapes and the brackets of addresses may separate words. The language of a fence is ignored,
    because it is not shown before the first line of code.
    """
    words = set(re.findall(r"[^\W\d_]{3,}", re.sub(r"(```|~~~)[`~]*[^\s`]+", "", markdown)))
    whole = re.sub(r"[\\<>\u200b]", "", rendered)
    return {word for word in words if word not in whole}


def everything(markdown: str) -> str:
    text, entities = render_telegram(markdown)
    return " ".join([text, *(f"{entity.url} {entity.language}" for entity in entities)])


# -- any text
# --------------------------------------------------------------------------------------------------


def test_random_texts_render_with_valid_entities_and_keep_every_word() -> None:
    for markdown in random_texts(2000):
        assert_valid(*render_telegram(markdown))
        assert lost_words(markdown, everything(markdown)) == set(), repr(markdown)
        assert lost_words(markdown, render_discord(markdown)) == set(), repr(markdown)


@pytest.mark.parametrize("markdown", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_texts_render_with_valid_entities(markdown: str) -> None:
    text, entities = render_telegram(markdown)
    assert_valid(text, entities)
    assert bool(text) == bool(markdown.strip())
    assert bool(render_discord(markdown)) == bool(markdown.strip())


@pytest.mark.parametrize("answer", SAMPLES, ids=["english", "german", "chinese"])
def test_every_beginning_of_an_answer_renders_with_valid_entities(answer: str) -> None:
    for end in range(len(answer) + 1):
        text, entities = render_telegram(answer[:end])
        assert_valid(text, entities)
        assert telegram_units(answer[:end]) >= units(text)
        assert discord_units(answer[:end]) == len(render_discord(answer[:end]))


@pytest.mark.parametrize("answer", SAMPLES, ids=["english", "german", "chinese"])
def test_a_growing_answer_does_not_change_above_its_last_block(answer: str) -> None:
    blocks = [match.start() for match in re.finditer(r"\n\n(?=\S)", answer)]
    for end in range(len(answer) + 1):
        done = max((block for block in blocks if block + 2 < end), default=0)
        text, _ = render_telegram(answer[:end])
        assert text.startswith(shown(answer[:done])) or not done
        assert render_discord(answer[:end]).startswith(render_discord(answer[:done])) or not done


@pytest.mark.parametrize("answer", SAMPLES, ids=["english", "german", "chinese"])
def test_no_word_of_an_answer_is_lost(answer: str) -> None:
    assert lost_words(answer, everything(answer)) == set()
    assert lost_words(answer, render_discord(answer)) == set()


def test_lists_nested_deeper_than_the_parser_follows_are_shown_as_written() -> None:
    markdown = "\n".join("  " * depth + f"- item{depth}" for depth in range(60))
    assert "item59" in shown(markdown)
    assert "item59" in render_discord(markdown)


def test_halves_of_a_surrogate_pair_are_replaced_so_that_the_text_can_be_sent() -> None:
    assert shown("a \ud83d b \ud83d\ude00").encode() == "a \ufffd b 😀".encode()
    assert render_discord("\udc00 x").encode() == "\ufffd x".encode()


# -- Telegram
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Use List<String> and vector<std::string>, <div>hi</div>, &b; and <!-- this -->.",
        "<think>hm, so</think>\nAnswer",
        "__init__ and __FILE__, foo__init__bar, _my_name_, self.__x, snake_case_names",
        "2*3*4 and 2 * 3 * 4, x**2 + y**2 = z**2, *.py, src/*/a/*, f(*args, **kwargs)",
        "**open and *half and `tick and [name](https://exa",
        "See[^1] and [this][ref].\n\n[^1]: https://example.com\n[ref]: https://example.org 'T'",
        "[js](javascript:x) f[x](y) f[]() [](int x)",
        "line one\nline two\nline three",
        "Title\n====\ntext",
        "~5 to ~10, $5 to $10, A|B, C:\\Users\\new",
        "https://en.wikipedia.org/wiki/Foo_(bar)_and_*that* (https://a.b/c).",
        "10. ten\n9. nine\n8. eight",
        "3) three\n\ntext\n\n4) four",
        "1986. A great year",
    ],
)
def test_what_is_no_markup_stays_as_written(text: str) -> None:
    assert render_telegram(text) == (text, ())


@pytest.mark.parametrize(
    ("markdown", "text", "entities"),
    [
        (
            "**b** *i* ~~s~~ `c`",
            "b i s c",
            [("bold", "b"), ("italic", "i"), ("strikethrough", "s"), ("code", "c")],
        ),
        ("***both***", "both", [("bold", "both"), ("italic", "both")]),
        (
            "__two words__ __Word__ _so_",
            "two words Word so",
            [("bold", "two words"), ("bold", "Word"), ("italic", "so")],
        ),
        ("**Note:**text **API**s", "Note:text APIs", [("bold", "Note:"), ("bold", "API")]),
        ("这是**重要**的**“引”**说", "这是重要的“引”说", [("bold", "重要"), ("bold", "“引”")]),
        ("**a `c` b**", "a c b", [("bold", "a "), ("code", "c"), ("bold", " b")]),
        ("# Head **b**", "Head b", [("bold", "Head b")]),
        ("###### Six", "Six", [("bold", "Six")]),
        ("> a\n> > b\n\nc", "a\nb\n\nc", [("blockquote", "a\nb")]),
        ("> `c`", "c", [("blockquote", "c"), ("code", "c")]),
        ("a\n\n---\nb", "a\n\n—————\nb", []),
        ("text\n---", "text\n—————", []),
        ("\\*not\\* \\(a_1*b*c_2\\)", "*not* a₁*b*c₂", []),
        ("<https://a.b/c_d_e>", "https://a.b/c_d_e", []),
        ("a  \nb\\\nc", "a\nb\nc", []),
    ],
)
def test_marks_become_entities(markdown: str, text: str, entities: list[tuple[str, str]]) -> None:
    assert shown(markdown) == text
    assert sorted(styled(markdown)) == sorted(entities)


def test_links_and_images_become_text_links() -> None:
    text, entities = render_telegram(
        '😀 [my *name*](https://a.b/c_d "T") ![alt](https://a.b/i.png) ![](https://a.b/j.png)'
    )
    assert text == "😀 my name (T) alt https://a.b/j.png"
    assert entities == (
        Entity("text_link", 3, 7, url="https://a.b/c_d"),
        Entity("italic", 6, 4),
        Entity("text_link", 15, 3, url="https://a.b/i.png"),
    )


def test_an_image_within_a_link_keeps_both_addresses() -> None:
    markdown = "[![badge](https://a.b/i.svg)](https://a.b/p)"
    assert render_telegram(markdown) == (
        "badge (https://a.b/i.svg)",
        (Entity("text_link", 0, 5, url="https://a.b/p"),),
    )
    assert render_discord(markdown) == "[badge](<https://a.b/p>) (<https://a.b/i.svg>)"


def test_lists_have_bullets_numbers_and_indentation() -> None:
    markdown = "3. **a**\n   - b\n     - c\n\n   more\n3. d\n\n- [ ] todo\n- [x] done\n-\n"
    assert shown(markdown) == "3. a\n   ◦ b\n     ▪ c\n\n   more\n4. d\n\n• ☐ todo\n• ☑ done\n•"


def test_a_fence_becomes_pre_with_its_language_and_its_code_untouched() -> None:
    markdown = "see\n```python title.py\nif x:\n\n\t**y** = '__z__'  \n```\nend"
    text, entities = render_telegram(markdown)
    assert text == "see\ntitle.py\nif x:\n\n\t**y** = '__z__'  \nend"
    assert [(entity.type, entity.language) for entity in entities] == [
        ("code", ""),
        ("pre", "python"),
    ]
    assert styled(markdown)[1:] == [("pre", "if x:\n\n\t**y** = '__z__'  ")]


def test_an_unclosed_fence_is_code() -> None:
    assert styled("a\n```c++\nint x;\nint *y") == [("pre", "int x;\nint *y")]
    assert shown("a\n```c+") == "a"


def test_code_in_a_list_item_stands_at_the_left_edge() -> None:
    markdown = "- a\n  ```sh\n  ls\n    -l\n  ```\n  b"
    assert shown(markdown) == "• a\nls\n  -l\n  b"
    assert render_discord(markdown) == "- a\n```sh\nls\n  -l\n```\n  b"


def test_code_that_is_indented_too_far_below_a_list_item_can_be_run() -> None:
    markdown = "1. Do\n\n        def f():\n            return 1\n\n2. Then"
    assert styled(markdown) == [("pre", "def f():\n    return 1")]


def test_a_text_with_more_than_a_hundred_entities_does_not_fit_a_message() -> None:
    assert telegram_units("**a** " * 100) <= 4096 < telegram_units("**a** " * 101)


def test_telegram_counts_utf16_units_of_what_is_shown() -> None:
    assert telegram_units("**😀**") == 2
    assert telegram_units("") == 0
    assert telegram_units("x" * 4097) == 4097


# -- tables
# --------------------------------------------------------------------------------------------------

NARROW = "| Day | Cost |\n|:---|---:|\n| Mo | **40** |\n| Tu | 5 | extra |"
GRID = "Day  Cost\n───  ────  ─────\nMo     40\nTu      5  extra"
WIDE = (
    "| Name | What it is |\n|---|---|\n| **Foo** | a very long text for a phone<br>in two "
    "lines |\n| Bar | |"
)


def test_a_narrow_table_is_aligned_and_monospaced_with_all_its_cells() -> None:
    assert styled(NARROW) == [("pre", GRID)]
    assert render_discord(NARROW) == f"```\n{GRID}\n```"


def test_a_wide_table_has_one_record_for_each_row() -> None:
    assert (
        shown(WIDE)
        == "Name: Foo\nWhat it is: a very long text for a phone\nin two lines\n\nName: Bar\nWhat "
        "it is: –"
    )
    assert styled(WIDE) == [("bold", "Foo")]
    assert render_discord(WIDE).startswith("Name: **Foo**\nWhat it is: a very")


def test_a_broad_head_is_not_repeated_for_short_rows() -> None:
    markdown = "|a" * 500 + "\n" + "|-" * 500 + "\n" + "|x\n" * 50
    assert telegram_units(markdown) < 2 * len(markdown)
    assert shown(f"|{'long ' * 20}|B|\n|-|-|\n|x|\n|y||").endswith(
        ": x\nB: –\n\nlong long long long long long…: y\nB: –"
    )


def test_a_table_with_a_link_has_records_so_that_it_can_be_tapped() -> None:
    markdown = "|A|B|\n|-|-|\n|x|[y](https://a.b)|"
    assert render_telegram(markdown) == (
        "A: x\nB: y",
        (Entity("text_link", 8, 1, url="https://a.b"),),
    )


def test_wide_characters_take_two_columns_of_a_table() -> None:
    assert shown("|名|值|\n|-|-|\n|a|1|") == "名  值\n──  ──\na   1"


def test_a_remark_right_below_a_table_is_no_row() -> None:
    assert shown("|A|\n|-|\n|x|\nAll of them.") == "A\n─\nx\nAll of them."


def test_a_table_in_a_quote_or_a_list_stays_whole() -> None:
    assert shown("> |A|\n> |-|\n> |x|\n\n- i\n\n  |B|\n  |-|\n  |y|") == "A\n─\nx\n\n• i\n\nB\n─\ny"


def test_a_table_whose_rows_have_not_come_yet_shows_its_head() -> None:
    assert shown("|A|B|\n|-|-|") == "A  B\n─  ─"
    assert (
        shown("|A head that is|wider than the screen|\n|-|-|")
        == "A head that is\nwider than the screen"
    )


# -- Discord
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markdown", "rendered"),
    [
        ("**b** *i* _j_ ~~s~~ `c`", "**b** *i* *j* ~~s~~ `c`"),
        ("# A\n## B\n### C\n#### D **e**", "# A\n## B\n### C\n**D e**"),
        ("- # in a list", "- **in a list**"),
        ("1. a\n   - b\n2. c", "1. a\n   - b\n2. c"),
        ("> a\n> b\n>\n> > c\n\nd", "> a\n> b\n> \n> c\n\nd"),
        ("a\n***\nb", "a\n—————\nb"),
        ("![alt](https://a.b/i.png)", "[alt](<https://a.b/i.png>)"),
        (
            "[n](https://a.b/c_(d)) https://a.b/x_y_z, <https://c.d>",
            "[n](<https://a.b/c_(d)>) <https://a.b/x_y_z>, <https://c.d>",
        ),
        ("[https://a.b](https://c.d)", "<https://a.b> (<https://c.d>)"),
        (
            "`https://a.b`\n```\nhttps://c.d **x**\n```",
            "`https://a.b`\n```\nhttps://c.d **x**\n```",
        ),
        ("`` a`b ``", "`` a`b ``"),
        ("~~~py\nx = 1\n~~~", "```py\nx = 1\n```"),
        ("```js\nopen", "```js\nopen\n```"),
        ("| a", "| a"),
    ],
)
def test_discord_gets_the_markdown_that_it_knows(markdown: str, rendered: str) -> None:
    assert render_discord(markdown) == rendered


@pytest.mark.parametrize(
    ("markdown", "rendered"),
    [
        ("__init__ and 2*3*4", r"\_\_init\_\_ and 2\*3\*4"),
        ("snake_case_names, 2 * 3", "snake_case_names, 2 * 3"),
        ("a__b__c _x", r"a\_\_b\_\_c \_x"),
        (r"\*a\* \# \`", r"\*a\* # " + r"\`"),
        (r"\# a", r"\# a"),
        ("-# small", r"\-# small"),
        (r"\> a", r"\> a"),
        ("**half and `tick", r"\*\*half and " + r"\`tick"),
        ("a||b||c, a | b, x || y", r"a\|\|b\|\|c, a | b, x \|\| y"),
        ("<@1> <#2> <t:3> List<String> <div>", r"\<@1> \<#2> \<t:3> List<String> <div>"),
        ("C:\\Users", "C:\\Users"),
    ],
)
def test_text_that_discord_would_take_for_marks_is_escaped(markdown: str, rendered: str) -> None:
    assert render_discord(markdown) == rendered


def test_three_backticks_within_code_do_not_end_a_discord_block() -> None:
    rendered = render_discord("````md\n```py\nx\n```\n````\nend")
    assert rendered.count("```") == 2
    assert rendered.endswith("\n```\nend")


def test_no_address_of_an_answer_gets_a_preview_on_discord() -> None:
    for markdown in [
        *SAMPLES,
        *(text for text in random_texts(2000) if not re.search("[`\t]|~~~|    ", text)),
    ]:
        outside = re.sub(r"<https?://[^\s<>]+>", "", render_discord(markdown))
        assert not re.search(r"https?://\w", outside), repr(markdown)


def test_discord_counts_code_points_of_what_is_sent() -> None:
    assert discord_units("😀 https://a.b") == len("😀 <https://a.b>")


# -- bounded work


def _work(run: Callable[[], object]) -> int:
    """Count the calls of Python functions and built-ins in `run`, to which the time is proportional."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


def broad_table(length: int) -> str:
    """Return a table with an eighth of `length` as columns, whose rows are a single bar."""
    columns = min(length // 8, 60)
    head = "|" + "a|" * columns + "\n|" + "-|" * columns + "\n"
    return head + "|\n" * ((length - len(head)) // 2)


DEAR = {
    "a broad table with short rows": broad_table,
    "a table broader than any": lambda n: "|" + "a|" * (n // 8) + "\n|" + "-|" * (n // 8) + "\n" + "|\n" * (n // 8),
    "an address with a tail of brackets": lambda n: "https://a.b/" + ")" * n,
    "addresses one after the other": lambda n: "https://a.b/))))" * (n // 16),
    "addresses behind letters": lambda n: "xhttp://a.b/" * (n // 12),
    "emphasis": lambda n: "*_" * (n // 2),
    "emphasis in many lines": lambda n: ("*_a" * 20 + "\n\n") * (n // 62),
    "headings": lambda n: "# a\n" * (n // 4),
    "pictures": lambda n: "![" * (n // 2),
    "quotes in quotes": lambda n: "> " * (n // 4) + "a\n" * (n // 4),
    "formulas that do not end": lambda n: "\\(" * (n // 2),
    "dollars": lambda n: "$a" * (n // 2),
    "fences": lambda n: "```\na\n```\n" * (n // 10),
}  # fmt: skip


@pytest.mark.parametrize("pattern", DEAR.values(), ids=DEAR.keys())
@pytest.mark.parametrize(
    "render", [render_telegram.__wrapped__, render_discord.__wrapped__, render_html]
)
def test_work_grows_with_the_length_of_a_text_and_not_faster(
    render: Callable[[str], object], pattern: Callable[[int], str]
) -> None:
    short = _work(lambda: render(pattern(4000)))
    long = _work(lambda: render(pattern(16_000)))
    assert long < 6 * short + 2000
    assert short < 150 * 4000
