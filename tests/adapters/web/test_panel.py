"""Tests of the panel over HTTP, with the requests that Gradio's own script sends."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.web.wording import panel_words
from tests.adapters.web.rig import Phone, a_phone, a_site, done
from tests.servers.model import ModelServer

# Gradio 4 raises deprecation warnings of its own libraries.
pytestmark = [pytest.mark.web, pytest.mark.timeout(120), pytest.mark.filterwarnings("default")]
SLOW = aiohttp.ClientTimeout(total=60)


async def config_of(phone: Phone) -> dict[str, Any]:
    async with phone.session.get(f"{phone.url}/gradio/config", timeout=SLOW) as answer:
        assert answer.status == 200
        config: dict[str, Any] = await answer.json()
        return config


async def call(phone: Phone, config: dict[str, Any], name: str, *values: object) -> list[Any]:
    """Trigger a component's event through Gradio's queue."""
    number = next(
        n for n, event in enumerate(config["dependencies"]) if event.get("api_name") == name
    )
    number = config["dependencies"][number].get("id", number)
    prefix = f"{phone.url}/gradio{config.get('api_prefix') or ''}"
    body = {
        "data": list(values),
        "fn_index": number,
        "session_hash": "abcdefgh",
        "trigger_id": None,
    }
    async with phone.session.post(f"{prefix}/queue/join", json=body) as answer:
        assert answer.status == 200, await answer.text()
    async with phone.session.get(
        f"{prefix}/queue/data?session_hash=abcdefgh", timeout=SLOW
    ) as answer:
        async for raw in answer.content:
            line = raw.decode()
            if (
                line.startswith("data: ")
                and (data := json.loads(line[6:]))["msg"] == "process_completed"
            ):
                assert data["success"], data
                values_out: list[Any] = data["output"]["data"]
                return values_out
    raise AssertionError("no end")


async def test_what_is_kept_is_shown_to_its_visitor_alone(tmp_path: Path) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model) as site,
        a_phone(site) as ann,
        a_phone(site) as bob,
    ):
        await ann.open()
        await bob.open()
        await ann.ask("my <b>plans</b>", "question-1")
        await ann.until(done)
        config = await config_of(ann)
        assert "my &lt;b&gt;plans&lt;/b&gt;" in (await call(ann, config, "show"))[0]
        assert "plans" not in json.dumps(await call(bob, config, "show"))


async def test_erasing_asks_first_and_leaves_nothing(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        await phone.ask("my plans", "question-1")
        await phone.until(done)
        config = await config_of(phone)
        assert "Tick the box" in (await call(phone, config, "forget", False))[2]
        assert "my plans" in await phone.open()
        assert (await call(phone, config, "forget", True))[2] == "Erased."
        assert "my plans" not in await phone.open()
        assert b"my plans" not in b"".join(path.read_bytes() for path in tmp_path.glob("pipit.db*"))


async def test_a_role_set_in_the_panel_reaches_the_model(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        assert (await call(phone, await config_of(phone), "set_role", "a lighthouse keeper")) == [
            "Set."
        ]
        await phone.until(done)
        await phone.ask("who are you?", "question-1")
        await phone.until(lambda p: "question-1" in p.items and not p.growing)
        assert "a lighthouse keeper" in json.dumps(model.requests[-1].body)


async def test_the_panels_page_names_no_other_host(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        async with phone.session.get(f"{site.url}/gradio/", timeout=SLOW) as answer:
            html = await answer.text()
            assert answer.status == 200
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    elsewhere = (
        r"<(?:link|script|img|iframe)\b[^>]*(?:href|src)=\"(https?://(?!127\.0\.0\.1)[^\"]*)"
    )
    assert re.findall(elsewhere, html) == []


async def test_the_labels_and_the_direction_follow_the_language_of_the_chat(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        config = await config_of(phone)
        assert (await call(phone, config, "show"))[1]["value"] == panel_words("en").again
        await phone.ask("/language ar", "question-1")
        await phone.until(lambda p: "question-1" in p.items and not p.growing)
        kept, again, *_ = await call(phone, config, "show")
        assert panel_words("ar").nothing in kept
        assert again["value"] == panel_words("ar").again
        async with phone.session.get(f"{site.url}/gradio/", timeout=SLOW) as answer:
            assert '<html dir="rtl"' in await answer.text()


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("de", "ltr")])
async def test_the_panel_reads_in_its_visitors_direction(
    tmp_path: Path, language: str, direction: str
) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model) as site,
        a_phone(site, language) as phone,
    ):
        await phone.open()
        async with phone.session.get(f"{site.url}/gradio/", timeout=SLOW) as answer:
            assert re.findall(r'<html dir="(\w+)"', await answer.text()) == [direction]


@pytest.mark.parametrize(
    "path",
    ["file=/etc/passwd", "gradio_api/file=/etc/passwd", "upload", "gradio_api/upload", "proxy=https://example.org",
     "gradio_api/proxy=https://example.org", "monitoring/x", "docs", "gradio_api/run/show",
     "call/show"],
)  # fmt: skip
async def test_gradios_other_doors_are_shut(tmp_path: Path, path: str) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        for method in ("GET", "POST"):
            async with phone.session.request(
                method, f"{site.url}/gradio/{path}", timeout=SLOW
            ) as answer:
                assert answer.status == 404
