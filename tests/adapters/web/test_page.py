"""Tests of the page over HTTP, with any version of Gradio."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path

import pytest
from yarl import URL

from adapters.web.door import VISITOR_COOKIE, visitor_of
from engine.wording.access import access_in
from tests.adapters.web.rig import a_phone, a_site, done
from tests.servers.model import ModelServer, Reply

pytestmark = [pytest.mark.web, pytest.mark.timeout(60)]


async def test_a_question_is_answered_in_place(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        gate = model.gate()
        model.queue.append(
            Reply("Paris is the capital of France. It has **two** airports.", gate=gate)
        )
        await phone.open()
        assert await phone.ask("What is Paris?", "question-1") == 202
        gate.release(6)
        await phone.until(lambda p: p.shows("Paris is"))
        assert phone.growing
        gate.open()
        await phone.until(lambda p: not p.growing)
        assert phone.shows("It has <strong>two</strong> airports.")
        assert 'data-action="retry"' in phone.feet["question-1"]
        assert list(phone.items) == ["question-1"]


async def test_a_reload_shows_the_chat_in_the_first_response(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        await phone.ask("hello there", "question-1")
        await phone.until(done)
        html = await phone.open()
        assert "hello there" in html
        assert "You said: hello there" in html
        assert html.count("<article") == 1


async def test_a_page_that_was_offline_reads_on_and_finds_the_finished_answer(
    tmp_path: Path,
) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model) as site,
        a_phone(site) as phone,
        a_phone(site) as other,
    ):
        gate = model.gate()
        model.queue.append(Reply("One two three four five six seven eight nine ten.", gate=gate))
        await phone.open()
        await phone.ask("count", "question-1")
        gate.release(5)
        await phone.until(lambda p: p.shows("One two"))  # the network drops here
        gate.open()
        await other.open()
        await other.ask("meanwhile", "question-1")
        await other.until(done)
        await phone.until(done)
        assert phone.shows("nine ten.")
        assert not phone.changes[-1]["reset"]


async def test_a_repeated_question_is_answered_once(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        for _ in range(3):
            assert await phone.ask("hello", "question-1") == 202
        await phone.until(done)
        assert len(model.requests) == 1
        assert (await phone.open()).count("<article") == 1


async def test_stop_then_continue(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        gate = model.gate()
        model.queue += [
            Reply("One two three four five six seven.", gate=gate),
            Reply("No."),  # to the engine's question whether the endpoint goes on with a text
            Reply("and the rest of it."),
        ]
        await phone.open()
        await phone.ask("count", "question-1")
        gate.release(5)
        await phone.until(lambda p: p.shows("One two three"))
        assert (await phone.post("press", {"handle": "question-1", "action": "stop"}))[0] == 200
        await phone.until(done)
        assert 'data-action="continue"' in phone.feet["question-1"]
        gate.open()
        await phone.post("press", {"handle": "question-1", "action": "continue"})
        await phone.until(lambda p: p.shows("and the rest of it."))
        assert len(phone.items) == 2


async def test_retry_writes_the_same_answer_anew(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        model.queue += [Reply("The first answer."), Reply("The second answer.")]
        await phone.open()
        await phone.ask("which?", "question-1")
        await phone.until(done)
        await phone.post("press", {"handle": "question-1", "action": "retry"})
        await phone.until(lambda p: p.shows("The second answer.") and not p.growing)
        assert list(phone.items) == ["question-1"]
        assert "The first answer." not in await phone.open()


async def test_a_new_chat_clears_the_page_and_stays_so(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        await phone.ask("remember me", "question-1")
        await phone.until(done)
        await phone.ask("/new", "question-2")
        await phone.until(lambda p: not p.shows("remember me") and p.shows("A new conversation"))
        assert "remember me" not in await phone.open()


async def test_no_visitor_sees_another(tmp_path: Path) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model) as site,
        a_phone(site) as ann,
        a_phone(site) as bob,
    ):
        await ann.open()
        await bob.open()
        await ann.ask("a secret of Ann", "question-1")
        await ann.until(done)
        await bob.ask("hello", "question-9")
        await bob.until(done)
        assert not bob.shows("secret")
        assert "secret" not in await bob.open()
        assert (await bob.post("press", {"handle": "question-1", "action": "retry"}))[1] == {
            "word": ""
        }
        assert len(model.requests) == 2


async def test_the_chat_outlives_the_process(tmp_path: Path) -> None:
    async with ModelServer() as model:
        async with a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            await phone.ask("keep this", "question-1")
            await phone.until(done)
            cookies = {c.key: c.value for c in phone.session.cookie_jar}
        async with a_site(tmp_path, model) as site, a_phone(site) as phone:
            phone.session.cookie_jar.update_cookies(cookies)
            html = await phone.open()
            assert "You said: keep this" in html
            model.queue.append(Reply("Said anew."))
            await phone.post("press", {"handle": "question-1", "action": "retry"})
            await phone.until(lambda p: p.shows("Said anew.") and not p.growing)
            assert len(phone.items) == 1


async def test_an_answer_that_was_cut_by_a_restart_is_finished_in_its_place(tmp_path: Path) -> None:
    async with ModelServer() as model:
        gate = model.gate()
        model.queue += [
            Reply("One two three four five six.", gate=gate),
            Reply("No."),  # to the engine's question whether the endpoint goes on with a text
            Reply("seven eight nine."),
        ]
        async with a_site(tmp_path, model) as site, a_phone(site) as phone:
            await phone.open()
            await phone.ask("count", "question-1")
            gate.release(5)
            await phone.until(lambda p: p.shows("One two three"))
            cookies = {c.key: c.value for c in phone.session.cookie_jar}
        gate.open()
        async with a_site(tmp_path, model) as site, a_phone(site) as phone:
            phone.session.cookie_jar.update_cookies(cookies)
            assert "count" in await phone.open()
            await phone.until(lambda p: p.shows("seven eight nine.") and not p.growing)
            html = await phone.open()
            assert html.count("<article") == 1
            assert re.search(r"One two .*seven eight nine\.", html)


async def test_what_models_and_visitors_write_never_becomes_markup(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        model.queue.append(
            Reply(
                "<img src=x onerror=alert(1)> [x](javascript:alert(1)) "
                "![p](https://evil.example/p.png)"
            )
        )
        await phone.open()
        await phone.ask("<script>alert(1)</script>", "question-1")
        await phone.until(done)
        for html in (await phone.open(), "".join(phone.items["question-1"])):
            assert "<script>alert" not in html
            assert "<img" not in html
            assert 'href="javascript' not in html


async def test_half_an_emoji_in_a_question_does_not_keep_the_page_from_its_visitor(
    tmp_path: Path,
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        assert await phone.ask("cut \ud83d", "question-1") == 202
        await phone.until(done)
        assert phone.shows("You said: cut \ufffd")
        assert "cut \ufffd</p>" in await phone.open()
        assert (await phone.post("press", {"handle": "\ud83d", "action": "retry"}))[0] == 200


async def test_another_sites_page_can_do_nothing(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        body = {"id": "question-1", "text": "hi"}
        assert (await phone.post("ask", body, Origin="https://evil.example"))[0] == 403
        assert (await phone.post("ask", body, **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
        assert (await phone.post("gradio/queue/join", {}, **{"Sec-Fetch-Site": "cross-site"}))[
            0
        ] == 403
        assert (await phone.post("ask", body, **{"Sec-Fetch-Site": "same-origin"}))[0] == 202


async def test_without_a_cookie_there_is_nothing_but_the_page(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        for path in ("events", "file/x", "gradio/", "gradio/config"):
            async with phone.session.get(f"{site.url}/{path}") as answer:
                assert answer.status == 401
        assert await phone.ask("hi", "question-1") == 401


@pytest.mark.timeout(20)
async def test_a_page_that_asks_whether_it_may_still_in_can_go_on_over_the_same_connection(
    tmp_path: Path,
) -> None:
    """Browsers send the next request over the connection of a HEAD request, so it must end."""
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        cookies = "; ".join(f"{one.key}={one.value}" for one in phone.session.cookie_jar)
        host, _, port = site.url.rpartition("/")[2].partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for request in ("HEAD /events", "HEAD /health"):
            writer.write(
                f"{request} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n\r\n".encode()
            )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()


async def test_a_password_is_asked_for_and_lets_in(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model, WEB_PASSWORD="open sesame") as site:
        async with a_phone(site) as phone:
            assert 'type="password"' in await phone.open()
            assert await phone.ask("hi", "question-1") == 401
            for given, inside in (("wrong one", False), ("open sesame", True)):
                async with phone.session.post(
                    f"{site.url}/login", data={"password": given}
                ) as answer:
                    assert ('id="log"' in await answer.text()) is inside
            assert await phone.ask("hi", "question-1") == 202


async def test_a_visitor_who_asks_too_fast_is_told(tmp_path: Path) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model, USER_MESSAGES_PER_MINUTE="2") as site,
    ):
        async with a_phone(site) as phone:
            await phone.open()
            for number in range(3):
                await phone.ask("again", f"question-{number}")
            await phone.until(lambda p: p.shows("That was a lot at once") and not p.growing)
            assert len(model.requests) == 2


async def test_one_address_cannot_ask_without_end(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        answered = []
        for number in range(3):
            async with a_phone(site) as phone:
                await phone.open()
                answered += [await phone.ask("/help", f"question-{number}-{n}") for n in range(30)]
        assert answered.count(202) == 60
        assert answered[-1] == 429


async def test_what_is_no_question_is_refused(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        await phone.open()
        for body in ({}, [], {"id": "x", "text": "hi"}, {"id": "question-1", "text": " "}, {"id": 1, "text": "hi"},
                     {"id": "question-1", "text": "x" * 64_001}, {"id": "../../../..", "text": "hi"}):  # fmt: skip
            assert (await phone.post("ask", body))[0] == 400
        assert (await phone.post("press", {"handle": "question-1", "action": "explode"}))[0] == 400


async def test_the_page_speaks_the_browsers_language_and_reads_from_right_to_left(
    tmp_path: Path,
) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model) as site,
        a_phone(site, "ar-EG,ar;q=0.9") as phone,
    ):
        html = await phone.open()
        assert '<html lang="ar" dir="rtl">' in html
        assert 'aria-label="اكتب رسالة"' in html


async def test_the_first_view_is_one_small_response_that_names_no_other_host(
    tmp_path: Path,
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        html = await phone.open()
        # At most a third more than the 5.5 kB of the first page that took text alone.
        assert len(gzip.compress(html.encode())) < 7_300
        assert re.findall(r"(?:src|href)=\"(?!data:)([^\"]*)", html) == []
        assert "default-src 'none'" in phone.policy


async def test_an_admin_of_the_page_decides_about_people_by_buttons(tmp_path: Path) -> None:
    boss, told = visitor_of("a" * 40), access_in("en")
    assert boss is not None
    admins = {"ADMIN_USERS": f"web:{boss.author.user_id}"}
    async with (
        ModelServer() as model,
        a_site(tmp_path, model, **admins) as site,
        a_phone(site) as admin,
        a_phone(site) as guest,
    ):
        admin.session.cookie_jar.update_cookies({VISITOR_COOKIE: boss.token}, URL(site.url))
        await admin.open()
        await guest.open()
        await admin.ask("/people approve telegram:77", "question-1")
        await admin.until(lambda p: told.block in p.feet.get("question-1", ""))
        foot = admin.feet["question-1"]
        about = re.findall(r'data-action="block" data-about="([\w-]+)"', foot)
        press = {"handle": "question-1", "action": "block", "about": about[0]}
        status, said = await admin.post("press", press)
        assert (status, said["word"]) == (200, f"⛔ {told.blocked}")
        await admin.until(lambda p: told.approve in p.feet["question-1"])
        assert admin.shows(told.blocked)
        await guest.ask("/help", "question-2")
        await guest.until(done)
        press = {**press, "handle": "question-2", "action": "approve"}
        assert (await guest.post("press", press))[1]["word"] == told.only_admins
        for wrong in ({"about": "a b"}, {"about": 7}, {"action": "send"}):
            assert (await admin.post("press", {**press, **wrong}))[0] == 400
