"""A visitor sends pictures and documents from the page; they are in memory for an hour."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from adapters.web.attaching import attach_address, attach_script
from adapters.web.wording import LANGUAGES
from engine.wording import words_in
from tests.adapters.web.rig import Phone, a_phone, a_site, done
from tests.engine.media.pictures import made
from tests.servers.model import ModelServer, Reply
from tests.servers.model_faults import pictures_of

pytestmark = pytest.mark.web
EN = words_in("en")
PIECE = 200_000


async def sent(phone: Phone, name: str, media_type: str, content: bytes) -> str:
    """Send a file in pieces and return its id."""
    about = {"name": name, "type": media_type, "size": len(content)}
    status, told = await phone.post("upload", about)
    assert status == 201
    for at in range(0, len(content), PIECE):
        assert await piece(phone, told["id"], at, content[at : at + PIECE]) == 204
    return str(told["id"])


async def piece(phone: Phone, upload_id: str, at: int, content: bytes) -> int:
    address = f"{phone.url}/upload/{upload_id}/{at}"
    async with phone.session.post(address, data=content) as answer:
        return answer.status


async def ask(phone: Phone, text: str, *files: str, number: int = 1) -> int:
    body = {"id": f"question-{number}", "text": text, "files": list(files)}
    return (await phone.post("ask", body))[0]


async def test_a_picture_from_the_page_reaches_the_model(tmp_path: Path) -> None:
    barn = made((1200, 900))
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        model.queue.append(Reply("A barn."))
        await phone.open()
        upload = await sent(phone, "barn.jpg", "image/jpeg", barn)
        assert await ask(phone, "what is this?", upload) == 202
        await phone.until(done)
        assert phone.shows("A barn.")
        assert phone.shows("📎 barn.jpg\nwhat is this?")
        (url,) = pictures_of(model.requests[0].body)
        assert base64.b64decode(url.partition(",")[2]) == barn


async def test_a_reloaded_page_names_the_files_of_sent_questions_after_a_restart_too(
    tmp_path: Path,
) -> None:
    async with ModelServer() as model:
        gate = model.gate()
        async with a_site(tmp_path, model) as site, a_phone(site) as phone:
            model.queue += [Reply("A barn."), Reply("1. A barn."), Reply("Slow", gate=gate)]
            await phone.open()
            for number, name in enumerate(("barn.jpg", "tree.jpg")):
                upload = await sent(phone, name, "image/jpeg", made((1200, 900 + number)))
                await ask(phone, "what is this?", upload, number=number)
                await phone.until(done) if not number else await model.call(2)
            cookies = {cookie.key: cookie.value for cookie in phone.session.cookie_jar}
        async with a_site(tmp_path, model) as site, a_phone(site) as again:
            again.session.cookie_jar.update_cookies(cookies, URL(site.url))
            html = await again.open()
            gate.open()
    assert "📎 barn.jpg\nwhat is this?" in html
    assert "📎 tree.jpg\nwhat is this?" in html


async def test_a_picture_alone_is_a_question(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        upload = await sent(phone, "barn.jpg", "image/jpeg", made())
        assert await ask(phone, "", upload) == 202
        await phone.until(done)
        assert len(pictures_of(model.requests[0].body)) == 1
        assert await ask(phone, "", number=2) == 400


async def test_a_document_from_the_page_is_read(tmp_path: Path) -> None:
    more = {"MEMORY": "WORDS"}
    async with ModelServer() as model, a_site(tmp_path, model, **more) as site:
        async with a_phone(site) as phone:
            await phone.open()
            paper = b"# Rules\n\nA ticket for the ferry costs forty euros.\n"
            upload = await sent(phone, "rules.md", "text/markdown", paper)
            await ask(phone, "what does the ferry cost?", upload)
            await phone.until(done)
            assert "forty euros" in str(model.requests[0].body)


async def test_pieces_may_be_repeated_and_none_may_be_missing(tmp_path: Path) -> None:
    content = made((900, 900), "BMP")
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        about = {"name": "a.bmp", "type": "image/bmp", "size": len(content)}
        _, told = await phone.post("upload", about)
        first, second = content[:PIECE], content[PIECE : 2 * PIECE]
        assert await piece(phone, told["id"], PIECE, second) == 404
        for _ in range(2):
            assert await piece(phone, told["id"], 0, first) == 204
        assert await piece(phone, told["id"], len(first), second) == 204
        assert await piece(phone, told["id"], len(content), b"x") == 404
        await ask(phone, "what is this?", told["id"])
        await phone.until(done)
        assert pictures_of(model.requests[0].body) == []
        assert phone.shows("is no longer there")


async def test_a_file_is_its_visitors_own(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        async with a_phone(site) as phone, a_phone(site) as other:
            await phone.open()
            await other.open()
            upload = await sent(phone, "barn.jpg", "image/jpeg", made())
            assert await piece(other, upload, 0, b"x") == 404
            await ask(other, "what is this?", upload)
            await other.until(done)
            assert pictures_of(model.requests[0].body) == []


async def test_forget_removes_what_was_sent(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        upload = await sent(phone, "barn.jpg", "image/jpeg", made())
        await ask(phone, "/forget", number=2)
        await phone.until(done)
        await ask(phone, "/forget yes", number=3)
        await phone.until(done)
        await ask(phone, "what is this?", upload, number=4)
        await phone.until(lambda phone: phone.shows("is no longer there"))
        assert model.requests == [] or pictures_of(model.requests[-1].body) == []


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"name": "a", "type": "image/png", "size": 0},
        {"name": "a", "type": "image/png", "size": "9"},
        {"name": "a", "type": "image/png", "size": 10**9},
        {"name": 1, "type": "image/png", "size": 9},
    ],
)
async def test_a_beginning_that_is_no_beginning_is_refused(
    tmp_path: Path, about: dict[str, Any]
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        assert (await phone.post("upload", about))[0] in (400, 413)


@pytest.mark.parametrize("files", ["x", [1], ["a"] * 11, {}])
async def test_files_of_another_shape_are_refused(tmp_path: Path, files: Any) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        body = {"id": "question-1", "text": "x", "files": files}
        assert (await phone.post("ask", body))[0] == 400


async def test_the_page_has_the_button_and_its_script(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        html = await phone.open()
        assert 'data-attach="attach.js?' in html
        async with phone.session.get(f"{site.url}/attach.js?tr-0") as answer:
            assert answer.status == 200
            script = await answer.text()
        assert "createImageBitmap" in script
        assert LANGUAGES["tr"].uploads.attach in script


async def test_the_page_records_where_speech_is_transcribed_at_the_cost_of_an_address(
    tmp_path: Path,
) -> None:
    async with ModelServer() as model:
        async with a_site(tmp_path / "deaf", model) as site, a_phone(site) as phone:
            deaf = await phone.open()
        speech = {"SPEECH_BASE_URL": model.base_url}
        async with a_site(tmp_path / "hears", model, **speech) as site, a_phone(site) as phone:
            hears = await phone.open()
            async with phone.session.get(f"{site.url}/") as answer:
                policy = answer.headers["Content-Security-Policy"]
            async with phone.session.get(f"{site.url}/voice.js?de-0") as answer:
                script = await answer.text()
    assert "data-voice" not in deaf
    assert 'data-voice="voice.js?en-' in hears
    assert len(hears) - len(deaf) < 60
    assert "media-src 'self' blob:" in policy
    assert "Sprachnachricht aufnehmen" in script


async def test_the_script_for_files_has_the_texts_of_the_pages_language_only() -> None:
    for code, words in LANGUAGES.items():
        script = attach_script(code)
        others = [other for other in LANGUAGES.values() if other is not words]
        assert words.uploads.attach in script
        assert not [other for other in others if other.uploads.attach in script]
        assert attach_address(code).startswith(f"attach.js?{code}-")
