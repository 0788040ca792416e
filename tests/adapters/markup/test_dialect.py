"""Tests of models' additions to Markdown: formulas, sums, tags, odd links, indented code."""

from __future__ import annotations

import pytest

from adapters.markup import render_discord, render_telegram
from adapters.markup.formulas import to_unicode
from adapters.markup.html import render_html
from tests.adapters.markup.test_markup import styled


def shown(markdown: str) -> str:
    return render_telegram(markdown)[0]


def html(markdown: str) -> str:
    return "".join(render_html(markdown))


# -- formulas

DISPLAYED = [
    ("\\[\nQ = 7r^2\n+ 4rs\n- 9s^2\n+ 1\n\\]", "Q = 7r² + 4rs - 9s² + 1"),
    ("$$\nu = v\n- w\n$$", "u = v - w"),
    ("$$k^2 + 1$$", "k² + 1"),
    ("\\begin{align}\na &= b \\\\\n- c &= d\n\\end{align}", "a = b\n- c = d"),
]


@pytest.mark.parametrize(("markdown", "text"), DISPLAYED)
def test_a_displayed_formula_keeps_its_signs_on_every_surface(markdown: str, text: str) -> None:
    around = f"First.\n\n{markdown}\n\nThen."
    assert shown(around) == f"First.\n\n{text}\n\nThen."
    plain = render_discord(around).replace("\\", "").replace("•", "?")
    assert plain == f"First.\n\n{text}\n\nThen."
    assert "<li>" not in html(around)
    assert "<math" in html(around)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        (r"so \(x_1^2 \leq \sqrt{y}\) holds", "so x₁² ≤ √y holds"),
        (r"half: \(\frac{1}{2}mv^2\), $\alpha + \beta$", "half: ½mv², α + β"),
        (r"$\frac{a+b}{2c}$ and $E = mc^2$", "(a+b)/(2c) and E = mc²"),
        ("$p_1 * q_1 + p_2 * q_2$", "p₁ * q₁ + p₂ * q₂"),
        ("It costs $7 and $8, or $9-10.", "It costs $7 and $8, or $9-10."),
        ("echo $HOME/$USER and $(pwd)", "echo $HOME/$USER and $(pwd)"),
        ("Hence $$a = b\n+ 30\n- 15$$ at last", "Hence a = b + 30 - 15 at last"),
        ("- point\n\n  \\[\n  a\n  - b\n  \\]", "• point\n\n  a - b"),
        ("> $$\n> a\n> + b\n> $$", "a + b"),
    ],
)
def test_a_formula_is_shown_in_unicode_where_there_is_one(markdown: str, text: str) -> None:
    assert shown(markdown) == text


@pytest.mark.parametrize(
    "latex",
    [r"e^{i\pi}", r"\binom{n}{k}", r"\begin{pmatrix}1 & 2\end{pmatrix}", r"a^{b^c}", r"\frac{a}"],
)
def test_what_unicode_lacks_is_code_with_its_latex_unchanged(latex: str) -> None:
    assert to_unicode(latex) is None
    assert styled(f"so \\({latex}\\)") == [("code", latex)]
    assert render_discord(f"\\[\n{latex}\n\\]") == f"```latex\n{latex}\n```"


def test_a_formula_that_is_still_growing_is_no_list() -> None:
    whole = "\\[\nP = 2x\n+ 5y\n- 3\n\\]\n\nDone."
    for end in range(8, len(whole)):
        assert "•" not in shown(whole[:end]), whole[:end]


def test_a_formula_reaches_the_page_as_mathml_without_anything_of_a_models_own() -> None:
    assert html("$x^2$") == (
        '<p dir="auto"><math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math></p>'
    )
    for latex in (
        r"\href{javascript:alert(1)}{x^2}",
        r"\text{<script>alert(1)</script>}",
        r"\style{color:red}{x^2}",
    ):
        written = html(f"\\[\n{latex}\n\\]")
        assert "javascript:" not in written.replace("&", "")
        assert "<script" not in written
        assert "style=" not in written
        assert "href" not in written or "<code" in written


@pytest.mark.parametrize(
    "latex", ["{" * 900, r"\sqrt{" * 150, "x_" * 400, r"\frac" * 190, r"\left(" * 160]
)
def test_a_hostile_formula_is_shown_as_it_is(latex: str) -> None:
    for written in (shown(f"\\({latex}\\)"), html(f"\\({latex}\\)")):
        assert latex in written


# -- sums


@pytest.mark.parametrize(
    "text",
    [
        "120\n+ 30\n- 15\n= 135",
        "Balance: 120 €\n+ 30 rent\n- 15 bus\n= 135 €",
        "Start with 80\n- 20\n- 5",
        "x^2\n+ 3x\n- 4",
    ],
)
def test_the_terms_of_a_sum_keep_their_signs(text: str) -> None:
    assert shown(text).replace(" \n", "\n").splitlines()[:3] == text.splitlines()[:3]
    assert "<li>" not in html(text)
    lines = render_discord(text).splitlines()
    assert not [line for line in lines if line.startswith(("- ", "+ ", "* "))]


def test_things_to_buy_are_a_list_and_no_sum() -> None:
    assert shown("Buy:\n- 3 apples\n- 5 pears") == "Buy:\n• 3 apples\n• 5 pears"


def test_a_list_of_what_speaks_for_and_against_keeps_its_signs() -> None:
    assert shown("+ quick\n- dear") == "+ quick\n- dear"
    assert render_discord("+ quick\n- dear") == "\\+ quick\n\\- dear"
    assert html("+ quick\n- dear").count("<ul") == 2


# -- tags and references


def test_the_few_tags_that_models_write_are_styles() -> None:
    text = "H<sub>2</sub>O, 5 m<sup>2</sup>,<br><b>bold</b> <u>under</u> <kbd>Ctrl</kbd>"
    assert shown(text) == "H₂O, 5 m²,\nbold under Ctrl"
    assert styled(text) == [("bold", "bold"), ("underline", "under"), ("code", "Ctrl")]
    assert "<sub>2</sub>" in html(text)


@pytest.mark.parametrize(
    "text", ["use a <div> for it", "List<b> of a", "<b>open", "x</b>", "<script>a</script>"]
)
def test_other_tags_are_text(text: str) -> None:
    assert shown(text) == text


def test_a_character_reference_is_decoded_outside_of_code() -> None:
    assert shown("Tom &amp; Ann &lt;3 &#39;ok&#39; &copy;") == "Tom & Ann <3 'ok' ©"
    assert shown("`&amp;` &nothing; AT&T;") == "&amp; &nothing; AT&T;"


def test_details_are_shown_with_their_summary() -> None:
    assert shown("<details>\n<summary>More</summary>\n\nHidden\n\n</details>") == "More\n\nHidden"


# -- emphasis


@pytest.mark.parametrize(
    ("markdown", "styles"),
    [
        ("**H**yper**T**ext", [("bold", "H"), ("bold", "T")]),
        ("foo**bar**baz", [("bold", "bar")]),
        ("2**3**4 and a**b + c**d", []),
        ("this is __underlined__", [("bold", "underlined")]),
        ("__init__ and __FILE__ and __call__(x)", []),
        ("the answer is ||forty-two||", [("spoiler", "forty-two")]),
        ("a || b || c, d||e||f", []),
    ],
)
def test_marks_are_read_as_they_are_meant(markdown: str, styles: list[tuple[str, str]]) -> None:
    assert styled(markdown) == styles


def test_marks_that_meet_on_discord_do_not_run_together() -> None:
    assert render_discord("*a*_b_") == "*a*\u200b*b*"
    assert render_discord("**bold***slanted*") == "**bold**\u200b*slanted*"


def test_a_bracket_that_was_escaped_opens_no_link_on_discord() -> None:
    assert render_discord("\\[text](https://example.org)") == "\\[text](<https://example.org>)"


# -- links


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[http://localhost:3000](http://localhost:3000)", "http://localhost:3000"),
        ("[the server](http://localhost:3000)", "the server (http://localhost:3000)"),
        ("[write](mailto:a@example.org)", "write (mailto:a@example.org)"),
        ("[a@example.org](mailto:a@example.org)", "a@example.org"),
        (
            "[below](#part-two) and [this](../docs/a.txt)",
            "below (#part-two) and this (../docs/a.txt)",
        ),
    ],
)
def test_a_link_to_elsewhere_shows_label_and_address_once(markdown: str, text: str) -> None:
    assert shown(markdown) == text
    assert render_discord(markdown).replace("<", "").replace(">", "") == text


def test_a_files_name_is_no_link_to_a_strangers_domain() -> None:
    text = "See README.md. Also (backup.sh) or docs/setup.py, not www.example.md or a@b.sh"
    assert shown(text) == text
    assert styled(text) == [("code", "README.md"), ("code", "backup.sh"), ("code", "docs/setup.py")]


# -- code that is indented too far


def test_a_fence_that_is_indented_like_code_is_a_fence_and_prose_below_it_is_prose() -> None:
    text = (
        "**Step**\n\n    ```python\n    def f():\n        return __name__\n    ```\n\n# "
        "Next\n\nprose"
    )
    assert styled(text)[1:] == [("pre", "def f():\n    return __name__"), ("bold", "Next")]


def test_a_list_whose_every_number_is_one_counts_on() -> None:
    assert shown("1. a\n1. b\n1. c") == "1. a\n2. b\n3. c"
    assert html("1. a\n1. b\n5. c") == (
        '<ol dir="ltr" start="1"><li>a</li><li>b</li><li value="5">c</li></ol>'
    )


def test_numbers_count_on_below_bullets_that_are_not_indented() -> None:
    assert shown("1. a\n- x\n1. b\n- y\n1. c") == "1. a\n• x\n2. b\n• y\n3. c"
    assert '<ol dir="ltr" start="1"><li value="2">b</li>' in html("1. a\n- x\n1. b")
    assert shown("1. a\n2. b\n- x\n1. c") == "1. a\n2. b\n• x\n1. c"
