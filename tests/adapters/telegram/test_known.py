"""Tests of known message ids, and of the search among unknown ones."""

from __future__ import annotations

from adapters.telegram import TelegramAdapter
from adapters.telegram.known import KnownIds
from engine.contract import ChatKey
from tests.rigs.telegram_rig import QUICK, settings
from tests.servers.telegram import TelegramServer, User

GROUP = -(10**12) - 5
DM = ChatKey("telegram", "42")


def test_the_first_unknown_ids_are_named_and_no_more_than_asked_for() -> None:
    known = KnownIds()
    for number in (11, 12, 14, 20):
        known.note(7, number)
    assert known.unknown(7, after=10, ahead=2, most=4) == [13, 15, 16, 17]
    assert known.unknown(7, after=19, ahead=2, most=4) == [21, 22]


def test_a_long_way_from_a_question_to_the_newest_message_takes_no_time() -> None:
    known = KnownIds()
    known.note(7, 10**9)
    assert known.unknown(7, after=5, ahead=2, most=2) == [6, 7]


def test_a_supergroup_counts_for_itself() -> None:
    known = KnownIds()
    known.note(7, 100)
    known.note(GROUP, 3)
    assert (known.newest(-5), known.newest(GROUP)) == (100, 3)
    assert known.unknown(GROUP, after=2, ahead=2, most=9) == [4, 5]


async def test_a_message_that_refuses_to_say_whose_it_is_does_not_end_the_search() -> None:
    async with TelegramServer(timing=QUICK) as server:
        adapter = TelegramAdapter(settings(server))
        await adapter.bot.initialize()
        handle = str(server.say(42, "Why?", user=User(42)).message_id)
        server.say(43, "Hello", user=User(43))
        sent = await adapter.sink(DM, handle).send("Once", (), 0)
        adapter.known = KnownIds()  # as after a restart
        server.fault(
            "refuse",
            method="editMessageReplyMarkup",
            description="Bad Request: of a kind nobody knew",
        )
        assert await adapter.sink(DM, handle).locate("Once upon", (), 0) == sent
        await adapter.close()
