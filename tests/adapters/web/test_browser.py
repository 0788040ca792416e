"""Tests of the page in a real browser at a phone's size.

Each run saves its screenshots in tests/adapters/web/pictures.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.adapters.web.browser import KEYS, SMALL, TALL, Browser, a_browser
from tests.adapters.web.rig import Site, a_line, a_site
from tests.servers.model import ModelServer, Reply

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180), pytest.mark.filterwarnings("default")]
SIZES = pytest.mark.parametrize("size", [SMALL, TALL], ids=["360x640", "390x844"])

ANSWER = """Use `sorted` with a **key**:

```python
people = [{"name": "Ada", "born": 1815}, {"name": "Alan", "born": 1912}, {"name": "Grace", "born": 1906}]
print(sorted(people, key=lambda person: person["born"]))
```

1. It returns a *new* list.
2. The order of equals stays.

| Way | New list | In place |
|---|---:|---:|
| `sorted(x)` | yes | no |
| `x.sort()` | no | yes, and it returns None |

https://docs.python.org/3/library/functions.html#sorted-and-a-very-long-address-that-does-not-fit-into-one-line
"""
ARABIC = "الترتيب سهل: استعمل `sorted`.\n\n- القائمة الأصلية لا تتغير\n- الترتيب ثابت"


@asynccontextmanager
async def a_page(
    folder: Path, size: tuple[int, int], *, touch: bool = True, language: str = "en"
) -> AsyncIterator[tuple[Browser, Site]]:
    async with ModelServer() as model, a_site(folder, model) as site, a_line(site) as line:
        site.line = line
        async with a_browser(folder, size, touch=touch, language=language) as browser:
            await browser.open(site.url)
            yield browser, site


async def fits(browser: Browser) -> None:
    """Assert that only code and tables scroll sideways, and that all tap targets are large enough."""
    assert await browser.js("return document.scrollingElement.scrollWidth <= innerWidth")
    assert await browser.js(
        "const l = document.getElementById('log'); return l.scrollWidth <= l.clientWidth"
    )
    small = await browser.js(
        "return [...document.querySelectorAll('button, textarea')].filter(b => b.checkVisibility())"
        ".map(b => b.getBoundingClientRect()).filter(r => r.width < 44 || r.height < 44 || "
        "r.right > innerWidth).length"
    )
    assert small == 0


async def drop(browser: Browser, site: Site) -> None:
    """Cut the network: connections end, and the phone knows that it is offline."""
    site.line.cut()
    await browser.offline(off=True)


async def back(browser: Browser, site: Site) -> None:
    site.line.mend()
    await browser.offline(off=False)


@SIZES
async def test_a_question_is_asked_and_answered(
    tmp_path: Path, size: tuple[int, int], pictures: Path
) -> None:
    async with a_page(tmp_path, size) as (browser, site):
        site.model.queue += [Reply(ANSWER), Reply(ARABIC)]
        await fits(browser)
        await browser.ask("How do I sort a list of dicts in Python?")
        await browser.shows("returns a new list")
        await browser.still()
        await fits(browser)
        await browser.picture(pictures / f"answer-{size[0]}.png")
        await browser.ask("وبالعربية؟")
        await browser.shows("الترتيب ثابت")
        await browser.still()
        await fits(browser)
        way = "getComputedStyle([...document.querySelectorAll('.answer ul')].pop()).direction"
        assert await browser.js(f"return {way}") == "rtl"
        await browser.dark(on=True)
        await browser.picture(pictures / f"dark-{size[0]}.png")


@SIZES
async def test_input_and_buttons_are_at_the_thumb(tmp_path: Path, size: tuple[int, int]) -> None:
    async with a_page(tmp_path, size) as (browser, _):
        await browser.ask("hello")
        await browser.still()
        bottom = "return document.querySelector(arguments[0]).getBoundingClientRect().bottom"
        assert size[1] - await browser.js(bottom, "#text") <= 12
        assert size[1] - await browser.js(bottom, "#send") <= 12


@SIZES
async def test_an_answer_is_stopped_and_continued(
    tmp_path: Path, size: tuple[int, int], pictures: Path
) -> None:
    async with a_page(tmp_path, size) as (browser, site):
        gate = site.model.gate()
        site.model.queue += [
            Reply("One two three four five six seven eight.", gate=gate),
            Reply("No."),  # to the engine's question whether the endpoint goes on with a text
            Reply("and so on to ten."),
        ]
        await browser.ask("Count to ten")
        gate.release(6)
        await browser.shows("One two three")
        assert await browser.js("return document.getElementById('send').textContent") == "Stop"
        await browser.picture(pictures / f"growing-{size[0]}.png")
        await browser.tap("#send")
        await browser.shows("Stopped.")
        await browser.still()
        gate.open()
        await browser.picture(pictures / f"stopped-{size[0]}.png")
        await browser.tap("article:last-child [data-action=continue]")
        await browser.shows("and so on to ten.")
        await browser.still()
        await fits(browser)


async def test_a_growing_answer_changes_in_place(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        gate = site.model.gate()
        site.model.queue.append(
            Reply("A first paragraph stands here.\n\nA second one grows word by word.", gate=gate)
        )
        await browser.ask("two paragraphs")
        gate.release(7)
        await browser.shows("A first paragraph stands here.")
        await browser.js("document.querySelector('.answer p').dataset.same = 'yes'")
        gate.open()
        await browser.shows("word by word.")
        assert await browser.js("return document.querySelector('.answer p').dataset.same") == "yes"
        assert await browser.js("return document.querySelectorAll('article').length") == 1


async def test_a_reload_keeps_the_chat(tmp_path: Path) -> None:
    async with a_page(tmp_path, TALL) as (browser, site):
        await browser.ask("remember the lighthouse")
        await browser.shows("You said: remember the lighthouse")
        await browser.still()
        await browser.open(site.url)
        assert "You said: remember the lighthouse" in await browser.js(
            "return document.getElementById('log').innerText"
        )
        assert await browser.js("return document.querySelectorAll('article').length") == 1
        assert await browser.js("return document.cookie") == ""


async def test_offline_in_mid_answer_and_back_to_the_finished_one(
    tmp_path: Path, pictures: Path
) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        gate = site.model.gate()
        site.model.queue.append(
            Reply("One two three four five six seven eight nine ten.", gate=gate)
        )
        await browser.ask("Count to ten")
        gate.release(6)
        await browser.shows("One two three")
        await drop(browser, site)
        await browser.shows("No connection.")
        await browser.picture(pictures / "offline-360.png")
        gate.open()
        await (await site.model.call(0)).ended.wait()
        assert "nine ten" not in await browser.js("return document.body.innerText")
        await back(browser, site)
        await browser.shows("nine ten.")
        await browser.still()
        await browser.until("document.querySelector('#note span').textContent === ''")


async def test_a_question_asked_offline_is_sent_once_the_network_is_back(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        await drop(browser, site)
        await browser.ask("anybody there?")
        await browser.shows("anybody there?")
        await back(browser, site)
        await browser.shows("You said: anybody there?")
        await browser.still()
        assert len(site.model.requests) == 1


async def test_a_line_that_dies_without_a_word_from_the_phone_is_taken_up_again(
    tmp_path: Path,
) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        gate = site.model.gate()
        site.model.queue.append(
            Reply("One two three four five six seven eight nine ten.", gate=gate)
        )
        await browser.ask("Count to ten")
        gate.release(6)
        await browser.shows("One two three")
        site.line.cut()
        await browser.shows("No connection.")
        gate.open()
        site.line.mend()
        await browser.shows("nine ten.")
        await browser.still()


async def test_with_the_keyboard_only(tmp_path: Path) -> None:
    async with a_page(tmp_path, TALL, touch=False) as (browser, site):
        gate = site.model.gate()
        site.model.queue += [Reply("One two three four five.", gate=gate), Reply("Said anew.")]
        await browser.until("document.activeElement.id === 'text'")
        await browser.keys("a question", KEYS.ENTER)
        gate.release(4)
        await browser.shows("One two")
        await browser.keys(KEYS.ESCAPE)
        await browser.shows("Stopped.")
        await browser.still()
        gate.open()
        reached = []
        for _ in range(8):
            await browser.keys(KEYS.SHIFT, KEYS.TAB, KEYS.NULL)
            reached.append(
                await browser.js(
                    "const a = document.activeElement; return a.dataset.action || a.id"
                )
            )
        assert {"retry", "continue", "log", "menu", "fresh"} <= set(reached)
        await browser.js("document.querySelector('[data-action=retry]').focus()")
        await browser.keys(KEYS.ENTER)
        await browser.shows("Said anew.")


async def test_what_is_said_to_a_screen_reader(tmp_path: Path) -> None:
    async with a_page(tmp_path, TALL) as (browser, _):
        nameless = await browser.js(
            "return [...document.querySelectorAll('button, textarea, [role=log], dialog')]"
            ".filter(e => !(e.getAttribute('aria-label') || e.textContent.trim())).map(e => "
            "e.outerHTML)"
        )
        assert nameless == []
        await browser.ask("hello")
        await browser.still()
        await browser.until(
            "document.getElementById('said').textContent.includes('You said: hello')"
        )


async def test_text_never_becomes_a_script(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        attack = (
            '<img src=x onerror="window.struck=1"><script>window.struck=1</script> '
            "[a](javascript:window.struck=1)"
        )
        site.model.queue.append(Reply(attack))
        await browser.ask(attack)
        await browser.still()
        await browser.open(site.url)
        await browser.shows("window.struck")
        assert await browser.js("return window.struck === undefined")
        assert (
            await browser.js(
                "return document.querySelectorAll('article img, article script').length"
            )
            == 0
        )


async def test_the_panel_shows_what_is_kept_and_erases_it_and_no_other_host_is_asked(
    tmp_path: Path, pictures: Path
) -> None:
    async with a_page(tmp_path, TALL) as (browser, _):
        await browser.ask("my plans")
        await browser.still()
        assert await browser.js("return document.querySelectorAll('iframe').length") == 0
        await browser.tap("#menu")
        await browser.tap("#more")
        frame = await browser.find("iframe")
        await browser.call(browser.driver.switch_to.frame, frame)
        await browser.shows("What is remembered (1)")
        assert (
            await browser.js(
                "return getComputedStyle(document.querySelector('textarea')).unicodeBidi"
            )
            == "plaintext"
        )
        assert await browser.js("return document.scrollingElement.scrollWidth <= innerWidth")
        await browser.call(browser.driver.switch_to.default_content)
        await browser.picture(pictures / "panel-390.png")
        await browser.call(browser.driver.switch_to.frame, frame)
        await browser.tap("input[type=checkbox]")
        await browser.js(
            "[...document.querySelectorAll('button')].find(b => "
            "b.textContent.includes('Erase')).click()"
        )
        await browser.shows("Erased.")
        await browser.call(browser.driver.switch_to.default_content)
        await browser.tap("#close")
        await browser.until("!document.querySelector('article')")
        assert await browser.hosts() == {"127.0.0.1"}


async def test_a_new_chat_begins_empty(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, _):
        await browser.ask("old words")
        await browser.still()
        await browser.tap("#fresh")
        await browser.shows("A new conversation")
        await browser.until("!document.body.innerText.includes('old words')")


async def test_the_page_in_arabic_reads_from_right_to_left(tmp_path: Path, pictures: Path) -> None:
    async with a_page(tmp_path, SMALL, language="ar") as (browser, _):
        await fits(browser)
        left = "return document.querySelector(arguments[0]).getBoundingClientRect().left"
        assert await browser.js(left, "#send") < await browser.js(left, "#text")
        await browser.picture(pictures / "arabic-360.png")


async def test_a_message_that_is_not_taken_is_back_in_the_box_with_a_word(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, _):
        await browser.js("window.fetch = async () => new Response('', {status: 413})")
        await browser.ask("my long question")
        await browser.shows("Your text is back in the box.")
        await browser.until("document.getElementById('text').value === 'my long question'")
        assert await browser.js("return document.querySelectorAll('article').length") == 0


@SIZES
async def test_who_logs_out_finds_the_password_asked_for(
    tmp_path: Path, pictures: Path, size: tuple[int, int]
) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model, WEB_PASSWORD="open sesame") as site,
        a_browser(tmp_path, size) as browser,
    ):
        await browser.open(site.url)
        await browser.js("arguments[0].focus()", await browser.find("#password"))
        await browser.keys("open sesame", KEYS.ENTER)
        await browser.until("document.getElementById('log')")
        await browser.tap("#menu")
        await browser.until("document.getElementById('leave').checkVisibility()")
        await fits(browser)
        await browser.picture(pictures / f"log-out-{size[0]}.png")
        await browser.tap("#leave button")
        await browser.until("document.getElementById('password')")
        assert await browser.js("return document.cookie") == ""


async def opened(browser: Browser) -> None:
    await browser.tap("#menu")
    await browser.until("document.querySelector('#choices section')")


async def test_the_menu_opens_at_once_and_the_way_back_closes_it(
    tmp_path: Path, pictures: Path
) -> None:
    async with a_page(tmp_path, TALL) as (browser, _):
        await browser.ask("about lighthouses")
        await browser.still()
        await browser.until("window.pipitLater")
        waited = await browser.js(
            "const began = performance.now(); document.getElementById('menu').click();"
            "return window.pipitLater.open().then(() => performance.now() - began)"
        )
        assert waited < 1000  # a busy machine; benchmarks.page tells how long it takes
        assert await browser.js("return document.getElementById('panel').open")
        await browser.until("document.querySelector('#choices section')")
        await fits(browser)
        await browser.picture(pictures / "menu-390.png")
        await browser.call(browser.driver.back)
        await browser.until("!document.getElementById('panel').open")
        assert await browser.js("return location.pathname") == "/"
        await opened(browser)
        await browser.keys(KEYS.ESCAPE)
        await browser.until("!document.getElementById('panel').open")


async def test_an_earlier_chat_comes_back_from_the_menu(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, _):
        await browser.ask("about lighthouses")
        await browser.still()
        await browser.tap("#fresh")
        await browser.shows("A new conversation")
        await browser.ask("about rivers")
        await browser.still()
        await opened(browser)
        await browser.tap("[data-do=chats]:not([aria-current])")
        await browser.until("!document.getElementById('panel').open")
        await browser.shows("You said: about lighthouses")
        assert "rivers" not in await browser.js("return document.getElementById('log').innerText")


async def test_a_language_chosen_in_the_menu_turns_the_page(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, _):
        await opened(browser)
        await browser.js(
            "const one = document.getElementById('language'); one.value = 'ar';"
            "one.dispatchEvent(new Event('change', {bubbles: true}))"
        )
        await browser.until("document.documentElement.dir === 'rtl'")
        await opened(browser)
        await fits(browser)


async def test_code_and_answers_are_copied(tmp_path: Path) -> None:
    async with a_page(tmp_path, TALL) as (browser, site):
        site.model.queue.append(Reply(ANSWER))
        await browser.ask("sort")
        await browser.still()
        await browser.js(
            "document.addEventListener('copy', () => { window.copied = String(getSelection()); })"
        )
        await browser.until("document.querySelector('figure .copy')")
        await browser.tap("figure .copy")
        copied = await browser.js("return window.copied")
        assert copied.startswith("people = [")
        assert copied.rstrip().endswith('person["born"]))')
        await browser.tap(".foot .copy")
        copied = await browser.js("return window.copied")
        assert "returns a new list" in copied
        assert "Copy" not in copied


async def test_code_that_was_moved_sideways_stays_there_while_it_grows(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        gate = site.model.gate()
        line = "x = " + "1 + " * 60
        site.model.queue.append(Reply(f"```\n{line}\ny = 2 and more\n```", gate=gate))
        await browser.ask("code")
        gate.release(100)
        await browser.until(
            "document.querySelector('pre') && document.querySelector('pre').scrollWidth > 600"
        )
        await browser.js("document.querySelector('pre').scrollLeft = 120")
        gate.open()
        await browser.shows("and more")
        await browser.still()
        assert await browser.js("return document.querySelector('pre').scrollLeft") == 120


async def test_a_draft_survives_a_reload(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        await browser.write("half a thought")
        await browser.open(site.url)
        assert await browser.js("return document.getElementById('text').value") == "half a thought"
        await browser.tap("#send")
        await browser.still()
        await browser.open(site.url)
        assert await browser.js("return document.getElementById('text').value") == ""


async def test_a_text_that_is_too_long_is_told_and_kept(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        await browser.js(
            "const box = document.getElementById('text'); box.value = 'x'.repeat(64001);"
            "box.dispatchEvent(new Event('input', {bubbles: true}))"
        )
        await browser.shows("64,001 of 64,000 characters")
        assert await browser.js("return document.getElementById('send').disabled")
        await browser.js(
            "const box = document.getElementById('text'); box.value = 'x'.repeat(64000);"
            "box.dispatchEvent(new Event('input', {bubbles: true}))"
        )
        await browser.until("!document.getElementById('send').disabled")
        assert not site.model.requests


async def test_a_phone_keeps_its_keyboard_closed_until_the_box_is_touched(tmp_path: Path) -> None:
    async with a_page(tmp_path, SMALL) as (browser, _):
        focused = "return document.activeElement.id"
        assert await browser.js(focused) != "text"
        await browser.ask("hello")
        await browser.still()
        await browser.tap("article:last-child [data-action=retry]")
        await browser.still()
        assert await browser.js(focused) != "text"
        await browser.tap("#fresh")
        await browser.shows("A new conversation")
        assert await browser.js(focused) != "text"


async def test_a_lost_connection_looks_like_an_error_with_a_button_that_helps(
    tmp_path: Path, pictures: Path
) -> None:
    async with a_page(tmp_path, SMALL) as (browser, site):
        await drop(browser, site)
        await browser.shows("No connection.")
        assert await browser.js("return document.getElementById('note').classList.contains('bad')")
        await browser.picture(pictures / "error-360.png")
        await back(browser, site)
        await browser.js("document.querySelector('#note button').click()")
        await browser.until("document.querySelector('#note span').textContent === ''")


def _axe() -> str:
    """Return the script of axe-core, which a package carries; the package itself is not imported."""
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.submodule_search_locations
    return (Path(spec.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


async def violations(browser: Browser) -> list[str]:
    await browser.js(_axe() + "; window.axe = axe;")
    script = (
        "const tell = arguments[0]; window.axe.run().then(found => tell(found.violations.map("
        "one => one.id + ': ' + one.nodes[0].html)))"
    )
    found: list[str] = await browser.call(browser.driver.execute_async_script, script)
    return found


async def test_no_view_violates_a_rule_of_accessibility(tmp_path: Path) -> None:
    async with a_page(tmp_path, TALL) as (browser, site):
        assert await violations(browser) == []
        site.model.queue.append(Reply(ANSWER))
        await browser.ask("How do I sort?")
        await browser.still()
        assert await violations(browser) == []
        await browser.dark(on=True)
        assert await violations(browser) == []
        await opened(browser)
        assert await violations(browser) == []
        await browser.call(browser.driver.back)
        await drop(browser, site)
        await browser.shows("No connection.")
        assert await violations(browser) == []


async def test_the_login_violates_no_rule_of_accessibility(tmp_path: Path) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model, WEB_PASSWORD="open sesame") as site,
        a_browser(tmp_path, TALL) as browser,
    ):
        await browser.open(site.url)
        assert await violations(browser) == []
