"""Tests of the Telegram adapter's intake: no loss, no blocking, and every way to end."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from adapters.telegram import TelegramAdapter, TelegramSettings, check_token
from adapters.telegram.commands import menus
from engine.contract import Action, Button, ChatKey, Inbound, Moved, Press, ReplySink
from engine.errors import ConnectionLost, LoginRejected, SettingsError
from tests.rigs import telegram_rig
from tests.rigs.fakes import FakeClock
from tests.rigs.ports import free_port
from tests.rigs.telegram_rig import (
    AGAIN,
    COMMANDS,
    DM,
    FORUM,
    GROUP,
    STOP,
    Intake,
    Rig,
    polling,
    settings,
)
from tests.servers.telegram import TelegramServer, Upload, User

server = telegram_rig.server


# --- polling ---


async def test_a_message_reaches_the_engine_with_a_sink_that_answers_it(
    server: TelegramServer,
) -> None:
    intake = Intake()
    async with polling(server, intake):
        said = server.say(42, "Hello")
        await server.until(lambda s: s.pending_updates == 0)
        (item,) = intake.items
        assert isinstance(item, Inbound)
        assert (item.key, item.text, item.direct) == (DM, "Hello", True)
        assert intake.sinks[0].handle == str(said.message_id) == item.message_id
        await intake.sinks[0].send("Hi", (), 0)
        assert server.sent(42)[0].reply_to is said


async def test_an_update_is_not_confirmed_before_it_is_accepted(server: TelegramServer) -> None:
    crashed, started_again = Intake(), Intake()
    rig = Rig(server, crashed)
    await server.until(lambda s: s.polled)
    crashed.gate = asyncio.Event()
    server.say(42, "Hello")
    await crashed.until(1)
    await rig.kill()
    assert (crashed.texts, server.pending_updates) == ([], 1)
    async with polling(server, started_again):
        await server.until(lambda s: s.pending_updates == 0)
    assert started_again.texts == ["Hello"]


async def test_a_clean_stop_confirms_what_was_accepted(server: TelegramServer) -> None:
    intake = Intake()
    async with polling(server, intake) as rig:
        server.fault("hold", method="getUpdates", times=9)
        server.say(42, "Hello")
        await intake.until(1)
        server.http.faults.clear()
        assert server.pending_updates == 1
        await rig.close()
        assert server.pending_updates == 0


async def test_one_chat_does_not_wait_for_another_to_be_accepted(server: TelegramServer) -> None:
    slow, other, taken = asyncio.Event(), asyncio.Event(), []

    async def submit(item: Inbound | Press, sink: ReplySink) -> str:
        assert isinstance(item, Inbound)
        if item.key == DM:
            await slow.wait()
        taken.append(item.text)
        other.set()
        return ""

    for chat, text in ((42, "a"), (42, "b"), (43, "c"), (42, "d")):
        server.say(chat, text)
    rig = Rig(server, submit)
    try:
        await other.wait()
        assert (taken, server.pending_updates) == (["c"], 4), "not confirmed before all are taken"
        slow.set()
        await server.until(lambda s: s.pending_updates == 0)
        assert taken == ["c", "a", "b", "d"]
    finally:
        await rig.close()


@pytest.mark.parametrize("chat_id", ["no number", 42])
async def test_an_update_that_cannot_be_handed_over_holds_up_no_other(
    server: TelegramServer, chat_id: object
) -> None:
    taken = []

    async def submit(item: Inbound | Press, sink: ReplySink) -> str:
        if not isinstance(item, Inbound) or item.text != "readable":
            raise TypeError("a defect")
        taken.append(item.text)
        return ""

    person = {"id": 42, "is_bot": False, "first_name": "Ann"}
    chat = {"id": chat_id, "type": "private"}
    server.inject(
        {"message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": "odd"}}
    )
    server.say(42, "readable")
    async with polling(server, submit) as rig:
        await server.until(lambda s: s.pending_updates == 0)
        assert (taken, rig.adapter.unreadable) == (["readable"], 1)


async def test_an_update_that_cannot_be_read_holds_up_no_other(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    intake = Intake()
    server.inject({"message": {"nonsense": True}})
    server.inject({"message": "text"})
    server.inject(
        {
            "message": {
                "message_id": "x",
                "date": [],
                "chat": {"id": 42, "type": "private"},
                "text": "my secret",
            }
        }
    )
    server.say(42, "readable")
    async with polling(server, intake) as rig:
        await server.until(lambda s: s.pending_updates == 0)
        assert intake.texts == ["readable"]
        assert rig.adapter.unreadable == 3
    assert "update skipped, 3 so far" in caplog.text
    assert "secret" not in caplog.text


async def test_an_update_that_cannot_be_kept_is_offered_again_and_only_then_confirmed(
    server: TelegramServer,
) -> None:
    intake, clock = Intake(), FakeClock()
    intake.faults = 2
    async with polling(server, intake, clock=clock):
        server.say(42, "Hello")
        await intake.until(1)
        assert server.pending_updates == 1
        await clock.advance(1.0)
        await intake.until(2)
        await clock.advance(2.0)
        await server.until(lambda s: s.pending_updates == 0)
        assert (intake.offered, intake.texts) == (3, ["Hello"])


async def test_a_second_poller_makes_it_wait_and_say_so(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    intake, clock = Intake(), FakeClock()
    url = f"{server.base_url}/bot{server.token}/getUpdates?timeout=50&offset=1"
    async with polling(server, intake, clock=clock), aiohttp.ClientSession() as other:
        poll = await _start(other.get(url))
        await server.until(lambda s: any(call.status == 409 for call in s.calls))
        while not caplog.records:
            await clock.advance(0)
        assert "another process polls with this token; the next poll is in" in caplog.text
        await clock.advance(3.0)
        server.say(42, "Hello")
        await server.until(lambda s: len(s.calls_of("getUpdates")) > 2)
        (await poll).close()
        await server.until(lambda s: s.pending_updates == 0)
        assert intake.texts == ["Hello"]


async def _start(call: Any) -> Any:
    """Start an HTTP call in the background at once."""
    task = asyncio.get_running_loop().create_task(_read(call))
    await asyncio.sleep(0)
    return task


async def _read(call: Any) -> Any:
    async with call as answer:
        await answer.read()
        return answer


async def test_a_webhook_left_by_an_earlier_setup_is_removed_before_polling(
    server: TelegramServer,
) -> None:
    async with aiohttp.ClientSession() as http:
        await http.get(f"{server.base_url}/bot{server.token}/setWebhook?url=http://127.0.0.1:9/old")
    intake = Intake()
    async with polling(server, intake):
        server.say(42, "Hello")
        await server.until(lambda s: s.pending_updates == 0)
        assert intake.texts == ["Hello"]


async def test_a_token_that_is_not_accepted_is_a_rejected_login(server: TelegramServer) -> None:
    adapter = TelegramAdapter(TelegramSettings("1:wrong", server.base_url))
    with pytest.raises(LoginRejected) as refused:
        await adapter.run(Intake())
    assert "wrong" not in f"{refused.value!r} {refused.value}"
    await adapter.close()


@pytest.mark.parametrize("kind", ["502", "reset", "garbage"])
async def test_a_broken_poll_is_a_lost_connection_and_the_adapter_runs_again(
    server: TelegramServer, kind: str
) -> None:
    intake = Intake()
    async with polling(server, intake) as rig:
        server.fault(kind, method="getUpdates")
        server.say(42, "one")
        with pytest.raises(ConnectionLost):
            await rig.running
        again = rig.tasks.spawn(rig.adapter.run(intake), "run again")
        await server.until(lambda s: s.pending_updates == 0 or again.done())
        assert intake.texts == ["one"]


async def test_a_server_that_is_not_there_is_a_lost_connection() -> None:
    adapter = TelegramAdapter(TelegramSettings("1:x", "http://127.0.0.1:9"))
    with pytest.raises(ConnectionLost):
        await adapter.run(Intake())
    await adapter.close()


async def test_closing_twice_is_harmless(server: TelegramServer) -> None:
    async with polling(server, Intake()) as rig:
        await rig.close()


async def test_an_edited_question_keeps_its_id(server: TelegramServer) -> None:
    intake = Intake()
    async with polling(server, intake):
        said = server.say(42, "wht?")
        server.edit(42, said.message_id, "what?")
        await server.until(lambda s: s.pending_updates == 0)
        first, second = intake.items
        assert isinstance(first, Inbound)
        assert isinstance(second, Inbound)
        assert (first.message_id, first.edited, second.message_id, second.edited) == (
            "1",
            False,
            "1",
            True,
        )


async def test_topics_and_their_chat_are_chats_of_their_own(server: TelegramServer) -> None:
    intake = Intake()
    async with polling(server, intake):
        for thread_id in (0, 7, 8):
            server.say(FORUM, "/new", user=User(7), thread_id=thread_id, chat_type="supergroup")
        await server.until(lambda s: s.pending_updates == 0)
        assert [str(item.key) for item in intake.items] == [
            f"telegram:{FORUM}",
            f"telegram:{FORUM}:7",
            f"telegram:{FORUM}:8",
        ]
        await intake.sinks[1].send("done", (), 0)
        assert server.sent(FORUM)[-1].thread_id == 7


async def test_a_fetched_attachment_is_what_was_sent(server: TelegramServer) -> None:
    intake = Intake()
    async with polling(server, intake):
        server.say(42, "read this", file=Upload("a.txt", "text/plain", b"content"))
        await server.until(lambda s: s.pending_updates == 0)
        (item,) = intake.items
        assert isinstance(item, Inbound)
        (attachment,) = item.attachments
        assert (attachment.name, attachment.media_type, attachment.size_bytes) == (
            "a.txt",
            "text/plain",
            7,
        )
        assert await intake.sinks[0].fetch(attachment, 7) == b"content"


# --- buttons ---


async def test_a_press_reaches_the_engine_and_its_word_the_user(server: TelegramServer) -> None:
    intake = Intake(word="Stopped")
    async with polling(server, intake) as rig:
        sent = await rig.sink(DM, "1").send("Once upon", [STOP], 0)
        tap = server.press(42, int(sent), "Stop", user=User(42, "Ann"))
        await server.until(lambda s: tap in s.tap_answers)
        (press,) = intake.items
        assert isinstance(press, Press)
        assert (press.key, press.sent, press.action, press.press_id) == (DM, sent, Action.STOP, tap)
        assert server.tap_answers[tap]["text"] == "Stopped"
        assert intake.sinks[0].handle == "1", "what follows replies to the question again"


async def test_a_button_of_an_earlier_process_still_works(server: TelegramServer) -> None:
    async with polling(server, Intake()) as rig:
        sent = await rig.sink(DM, "1").send("Done.", [AGAIN], 0)
    intake = Intake()
    async with polling(server, intake):
        server.press(42, int(sent), "Again")
        await server.until(lambda s: s.pending_updates == 0)
        (press,) = intake.items
        assert isinstance(press, Press)
        assert (press.sent, press.action) == (sent, Action.RETRY)


async def test_what_a_continue_button_leads_to_replies_to_the_answer(
    server: TelegramServer,
) -> None:
    intake = Intake()
    async with polling(server, intake) as rig:
        sent = await rig.sink(DM, "1").send("Part one", [Button(Action.CONTINUE, "More")], 0)
        server.press(42, int(sent), "More")
        await server.until(lambda s: s.pending_updates == 0)
        assert intake.sinks[0].handle == sent


async def test_a_button_that_is_none_of_ours_is_answered_all_the_same(
    server: TelegramServer,
) -> None:
    intake = Intake()
    async with polling(server, intake) as rig:
        sent = await rig.sink(DM, "1").send("x", [STOP], 0)
        markup = {"inline_keyboard": [[{"text": "Vote", "callback_data": "vote:1"}]]}
        message = server.messages(42)[0]
        message.revisions[-1] = type(message.shown)(0.0, "x", (), markup)
        tap = server.press(42, int(sent), "Vote")
        await server.until(lambda s: tap in s.tap_answers)
        assert intake.items == []


async def test_many_presses_of_one_button_are_one_and_hold_no_message_up(
    server: TelegramServer,
) -> None:
    pressed, taken, held = [], [], asyncio.Event()

    async def submit(item: Inbound | Press, sink: ReplySink) -> str:
        if isinstance(item, Inbound):
            taken.append(item.text)
            return ""
        pressed.append(item)
        await held.wait()
        return ""

    async with polling(server, submit) as rig:
        sent = await rig.sink(DM, "1").send("Once upon", [AGAIN], 0)
        taps = [server.press(42, int(sent), "Again") for _ in range(20)]
        server.say(42, "Hello")
        await server.until(lambda s: s.pending_updates == 0)
        await server.until(lambda s: set(taps[1:]) <= s.tap_answers.keys())
        assert (len(pressed), taken) == (1, ["Hello"])
        held.set()
        await server.until(lambda s: set(taps) <= s.tap_answers.keys())


async def test_a_press_that_telegram_no_longer_lets_answer_harms_nothing(
    server: TelegramServer,
) -> None:
    intake = Intake(word="Stopped")
    async with polling(server, intake) as rig:
        sent = await rig.sink(DM, "1").send("x", [STOP], 0)
        server.world.taps.clear()
        server.world.taps[server.press(42, int(sent), "Stop")] = 0.0
        await server.until(
            lambda s: any(call.status == 400 for call in s.calls_of("answerCallbackQuery"))
        )
        server.say(42, "Hello")
        await server.until(lambda s: s.pending_updates == 0)
        assert intake.texts == ["Hello"]


# --- groups that move ---


async def test_a_group_that_became_a_supergroup_is_followed(server: TelegramServer) -> None:
    intake = Intake()
    async with polling(server, intake) as rig:
        asked = server.say(GROUP, "/new", user=User(7))
        server.migrate(GROUP, FORUM)
        await server.until(lambda s: s.pending_updates == 0)
        moved = Moved(ChatKey("telegram", str(FORUM)), ChatKey("telegram", str(GROUP)))
        assert intake.items[1:] == [moved, moved], "Telegram says so in both chats"
        sent = await rig.sink(ChatKey("telegram", str(GROUP)), str(asked.message_id)).send(
            "Hi", (), 0
        )
        assert sent == f"{FORUM}:{server.sent(FORUM)[0].message_id}"


# --- the command menu ---


async def test_menus_are_set_in_each_language_and_only_when_they_changed(
    server: TelegramServer,
) -> None:
    async with polling(server, Intake(), commands=COMMANDS) as rig:
        await rig.adapter.tasks.join()
    assert server.commands == {
        ("default", ""): [
            {"command": "new", "description": "Start over"},
            {"command": "model", "description": "name – Choose a model"},
        ],
        ("default", "de"): [
            {"command": "new", "description": "Neu beginnen"},
            {"command": "model", "description": "Name – Choose a model"},
        ],
        ("default", "pt"): [
            {"command": "new", "description": "Recomeçar"},
            {"command": "model", "description": "name – Choose a model"},
        ],
    }
    assert len(server.calls_of("setMyCommands")) == 3
    async with polling(server, Intake(), commands=COMMANDS) as rig:
        await rig.adapter.tasks.join()
    assert len(server.calls_of("setMyCommands")) == 3


async def test_a_menu_that_is_refused_stops_nothing(server: TelegramServer) -> None:
    server.fault("refuse", method="setMyCommands")
    intake = Intake()
    async with polling(server, intake, commands=COMMANDS) as rig:
        await rig.adapter.tasks.join()
        server.say(42, "Hello")
        await server.until(lambda s: s.pending_updates == 0)
        assert intake.texts == ["Hello"]


async def test_menus_wait_as_long_as_telegram_asks_and_none_is_left_out(
    server: TelegramServer,
) -> None:
    clock = FakeClock()
    server.fault("429", method="setMyCommands", times=2, retry_after=7)
    async with polling(server, Intake(), clock=clock, commands=COMMANDS) as rig:
        for pauses in (1, 2):
            while not clock.sleepers:
                await clock.advance(0)
            assert len(server.calls_of("setMyCommands")) == pauses
            await clock.advance(7)
        await rig.adapter.tasks.join()
    assert set(server.commands) == {("default", ""), ("default", "de"), ("default", "pt")}


def test_only_two_letter_languages_are_menus() -> None:
    assert list(menus(COMMANDS)) == ["", "de", "pt"]


# --- webhook ---


class Hooked(Rig):
    """An adapter behind a webhook."""

    def __init__(self, server: TelegramServer, intake: Intake) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/telegram"
        super().__init__(
            server,
            intake,
            webhook_url=self.url,
            webhook_secret="s3cret",
            port=port,
            host="127.0.0.1",
        )


@pytest.fixture
async def hooked(server: TelegramServer) -> AsyncIterator[tuple[Hooked, Intake]]:
    intake = Intake()
    rig = Hooked(server, intake)
    await server.until(lambda s: s.calls_of("setWebhook") and s.calls_of("setWebhook")[0].status)
    yield rig, intake
    await rig.close()


async def test_a_webhook_takes_updates_with_the_secret(
    server: TelegramServer, hooked: tuple[Hooked, Intake]
) -> None:
    server.say(42, "Hello")
    await server.until(lambda s: s.pending_updates == 0)
    assert hooked[1].texts == ["Hello"]
    assert not server.calls_of("getUpdates")


@pytest.mark.parametrize("secret", [None, "", "wrong", "s3cre", "s3cret\u00e9"])
async def test_a_webhook_takes_nothing_without_the_secret(
    hooked: tuple[Hooked, Intake], secret: str | None
) -> None:
    rig, intake = hooked
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with aiohttp.ClientSession() as http:
        answer = await http.post(rig.url, json={"update_id": 1}, headers=headers)
        assert answer.status == 403
    assert intake.offered == 0


async def test_a_webhook_answers_only_after_acceptance(
    server: TelegramServer, hooked: tuple[Hooked, Intake]
) -> None:
    intake = hooked[1]
    intake.gate = asyncio.Event()
    server.say(42, "Hello")
    await intake.until(1)
    assert (server.deliveries, server.pending_updates) == ([], 1)
    intake.gate.set()
    await server.until(lambda s: s.deliveries)
    assert server.deliveries[0].status == 200


async def test_a_webhook_gets_again_what_could_not_be_kept(
    server: TelegramServer, hooked: tuple[Hooked, Intake]
) -> None:
    intake = hooked[1]
    intake.faults = 1
    server.say(42, "Hello")
    await server.until(lambda s: len(s.deliveries) == 2)
    assert [delivery.status for delivery in server.deliveries] == [503, 200]
    assert intake.texts == ["Hello"]


async def test_a_webhook_is_not_held_up_by_what_cannot_be_read(
    server: TelegramServer, hooked: tuple[Hooked, Intake]
) -> None:
    rig, intake = hooked
    server.inject({"message": {"nonsense": True}})
    await server.until(lambda s: s.pending_updates == 0)
    async with aiohttp.ClientSession() as http:
        secret = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
        answer = await http.post(rig.url, data=b"{no json", headers=secret)
        assert answer.status == 200
    assert (intake.offered, rig.adapter.unreadable) == (0, 2)


async def test_a_port_that_is_taken_is_a_lost_connection(server: TelegramServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        more: dict[str, Any] = {
            "webhook_url": "http://x/y",
            "webhook_secret": "s",
            "port": port,
            "host": "127.0.0.1",
        }
        adapter = TelegramAdapter(settings(server, **more))
        with pytest.raises(ConnectionLost):
            await adapter.run(Intake())
        await adapter.close()


async def test_a_webhook_that_telegram_refuses_is_told_as_such(server: TelegramServer) -> None:
    server.fault(
        "refuse",
        method="setWebhook",
        description="Bad Request: bad webhook: An HTTPS URL must be provided",
    )
    more: dict[str, Any] = {"webhook_secret": "s", "port": free_port(), "host": "127.0.0.1"}
    adapter = TelegramAdapter(settings(server, webhook_url="http://example.org/hook", **more))
    with pytest.raises(ConnectionLost, match="refuses TELEGRAM_WEBHOOK_URL"):
        await adapter.run(Intake())
    await adapter.close()


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_SECRET"):
        TelegramAdapter(TelegramSettings("1:x", webhook_url="https://example.org/hook"))


# --- secrets ---


def test_settings_do_not_show_their_secrets() -> None:
    shown = repr(TelegramSettings("1:topsecret", webhook_secret="alsosecret"))
    assert "secret=" not in shown
    assert "topsecret" not in shown


async def test_neither_the_token_nor_a_message_text_is_logged(
    server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    intake = Intake()
    server.fault("garbage", method="sendMessage")
    server.fault("502", method="sendMessage")
    server.fault("reset", method="sendMessage")
    async with polling(server, intake, commands=COMMANDS) as rig:
        server.say(42, "what I whispered")
        await server.until(lambda s: s.pending_updates == 0)
        for _ in range(3):
            with pytest.raises(Exception, match="no answer from Telegram"):
                await rig.sink(DM, "1").send("what was answered", (), 0)
    assert "connected as @loopback_bot" in caplog.text
    for secret in (server.token, "whispered", "answered"):
        assert secret not in caplog.text


async def test_a_token_can_be_checked(server: TelegramServer) -> None:
    assert await check_token(settings(server)) == "@loopback_bot"
    with pytest.raises(LoginRejected):
        await check_token(TelegramSettings("1:wrong", server.base_url))
