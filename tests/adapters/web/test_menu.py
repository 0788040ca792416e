"""The menu over HTTP: what it lists, and what becomes of a choice."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from adapters.web.menu import menu_html
from engine.contract import Finish
from engine.kept import Conversation, Exchange, Overview
from tests.adapters.web.rig import Phone, a_phone, a_site, done
from tests.engine.media.test_ogg import opus
from tests.servers.model import ModelServer, Reply

WEB = [pytest.mark.web, pytest.mark.timeout(60)]


async def menu(phone: Phone) -> str:
    async with phone.session.get(f"{phone.url}/menu") as answer:
        assert answer.status == 200
        return await answer.text()


async def choose(phone: Phone, command: str, value: str = "") -> dict[str, str]:
    status, said = await phone.post("menu", {"command": command, "value": value})
    assert status == 200
    return dict(said)


async def ask(phone: Phone, text: str, handle: str) -> None:
    await phone.ask(text, handle)
    await phone.until(done)


def test_nothing_that_people_or_models_wrote_becomes_markup() -> None:
    bad = '"><script>x</script>'
    overview = Overview(
        persona=bad,
        conversations=[Conversation(1, bad, 0.0, 1, running=True)],
        exchanges=[Exchange("h", bad, "", Finish.STOP, 0.0, 1)],
        documents=[(1, bad)],
    )
    html = menu_html(overview, "en", (bad, "m"))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 8


def test_an_empty_chat_has_a_word_in_place_of_a_list() -> None:
    html = menu_html(Overview(), "en", ("m",))
    assert "Nothing is remembered." in html
    assert "<h2>Chats" not in html
    assert 'id="model"' not in html  # one model is no choice


def test_spoken_answers_are_a_choice_only_if_a_service_speaks() -> None:
    assert 'id="voice"' not in menu_html(Overview(speaks=True), "en", ("m",))
    html = menu_html(Overview(speaks=True), "en", ("m",), speaks=True)
    assert '<label for="voice">Spoken answers</label><select id="voice" data-do="voice">' in html
    assert '<option value="on" selected>' in html
    assert '<option value="off" selected>' in menu_html(Overview(), "en", ("m",), speaks=True)


class TestOverHttp:
    pytestmark = WEB

    async def test_spoken_answers_are_switched_on_and_played(self, tmp_path: Path) -> None:
        async with ModelServer() as model:
            model.media.made.append(opus([60] * 10))
            speech = {"HF_VOICE_MODEL": "speaker", "VOICE_BASE_URL": model.base_url}
            async with a_site(tmp_path, model, **speech) as site, a_phone(site) as phone:
                await phone.open()
                assert 'value="off" selected' in await menu(phone)
                await choose(phone, "voice", "on")
                assert 'value="on" selected' in await menu(phone)
                await phone.ask("hello", "question-1")
                await phone.until(
                    lambda now: any("<audio" in str(one) for one in now.items.values())
                )

    async def test_an_earlier_chat_is_listed_and_comes_back(self, tmp_path: Path) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            await ask(phone, "about lighthouses", "question-1")
            await ask(phone, "/new", "question-2")
            await ask(phone, "about rivers", "question-3")
            listed = re.findall(
                r'data-do="chats" data-value="(\d+)"[^>]*><bdi>([^<]*)', await menu(phone)
            )
            assert [title for _, title in listed] == ["about rivers", "about lighthouses"]
            await choose(phone, "chats", listed[1][0])
            html = await phone.open()
            assert "You said: about lighthouses" in html
            assert "about rivers" not in html
            assert "/chats" not in html
            model.queue.append(Reply("Back again."))
            await ask(phone, "and then?", "question-4")
            sent = [message["content"] for message in model.requests[-1].body["messages"]]
            assert "about lighthouses" in sent
            assert "about rivers" not in sent

    async def test_an_earlier_chat_that_is_asked_for_in_words_is_shown(
        self, tmp_path: Path
    ) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            await ask(phone, "about lighthouses", "question-1")
            await ask(phone, "/new", "question-2")
            await ask(phone, "about rivers", "question-3")
            await phone.ask("/chats 1", "question-4")
            await phone.until(lambda p: p.shows("about lighthouses") and p.shows("back in that"))
            assert not phone.shows("about rivers")

    async def test_a_language_turns_the_page(self, tmp_path: Path) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            assert '<html lang="en"' in await phone.open()
            assert "Deutsch" in (await choose(phone, "language", "de"))["word"]
            html = await phone.open()
            assert '<html lang="de"' in html
            assert "Nachricht schreiben" in html
            assert '<option value="de" selected>' in await menu(phone)
            await phone.ask("/language ar", "question-1")
            await phone.until(lambda p: p.changes[-1].get("language") == "ar")
            assert 'dir="rtl"' in await phone.open()

    async def test_model_and_role_are_set(self, tmp_path: Path) -> None:
        async with (
            ModelServer() as model,
            a_site(tmp_path, model, HF_MODEL="test,other") as site,
            a_phone(site) as phone,
        ):
            await phone.open()
            await choose(phone, "model", "other")
            await choose(phone, "persona", "a patient <miller>")
            shown = await menu(phone)
            assert '<option value="other" selected>' in shown
            assert "a patient &lt;miller&gt;</textarea>" in shown
            await ask(phone, "hello", "question-1")
            assert model.requests[-1].body["model"] == "other"

    async def test_one_entry_is_erased_and_leaves_the_page(self, tmp_path: Path) -> None:
        async with (
            ModelServer() as model,
            a_site(tmp_path, model, MEMORY="WORDS") as site,
            a_phone(site) as phone,
        ):
            await phone.open()
            await ask(phone, "my secret", "question-1")
            await ask(phone, "something else", "question-2")
            found = re.search(
                r'data-do="memory" data-value="(\d+)" aria-label="Erase: my secret"',
                await menu(phone),
            )
            assert found
            await choose(phone, "memory", found.group(1))
            assert "my secret" not in await menu(phone)
            html = await phone.open()
            assert "my secret" not in html
            assert "something else" in html

    async def test_an_export_is_a_file_and_no_message(self, tmp_path: Path) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            await ask(phone, "keep this", "question-1")
            said = await choose(phone, "export")
            async with phone.session.get(f"{phone.url}/{said['file']}") as answer:
                assert "keep this" in json.dumps(json.loads(await answer.read()))
            assert "/export" not in await phone.open()

    async def test_erasing_leaves_nothing(self, tmp_path: Path) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            await ask(phone, "my plans", "question-1")
            assert (await choose(phone, "erase"))["word"] == "Erased."
            assert "Nothing is remembered." in await menu(phone)
            assert "<article" not in await phone.open()

    async def test_a_choice_that_the_menu_does_not_offer_is_refused(self, tmp_path: Path) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            for body in ({}, {"command": "stop", "value": ""}, {"command": "model", "value": 1},
                         {"command": "persona", "value": "x" * 601}):  # fmt: skip
                assert (await phone.post("menu", body))[0] == 400
            assert not model.requests

    async def test_without_the_password_the_icons_are_all_that_is_given(
        self, tmp_path: Path
    ) -> None:
        async with (
            ModelServer() as model,
            a_site(tmp_path, model, WEB_PASSWORD="open sesame") as site,
            a_phone(site) as phone,
        ):
            await phone.open()
            assert (await phone.post("menu", {"command": "new", "value": ""}))[0] == 401
            for path, status in (
                ("menu", 401),
                ("later.js", 401),
                ("manifest.webmanifest", 200),
                ("icon-192.png", 200),
            ):
                async with phone.session.get(f"{phone.url}/{path}") as answer:
                    assert answer.status == status

    async def test_the_icons_of_the_manifest_are_there(self, tmp_path: Path) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            async with phone.session.get(f"{phone.url}/manifest.webmanifest") as answer:
                manifest = json.loads(await answer.read())
            for icon in manifest["icons"]:
                async with phone.session.get(f"{phone.url}/{icon['src']}") as answer:
                    assert answer.content_type == icon["type"]
                    assert (await answer.read())[:4] == b"\x89PNG"

    async def test_a_question_may_be_as_long_as_the_engine_takes(self, tmp_path: Path) -> None:
        async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            assert await phone.ask("x" * 64_000, "question-1") == 202
            await phone.until(done)
            assert await phone.ask("x" * 64_001, "question-2") == 400
