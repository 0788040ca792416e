"""Voice messages in a phone's browser, with Chromium's imitated microphone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.adapters.web.browser import SMALL, TALL, Browser, a_browser
from tests.adapters.web.rig import Site, a_site
from tests.adapters.web.test_browser import fits, violations
from tests.servers.model import ModelServer, Reply

pytestmark = [
    pytest.mark.browser,
    # huggingface_hub 2.4 passes the body in a way that its HTTP library calls outdated.
    pytest.mark.filterwarnings("ignore:Use 'content="),
]
DEVICE = ("--use-fake-device-for-media-stream",)
ALLOWED = (*DEVICE, "--use-fake-ui-for-media-stream")
RUNS = "document.querySelector('#voice.on [role=timer]')"
READY = "!document.querySelector('#voice').hidden && !document.querySelector('#voice.on')"
WEBM = b"\x1aE\xdf\xa3"


@asynccontextmanager
async def a_page(
    folder: Path,
    size: tuple[int, int] = TALL,
    flags: Sequence[str] = ALLOWED,
    *,
    hears: bool = True,
) -> AsyncIterator[tuple[Browser, Site]]:
    async with ModelServer() as model:
        speech = {"SPEECH_BASE_URL": model.base_url} if hears else {}
        async with (
            a_site(folder, model, **speech) as site,
            a_browser(folder, size, flags=flags) as browser,
        ):
            await browser.open(site.url)
            yield browser, site


async def label(browser: Browser, selector: str) -> str:
    return str(await browser.js(f"return document.querySelector('{selector}').ariaLabel"))


async def test_a_voice_message_is_recorded_heard_again_and_sent(
    tmp_path: Path, pictures: Path
) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        site.model.transcripts.append("What is a barn?")
        site.model.queue.append(Reply("A building."))
        await browser.until("document.getElementById('mic')")
        await fits(browser)
        assert await label(browser, "#mic") == "Record a voice message"
        assert await violations(browser) == []
        await browser.tap("#mic")
        await browser.until(f"{RUNS}?.textContent === '0:01'")
        await fits(browser)
        assert await violations(browser) == []
        await browser.picture(pictures / "voice-recording-360.png")
        await browser.tap("#voice button:last-child")
        await browser.until(READY)
        await fits(browser)
        assert await violations(browser) == []
        await browser.picture(pictures / "voice-ready-360.png")
        await browser.tap("#voice button[aria-label=Play]")
        await browser.until("document.querySelector('#voice button[aria-label=Pause]')")
        await browser.tap("#voice button:last-child")
        await browser.shows("A building.")
        await browser.shows("📎 voice.webm")
        await browser.shows("🎤 What is a barn?")
        (recording,) = site.model.recordings
        assert recording[0] == "voice.webm"
        assert recording[1].startswith(WEBM)
        assert b"OpusHead" in recording[1]
        assert await browser.js("return document.querySelector('#voice').hidden")


async def test_a_held_button_records_until_it_is_released(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, _):
        await browser.until("document.getElementById('mic')")
        press = (
            "arguments[0].dispatchEvent(new PointerEvent(arguments[1], {bubbles: true, button: 0}))"
        )
        mic = await browser.find("#mic")
        await browser.js(press, mic, "pointerdown")
        await browser.until(f"{RUNS}?.textContent === '0:01'")
        await browser.js(press, mic, "pointerup")
        await browser.until(READY)


async def test_a_recording_can_be_discarded_by_button_and_by_key(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, site):
        await browser.until("document.getElementById('mic')")
        await browser.tap("#mic")
        await browser.until(RUNS)
        await browser.tap("#voice button:first-child")
        await browser.until("document.querySelector('#voice').hidden")
        await browser.js("arguments[0].focus()", await browser.find("#mic"))
        await browser.keys(Keys.ENTER)
        await browser.until(f"{RUNS}?.textContent === '0:01'")
        await browser.keys(Keys.ESCAPE)
        await browser.until("document.querySelector('#voice').hidden")
        assert await browser.js("return !document.getElementById('mic').disabled")
        assert site.model.recordings == []


async def test_the_button_beside_the_box_sends_the_recording_too(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (browser, site):
        site.model.transcripts.append("What is a barn?")
        await browser.until("document.getElementById('mic')")
        await browser.tap("#mic")
        await browser.until(f"{RUNS}?.textContent === '0:01'")
        await browser.tap("#send")
        await browser.until(READY)
        await browser.tap("#send")
        await browser.shows("🎤 What is a barn?")
        assert len(site.model.recordings) == 1


async def test_a_refused_microphone_is_explained(tmp_path: Path) -> None:
    async with a_page(tmp_path, flags=(*DEVICE, "--deny-permission-prompts")) as (browser, _):
        await browser.until("document.getElementById('mic')")
        await browser.tap("#mic")
        await browser.shows("The browser does not let this page use the microphone.")
        assert await browser.js("return document.querySelector('#voice').hidden")


async def test_a_written_text_takes_the_place_of_the_button(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, _):
        await browser.until("document.getElementById('mic')")
        await browser.write("hello")
        await browser.until("!document.getElementById('mic').checkVisibility()")


async def test_there_is_no_button_without_a_service_for_speech(tmp_path: Path) -> None:
    async with a_page(tmp_path, hears=False) as (browser, _):
        await browser.until("document.getElementById('attach')")
        await asyncio.sleep(0.2)
        assert await browser.js("return document.getElementById('mic') === null")
        assert "voice.js" not in await browser.js("return document.documentElement.outerHTML")
