"""Drive a browser at a phone's size: Debian's Chromium, headless, on an asyncio loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

SMALL, TALL = (360, 640), (390, 844)
LIMIT_SECONDS = 20.0
LOOK_SECONDS = 0.05
# Chromium has no sandbox when it runs as root in a container. The other flags prevent requests to
# its maker's hosts.
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
)  # fmt: skip


@dataclass
class Browser:
    """A browser.

    With `touch` it is a phone with a touch screen, else a screen of that size with a keyboard.
    """

    driver: Any

    async def call(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, lambda: work(*arguments))

    async def open(self, url: str) -> None:
        await self.call(self.driver.get, url)

    async def js(self, script: str, *arguments: Any) -> Any:
        return await self.call(self.driver.execute_script, script, *arguments)

    async def until(self, condition: str) -> None:
        """Wait until a JavaScript expression is true."""
        limit = asyncio.get_running_loop().time() + LIMIT_SECONDS
        while not await self.js(f"return Boolean({condition})"):
            if asyncio.get_running_loop().time() > limit:
                shown = await self.js("return document.body.innerText")
                raise AssertionError(f"never: {condition}; the page shows: {shown}")
            await asyncio.sleep(LOOK_SECONDS)

    async def shows(self, text: str) -> None:
        await self.until(f"document.body.innerText.includes({json.dumps(text)})")

    async def still(self) -> None:
        await self.until(
            "document.querySelector('article') && !document.querySelector('[aria-busy]')"
        )

    async def write(self, text: str) -> None:
        await self.js("arguments[0].focus()", await self.find("#text"))
        await self.keys(text)

    async def keys(self, *keys: str) -> None:
        """Type into the element that has the focus."""
        await self.call(webdriver.ActionChains(self.driver).send_keys(*keys).perform)

    async def tap(self, selector: str) -> None:
        await self.call((await self.find(selector)).click)

    async def find(self, selector: str) -> Any:
        return await self.call(self.driver.find_element, By.CSS_SELECTOR, selector)

    async def ask(self, text: str) -> None:
        await self.write(text)
        await self.tap("#send")

    async def offline(self, *, off: bool) -> None:
        conditions = {
            "offline": off,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        }
        await self.call(self.driver.execute_cdp_cmd, "Network.emulateNetworkConditions", conditions)

    async def dark(self, *, on: bool) -> None:
        features = [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]
        await self.call(
            self.driver.execute_cdp_cmd, "Emulation.setEmulatedMedia", {"features": features}
        )

    async def hosts(self) -> set[str]:
        """Return every host that received a request since the last call."""
        entries = [
            json.loads(entry["message"])["message"]
            for entry in await self.call(self.driver.get_log, "performance")
        ]
        urls = [
            entry["params"]["request"]["url"]
            for entry in entries
            if entry["method"] == "Network.requestWillBeSent"
        ]
        return {urlsplit(url).hostname or "" for url in urls if url.startswith(("http", "ws"))}

    async def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.call(self.driver.save_screenshot, str(path))


@asynccontextmanager
async def a_browser(
    folder: Path,
    size: tuple[int, int],
    *,
    touch: bool = True,
    language: str = "en",
    flags: Sequence[str] = (),
) -> AsyncIterator[Browser]:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*_FLAGS, *flags, f"--user-data-dir={folder / 'profile'}", f"--lang={language}"):
        options.add_argument(flag)
    if touch:
        metrics = {
            "width": size[0],
            "height": size[1],
            "pixelRatio": 2.0,
            "touch": True,
            "mobile": True,
        }
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    options.add_argument(f"--window-size={size[0]},{size[1]}")
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    loop = asyncio.get_running_loop()
    driver = await loop.run_in_executor(
        None, lambda: webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    )
    try:
        await loop.run_in_executor(None, lambda: driver.execute_cdp_cmd("Network.enable", {}))
        yield Browser(driver)
    finally:
        await loop.run_in_executor(None, driver.quit)


KEYS = Keys
