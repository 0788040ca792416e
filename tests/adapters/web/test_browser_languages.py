"""The page in a small phone's browser, in each language: nothing sticks out, no label is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.web.wording import LANGUAGES
from tests.adapters.web.browser import Browser
from tests.adapters.web.test_browser import SMALL, a_page, fits, opened
from tests.servers.model import Reply

pytestmark = pytest.mark.browser
# The rows of a label, if it is wrapped, and a label that is wider than its button.
CUT = """
return [...document.querySelectorAll('button')].filter(b => b.checkVisibility())
  .filter(b => b.scrollWidth > b.clientWidth + 1 || b.scrollHeight > b.clientHeight + 1)
  .map(b => b.textContent)
"""
HEADER = """
return [...document.querySelectorAll('header button, #send')].filter(b => b.checkVisibility())
  .map(b => [b.textContent, b.getBoundingClientRect().height]).filter(([, h]) => h > 60)
"""


# Text fields whose hint needs two rows, or is aligned to the wrong side.
HINTS = """
const pen = document.createElement('canvas').getContext('2d');
const width = (box) => {
  pen.font = getComputedStyle(box).font;
  return pen.measureText(box.placeholder).width;
};
const way = document.documentElement.dir;
return [...document.querySelectorAll('textarea')].filter(b => b.checkVisibility())
  .filter(b => width(b) > b.clientWidth - 24 && b.id === 'text' || getComputedStyle(b).direction !== way
    || b.id === 'text' && b.getBoundingClientRect().height > 50)
  .map(b => b.placeholder)
"""


async def looks_right(browser: Browser) -> None:
    await fits(browser)
    assert await browser.js(CUT) == []
    assert await browser.js(HEADER) == []
    assert await browser.js(HINTS) == []


async def test_the_page_and_its_menu_fit_a_small_phone_in_each_language(
    tmp_path: Path, pictures: Path
) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        site.model.queue.append(Reply("Half an", finish="length"))
        await browser.ask("tell me")
        await browser.still()
        for code, words in [*list(LANGUAGES.items())[1:], ("en", LANGUAGES["en"])]:
            await opened(browser)
            await browser.js(
                "const one = document.getElementById('language'); one.value = arguments[0];"
                "one.dispatchEvent(new Event('change', {bubbles: true}))",
                code,
            )
            await browser.until(f"document.documentElement.lang === '{code}'")
            way = "rtl" if words.page.right_to_left else "ltr"
            assert await browser.js("return document.documentElement.dir") == way
            await browser.until("document.getElementById('attach')")
            await looks_right(browser)
            assert await browser.js("return document.getElementById('fresh').textContent") == (
                words.page.fresh
            )
            await browser.picture(pictures / f"page-{code}.png")
            await opened(browser)
            await looks_right(browser)
            await browser.picture(pictures / f"menu-{code}.png")
            await browser.tap("#close")
