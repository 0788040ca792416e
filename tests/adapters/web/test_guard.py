"""Tests of the page's guard over HTTP: requests of strangers, and those that are passed on."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from pathlib import Path
from typing import Any

import pytest

from adapters.web.guard import is_known_host
from adapters.web.settings import WebSettings
from adapters.web.wording import web_words
from tests.adapters.web.rig import Site, a_phone, a_site, done
from tests.adapters.web.wire import Said, connect, cookie_line, drop, post, request, send
from tests.servers.model import ModelServer

# Gradio 4 raises deprecation warnings of its own libraries.
pytestmark = [pytest.mark.web, pytest.mark.timeout(120), pytest.mark.filterwarnings("default")]
PASSWORD = "open sesame"
HTTPS = "X-Forwarded-Proto: https"


async def visit(site: Site, *headers: str) -> dict[str, str]:
    """Open the page and return its cookies."""
    said = await send(site.url, request("/", *headers))
    assert said.status == 200
    return said.cookies


async def log_in(site: Site, given: str, *headers: str) -> Said:
    form = f"password={given.replace(' ', '+')}".encode()
    return await send(site.url, request("/login", *headers, method="POST", body=form))


# Headers


@pytest.mark.parametrize("path", ["/", "/health", "/gradio/", "/gradio/config", "/ask"])
async def test_a_long_cookie_header_is_refused_at_once_on_every_path(
    tmp_path: Path, path: str
) -> None:
    hostile = 'Cookie: pipit="' + "\\" * 14_000 + '"'
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        began = time.monotonic()
        said = await send(site.url, request(path, hostile))
        assert said.status == 431
        assert time.monotonic() - began < 0.5


async def test_cookies_of_others_never_reach_the_panel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    async def panel(self: object, scope: Any, receive: object, send: Any) -> None:
        seen.append(dict(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    monkeypatch.setattr("adapters.web.panel.door.PanelDoor.__call__", panel)
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        token = (await visit(site))["pipit"]
        headers = [f'Cookie: other="\\134"; pipit={token}', "X-Forwarded-Host: evil.example",
                   "X-Gradio-Server: http://evil.example", "Range: bytes=0-,0-", "Origin: http://localhost:3000"]  # fmt: skip
        assert (await send(site.url, request("/gradio/config", *headers))).status == 200
    assert seen == [{b"host": b"127.0.0.1", b"cookie": f"pipit={token}".encode()}]


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["X-Long: " + "x" * 17_000], 431),
        ([f"X-{number}: x" for number in range(120)], 431),
        (["Host: 127.0.0.1"], 400),
        (["Content-Length: -1"], 400),
        (["Content-Length: 5"], 413),
        (["Transfer-Encoding: chunked"], 413),
    ],
)
async def test_a_head_of_a_wrong_shape_is_refused(
    tmp_path: Path, lines: list[str], status: int
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        assert (await send(site.url, request("/", *lines))).status == status


async def test_a_long_address_is_refused(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        assert (await send(site.url, request("/?" + "a=b&" * 2_000))).status == 414


async def test_a_page_that_says_it_saw_a_version_of_many_digits_is_served(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        html = await phone.open()
        epoch = re.findall(r'data-seen="([^.]+)\.', html)[0]
        url = f"{site.url}/events?seen={epoch}.{'9' * 3_000}"
        async with phone.session.get(url) as answer:
            assert answer.status == 200
            assert await answer.content.readline() == b"retry: 1000\n"


async def test_a_token_with_a_line_feed_is_nobodys_and_stays_out_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    planted = "A" * 43
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        said = await send(site.url, request("/", f'Cookie: pipit="{planted}\\012"'))
        assert said.status == 200
        assert planted not in said.cookies["pipit"]
    assert planted not in caplog.text


async def test_two_tokens_are_none(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        first, second = (await visit(site))["pipit"], (await visit(site))["pipit"]
        both = f"Cookie: pipit={first}; pipit={second}"
        assert (await send(site.url, request("/events", both))).status == 401


async def test_over_https_a_token_without_the_host_prefix_opens_nothing(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        token = (await visit(site))["pipit"]
        cookies = await visit(site, HTTPS, f"Cookie: pipit={token}")
        assert list(cookies) == ["__Host-pipit"]
        assert cookies["__Host-pipit"] != token
        again = await visit(site, HTTPS, cookie_line(cookies))
        assert again == cookies


@pytest.mark.parametrize(
    ("host", "settings", "known"),
    [
        ("127.0.0.1:8080", {}, True),
        ("[::1]:8080", {}, True),
        ("localhost", {}, True),
        ("raspberry", {}, True),
        ("pipit.local:80", {}, True),
        ("evil.example", {}, False),
        ("127.0.0.1.evil.example", {}, False),
        ("localhost.evil.example", {}, False),
        ("bot.example", {"password": PASSWORD}, True),
        ("bot.example", {"trusted_proxies": 1}, True),
        ("Bot.Example.:443", {"hosts": ("bot.example",)}, True),
        ("evil.example", {"hosts": ("bot.example",), "password": PASSWORD}, False),
        ("192.0.2.1", {"hosts": ("bot.example",)}, True),
    ],
)
def test_an_open_page_answers_to_no_name_that_somebody_else_points_at_it(
    host: str, settings: dict[str, Any], known: bool
) -> None:
    assert is_known_host(host, WebSettings(**settings)) is known


async def test_a_strange_host_is_told_what_to_do(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        said = await send(site.url, request("/", host="evil.example"))
        assert said.status == 421
        assert b"WEB_HOSTS" in said.body
        assert (await send(site.url, request("/health", host="10.0.0.9.probe"))).status == 200


@pytest.mark.parametrize(
    ("languages", "code"), [("de-AT,en;q=0.5", "de"), ("ar", "ar"), ("xx", "en"), ("", "en")]
)
async def test_a_refusal_is_in_the_language_of_the_browser(
    tmp_path: Path, languages: str, code: str
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        said = await send(
            site.url, request("/", f"Accept-Language: {languages}", host="bank.example")
        )
        assert said.body.decode() == web_words(code).guard.name


async def test_the_panel_builds_its_addresses_from_the_host_alone(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        mine = cookie_line(await visit(site))
        forged = "X-Forwarded-Host: evil.example"
        said = await send(site.url, request("/gradio/config", mine, forged, host="localhost:1"))
        assert said.status == 200
        assert json.loads(said.body)["root"] == "http://localhost:1/gradio"
        assert said.all("cache-control") == ["no-store"]
        moved = await send(site.url, request("/gradio", mine, forged))
        assert moved.all("location") == ["http://127.0.0.1/gradio/"]


async def test_behind_a_trusted_proxy_the_panel_is_where_the_browser_sees_it(
    tmp_path: Path,
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model, TRUSTED_PROXIES="1") as site:
        mine = cookie_line(await visit(site, HTTPS))
        seen = [mine, HTTPS, "X-Forwarded-Host: evil.example, bot.example"]
        said = await send(site.url, request("/gradio/config", *seen))
        assert json.loads(said.body)["root"] == "https://bot.example/gradio"


async def test_no_other_port_of_the_machine_can_read_the_panel(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        mine = cookie_line(await visit(site))
        other = "Origin: http://localhost:3000"
        said = await send(site.url, request("/gradio/config", mine, other, host="localhost:1"))
        assert said.status == 200
        assert not [name for name, _ in said.headers if name.startswith("access-control-")]


# Bodies


@pytest.mark.parametrize(
    "path",
    ["/ask", "/press", "/login", "/logout", "/gradio/gradio_api/queue/join", "/gradio/queue/join", "/gradio/reset",
     "/gradio/gradio_api/startup-events", "/gradio/gradio_api/cancel", "/nothing"],
)  # fmt: skip
async def test_a_long_body_is_refused_before_it_comes_on_every_path(
    tmp_path: Path, path: str
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        mine = cookie_line(await visit(site))
        told = request(path, mine, "Content-Length: 20000000", method="POST")
        assert (await send(site.url, told)).status == 413
        chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        head = request(path, mine, "Transfer-Encoding: chunked", method="POST")
        assert (await send(site.url, head, chunk)).status in (0, 413)


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 12_000, b"9" * 60_000, b"\xff"])
@pytest.mark.parametrize("path", ["/ask", "/press", "/gradio/gradio_api/queue/join"])
async def test_a_body_that_cannot_be_read_is_a_bad_request_and_no_traceback(
    tmp_path: Path, path: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        mine = cookie_line(await visit(site))
        json_body = "Content-Type: application/json"
        said = await send(site.url, request(path, mine, json_body, method="POST", body=body))
        assert said.status in (400, 404, 422)
    assert "Traceback" not in caplog.text


# Connections


async def test_connections_without_a_request_shut_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.edge.gate.MOST_CONNECTIONS", 50)
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        mine = cookie_line(await visit(site))
        beginnings = [
            b"",
            b"GET / HTTP/1.1\r\nHost:",
            request("/ask", mine, "Content-Length: 60000", method="POST"),
        ]
        writers = []
        for number in range(120):
            _, writer, _ = await connect(site.url)
            writer.write(beginnings[number % 3])
            writers.append(writer)
        await asyncio.sleep(0)
        assert (await send(site.url, request("/", mine))).status == 200
        await drop(*writers)


@pytest.mark.parametrize("kind", ["events", "heartbeat"])
async def test_streams_of_every_kind_leave_room_for_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("adapters.edge.gate.MOST_CONNECTIONS", 50)
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        visitors = [cookie_line(await visit(site)) for _ in range(20)]
        path = "/events"
        if kind == "heartbeat":
            config = json.loads((await send(site.url, request("/gradio/config", visitors[0]))).body)
            path = f"/gradio{config.get('api_prefix') or ''}/heartbeat/x"
        open_streams = []
        for mine in visitors:
            _, writer, reader = await connect(site.url)
            writer.write(request(path, mine))
            open_streams.append((writer, await reader.readline()))
        refused = [line for _, line in open_streams if line.startswith(b"HTTP/1.1 429")]
        assert len(refused) == 20 - 50 // 5
        assert (await send(site.url, request("/", visitors[0]))).status == 200
        await drop(*(writer for writer, _ in open_streams))


async def test_what_strangers_break_off_writes_next_to_nothing_to_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        mine = cookie_line(await visit(site))
        before = len(caplog.text)
        for number in range(60):
            _, writer, _ = await connect(site.url)
            whole = request("/ask", mine, "Content-Length: 5000", method="POST")
            writer.write(
                (whole, b"nonsense\r\n\r\n", request("/", "Upgrade: websocket"))[number % 3]
            )
            await writer.drain()
            await drop(writer)
        assert (await send(site.url, request("/", mine))).status == 200
        assert len(caplog.text) - before < 500


async def test_a_defect_behind_the_guard_is_one_line_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("what a visitor wrote")

    async with ModelServer() as model, a_site(tmp_path, model) as site:
        monkeypatch.setattr("adapters.web.server.login_page", broken)
        monkeypatch.setattr("adapters.web.server.page", broken)
        for _ in range(5):
            said = await send(site.url, request("/"))
            assert said.status == 500
    lines = [
        record.getMessage()
        for record in caplog.records
        if "a request failed" in record.getMessage()
    ]
    assert len(lines) == 1
    assert "RuntimeError at test_guard.py" in lines[0]
    assert "what a visitor wrote" not in caplog.text


# Addresses, passwords and limits


async def test_a_forwarded_address_buys_no_questions_and_no_guesses(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        mine = cookie_line(await visit(site))
        answered = []
        for number in range(70):
            forged = f"X-Forwarded-For: 198.51.100.{number}"
            body = {"id": f"question-{number}", "text": "/help"}
            answered.append((await send(site.url, post("/ask", body, mine, forged))).status)
        assert answered.count(202) == 60
        assert answered[-1] == 429


async def test_behind_one_proxy_each_client_has_limits_of_its_own(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model, TRUSTED_PROXIES="1") as site:
        mine = cookie_line(await visit(site))
        for client in range(2):
            answered = []
            for number in range(61):
                seen = f"X-Forwarded-For: 203.0.113.{number}, 198.51.100.{client}"
                body = {"id": f"question-{client}-{number}", "text": "/help"}
                answered.append((await send(site.url, post("/ask", body, mine, seen))).status)
            assert answered.count(202) == 60


async def test_the_panel_is_under_the_same_limit_as_the_page(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site:
        answered = []
        for number in range(70):
            mine = f"Cookie: pipit={number:043}"
            body = {"data": [], "fn_index": 0, "session_hash": "abcdefgh"}
            said = await send(site.url, post("/gradio/gradio_api/queue/join", body, mine))
            answered.append(said.status)
        assert answered[:60].count(429) == 0
        assert answered[60:] == [429] * 10


async def test_the_right_password_comes_in_after_many_wrong_ones(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model, WEB_PASSWORD=PASSWORD) as site:
        for _ in range(12):
            wrong = await log_in(site, "wrong one")
            assert wrong.all("location") == ["./?wrong"]
        right = await log_in(site, PASSWORD)
        assert right.all("location") == ["./"]
        assert (
            await send(site.url, request("/events", cookie_line(right.cookies), method="HEAD"))
        ).status == 200


async def test_a_flood_of_guesses_is_put_off_with_a_word(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model, WEB_PASSWORD=PASSWORD) as site:
        guesses = await asyncio.gather(*(log_in(site, "wrong one") for _ in range(30)))
        assert [one.all("location") for one in guesses].count(["./?busy"]) >= 10
        assert b"Many passwords" in (await send(site.url, request("/?busy"))).body


async def test_a_login_gives_a_token_that_nobody_could_have_planted(tmp_path: Path) -> None:
    planted = "A" * 43
    async with ModelServer() as model, a_site(tmp_path, model, WEB_PASSWORD=PASSWORD) as site:
        for scheme in ([], [HTTPS]):
            name = "__Host-pipit" if scheme else "pipit"
            said = await log_in(site, PASSWORD, *scheme, f"Cookie: {name}={planted}")
            assert said.cookies[name] != planted
            assert set(said.cookies) == {name, f"{name}_pass"}


async def test_a_pass_does_not_open_another_visitors_chat(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model, WEB_PASSWORD=PASSWORD) as site:
        ann = (await log_in(site, PASSWORD)).cookies
        stolen = {**ann, "pipit": "B" * 43}
        assert (await send(site.url, request("/events", cookie_line(stolen)))).status == 401


async def test_who_logs_out_is_a_stranger_again(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model, WEB_PASSWORD=PASSWORD) as site:
        async with a_phone(site) as phone:
            await phone.session.post(f"{site.url}/login", data={"password": PASSWORD})
            assert 'action="logout"' in await phone.open()
            await phone.session.post(f"{site.url}/logout")
            assert list(phone.session.cookie_jar) == [] or 'type="password"' in await phone.open()
            assert 'type="password"' in await phone.open()


async def test_a_page_without_a_password_has_nothing_to_log_out_of(tmp_path: Path) -> None:
    async with ModelServer() as model, a_site(tmp_path, model) as site, a_phone(site) as phone:
        assert "logout" not in await phone.open()


# Every message gets an answer or a notice


async def test_each_of_many_questions_is_answered_or_gets_a_word(tmp_path: Path) -> None:
    async with (
        ModelServer() as model,
        a_site(tmp_path, model, USER_MESSAGES_PER_MINUTE="3") as site,
        a_phone(site) as phone,
    ):
        await phone.open()
        words = []
        for number in range(24):
            body = {"id": f"question-{number}", "text": f"number {number}"}
            status, said = await phone.post("ask", body)
            assert status == 202
            words.append(said.get("word", ""))
        assert words[:4] == [""] * 4
        assert all(word.startswith("That was a lot at once") for word in words[4:])
        await phone.until(lambda p: len(p.items) == 24 and done(p))
        assert (
            sum("That was a lot at once" in "".join(shown) for shown in phone.items.values()) == 21
        )
        assert 'aria-busy="true"' not in await phone.open()
