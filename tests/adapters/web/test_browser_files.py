"""Photos and documents in a phone's browser: preview, progress, cancel, and a question with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.web.test_browser import a_page, fits
from tests.engine.media.pictures import made
from tests.servers.model import Reply
from tests.servers.model_faults import pictures_of

pytestmark = pytest.mark.browser
CHOSEN = "document.querySelectorAll('#chips li').length"


async def choose(browser: object, *paths: Path) -> None:
    field = await browser.find("input[type=file]")  # type: ignore[attr-defined]
    await browser.call(field.send_keys, "\n".join(map(str, paths)))  # type: ignore[attr-defined]


async def test_a_photo_is_scaled_shown_and_sent_with_its_question(
    tmp_path: Path, pictures: Path
) -> None:
    barn, rules = tmp_path / "barn.jpg", tmp_path / "rules.txt"
    barn.write_bytes(made((4000, 3000)))
    rules.write_text("Some rules.", "utf-8")
    async with a_page(tmp_path, (390, 844)) as (browser, site):
        site.model.queue.append(Reply("A red barn."))
        await browser.until("document.getElementById('attach')")
        await choose(browser, barn, rules)
        await browser.until(f"{CHOSEN} === 2 && !document.querySelector('#chips progress')")
        await browser.until("document.querySelector('#chips img')")
        await fits(browser)
        await browser.picture(pictures / "files-390.png")
        await browser.tap("#chips li:last-child button")
        await browser.until(f"{CHOSEN} === 1")
        await browser.ask("what is this?")
        await browser.shows("A red barn.")
        await browser.shows("📎 barn.jpg")
        assert await browser.js(f"return {CHOSEN}") == 0
        (url,) = pictures_of(site.model.requests[0].body)
        assert url.startswith("data:image/jpeg;base64,")
        assert len(url) < 300_000


async def test_a_file_that_is_too_large_is_named(tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (9 * 1024 * 1024))
    async with a_page(tmp_path, (360, 640)) as (browser, _):
        await browser.until("document.getElementById('attach')")
        await choose(browser, large)
        await browser.shows("large.bin is too large: at most 8 MB.")
        await browser.until("document.querySelector('#chips .bad')")
