"""Tests of what users and operators export and erase.

It is all of their data and no other person's, and erased data is removed from the bytes of the
file.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from engine.access import AccessSettings
from engine.commands.export_file import write_json
from engine.commands.personal_data import CONFIRM_MINUTES
from engine.contract import Action, Author, ChatKey, Inbound
from engine.errors import ChatUnavailable, DeliveryFailed, RateLimited, StorageFault
from engine.storage.codec import pack
from engine.storage.records import Erased, Scope
from engine.storage.sql.memories import AnswerRows, DocumentRows, TurnRows
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.numbers import all_of, one
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.wording import words_in
from engine.wording.export import EXPORT
from engine.wording.service import SERVICE
from tests.rigs.engine_rig import ADA, ANN, BOB, DM, GROUP, House, a_house
from tests.rigs.exports import held
from tests.rigs.fakes import FakeClock, FakeSink

EN = words_in("en")
SECRET = (
    "the heron keeps 4711 silver spoons under the third stone of the old mill, said nobody ever"
)
TABLES = (
    "chats",
    "authors",
    "turns",
    "turn_vectors",
    "ledger",
    "bubbles",
    "usage",
    "spending",
    "documents",
    "passages",
    "answers",
    "overheard",
)
ADMINS = AccessSettings(admins=frozenset({ADA.user_id}))


async def filled(house: House, key: ChatKey, author: Author = ANN, text: str = SECRET) -> None:
    """Let a person ask and send a document, and let memory store its data of both."""
    await house.ask(text, key=key, author=author)
    turn = (await house.store.read(lambda db: one(db, "SELECT max(turn) FROM turns")) or (0,))[0]
    await TurnRows(house.store).put_vectors(turn, b"vector of question", b"vector of answer")
    answers = AnswerRows(house.store)
    await answers.put(key, "scope", text, turn, text, text, b"vector", house.clock.time())
    await DocumentRows(house.store).put(
        key, f"{text[:20]}.pdf", author, 1.0, [("page 1", text, b"vector of passage")]
    )


async def counts(store: Store) -> dict[str, int]:
    found = {}
    for table in TABLES:
        row = await store.read(lambda db, table=table: one(db, f"SELECT count(*) FROM {table}"))  # type: ignore[misc]
        found[table] = row[0]
    return found


def bytes_of(store: Store) -> bytes:
    files = [store.path, *store.path.parent.glob(store.path.name + "-*")]
    return b"".join(file.read_bytes() for file in files if file.exists())


def holdings(house: House) -> SqlitePersonalData:
    return house.engine.own_data.personal_data


async def exported(house: House, sink: FakeSink) -> dict[str, Any]:
    await house.rest()
    ((name, content, _),) = sink.files
    assert name.endswith(".json")
    told: dict[str, Any] = json.loads(content)
    return told


async def forget(house: House, key: ChatKey = DM, author: Author = ANN) -> str:
    await house.ask("/forget", key=key, author=author)
    await house.ask("/forget yes", key=key, author=author)
    return house.last(key)


async def erase(house: House, scope: Scope) -> Erased:
    erasing = asyncio.get_running_loop().create_task(holdings(house).erase(scope))
    await house.advance(1, step=0.1)
    return await erasing


# --- /export ---


async def test_an_export_of_a_private_chat_has_all_that_is_kept_of_it(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["the answer"]) as house:
        await filled(house, DM)
        await house.ask("/persona a miller")
        told = await exported(house, await house.say("/export"))
        assert told["settings"][0]["persona"] == "a miller"
        (turn,) = told["turns"]
        assert (turn["question"], turn["answer"], turn["author"]) == (
            SECRET,
            "the answer",
            {"id": "1", "name": "Ann"},
        )
        assert turn["vector_bytes"] == len(b"vector of question" + b"vector of answer")
        assert told["documents"][0]["passages"][0]["text"] == SECRET
        assert told["cached_answers"][0]["question"] == SECRET
        assert told["usage"][0]["answers"] == 1
        assert [message["state"] for message in told["messages"]] == [
            "answered",
            "answered",
            "open",
        ]


async def test_every_table_of_a_chat_is_part_of_its_export_or_named_here(tmp_path: Path) -> None:
    """A new table fails this test until somebody has decided how it is exported and erased."""
    async with a_house(tmp_path) as house:
        rows = await house.store.read(
            lambda db: all_of(db, "SELECT name FROM sqlite_master WHERE type = 'table'")
        )
        assert {row[0] for row in rows} - set(TABLES) == {
            "sqlite_sequence",
            "owners",
            "facts",
            "embedding",
            "evictions",  # erased with its chat; it records only that data was deleted
            "moves",  # former keys of a chat, erased with it
            "made",  # part of its message in the export; deleted when the answer is sent
            "pieces",  # the export shows the question that the pieces form
            "listening",  # shown with the chat's settings, erased with the chat
            "chosen",  # settings of the whole process
            "news",  # shown with the chat's settings, erased with the chat
            "broadcasts",  # an admin's message to others, deleted once it is sent
            "receivers",  # erased with its chat
            "cap_warnings",  # hashes of names, until the period of the cap ends
            "objections",  # a section of the export; these stay when a person's data is erased
            "people",  # a section of the export; a decision stays without the person's name
            "held",  # a section of the export, erased with the chat or the person
            "decisions",  # ids of admins and people, bounded; shown by /people log
        }


async def test_an_export_begins_with_a_view_for_people(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["the answer"]) as house:
        await filled(house, DM)
        told = await exported(house, await house.say("/export"))
        assert list(told)[:2] == ["about", "view"]
        assert f"[2023-11-14T22:13:20Z] Ann (1): {SECRET}" in told["view"]
        assert "Pipit: the answer" in told["view"]


async def test_an_export_as_text_is_the_view_alone(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["the answer"]) as house:
        await filled(house, DM)
        sink = await house.ask("/export text")
        ((name, content, caption),) = sink.files
        assert name == "pipit-2023-11-14.txt"
        assert f"Ann (1): {SECRET}\nPipit: the answer\n" in content.decode()
        assert caption == EN.export_chat


async def test_the_view_shows_the_message_that_a_question_replied_to(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["the answer"]) as house:
        quoted = "first line\nsecond line"
        asked = Inbound(
            GROUP, "q", ANN, "say this in French", direct=False, addressed=True, sent_at=1.0,
            quoted=quoted, quoted_from="Bob",
        )  # fmt: skip
        await house.engine.submit(asked, house.sink(GROUP))
        await house.rest()
        sink = await house.ask("/export text", key=GROUP)
        ((_, content, _),) = sink.files
        quote = "In reply to Bob:\n> first line\n> second line\n"
        assert f"say this in French\n{quote}Pipit: the answer\n" in content.decode()


@pytest.mark.parametrize("code", ["pl", "fa", "ja"])
async def test_the_view_is_in_the_language_of_the_chat(tmp_path: Path, code: str) -> None:
    words = EXPORT[code]
    async with a_house(tmp_path, ["the answer"]) as house:
        await house.ask(f"/language {code}")
        await filled(house, DM)
        sink = await house.ask("/export text")
        ((_, content, _),) = sink.files
        assert content.decode().startswith(f"{words.note}\n\n{words.chat.format(chat=DM)}\n")
        assert words.chosen.format(name="language", value=code) in content.decode()
        data = await exported(house, await house.say("/export"))
        assert data["about"] == words.note


async def test_in_a_group_a_person_gets_their_own_messages_and_an_admin_all(tmp_path: Path) -> None:
    async with a_house(tmp_path, access=ADMINS) as house:
        await filled(house, GROUP, ANN, SECRET)
        await filled(
            house, GROUP, BOB, "what Bob said to the group, a long time ago and at some length"
        )
        own = await exported(house, await house.say("/export", key=GROUP, author=ANN))
        assert own["person"] == ANN.user_id
        assert "Bob" not in json.dumps(own)
        assert own["documents"][0]["passages"][0]["text"] == SECRET
        whole = await exported(house, await house.say("/export", key=GROUP, author=ADA))
        assert {turn["author"]["name"] for turn in whole["turns"]} == {"Ann", "Bob"}


async def test_an_export_of_one_chat_has_nothing_of_another(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["one"], ["two"]) as house:
        await filled(house, DM)
        await filled(house, GROUP, ANN, "said among others")
        told = await exported(house, await house.say("/export", key=GROUP))
        assert SECRET not in json.dumps(told)


async def test_an_unanswered_question_is_exported_with_what_is_shown_of_its_answer(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path) as house:
        inbound = Inbound(
            DM, "m1", ANN, "and now?", direct=True, addressed=True, sent_at=1.0, quoted="look"
        )
        entry = await house.ledger.accept(inbound, "secret handle")
        assert entry is not None
        house.ledger.progress(entry, "half an ans")
        await house.advance(1)
        told = await held(holdings(house), Scope(DM))
        (message,) = told["messages"]
        assert (message["question"], message["quoted"], message["shown"]) == (
            "and now?",
            "look",
            "half an ans",
        )
        assert "secret handle" not in json.dumps(told)


async def test_a_file_waits_out_a_ban_and_a_broken_connection(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        sink = house.sink()
        sink.fail(
            "send_file",
            RateLimited("slow", retry_after=20),
            DeliveryFailed("broken", retryable=True),
        )
        await house.engine.submit(
            Inbound(DM, "m1", ANN, "/export", direct=True, addressed=True, sent_at=1.0), sink
        )
        began = house.clock.now()
        await house.rest()
        assert len(sink.files) == 1
        assert house.clock.now() - began >= 20
        assert house.chat().texts == [f"pipit-2023-11-14.json: {EN.export_chat}"]


@pytest.mark.parametrize("error", [DeliveryFailed("too long"), ChatUnavailable("blocked")])
async def test_a_file_that_is_refused_is_not_sent_again(
    tmp_path: Path, error: DeliveryFailed
) -> None:
    async with a_house(tmp_path) as house:
        sink = house.sink()
        sink.fail("send_file", error)
        await house.engine.submit(
            Inbound(DM, "m1", ANN, "/export", direct=True, addressed=True, sent_at=1.0), sink
        )
        await house.rest()
        assert len(sink.called("send_file")) == 1
        assert house.chat().texts == [EN.data_failed]


async def test_an_export_that_no_chat_would_take_is_left_to_the_operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.commands.personal_data.LONGEST_BYTES", 100)
    async with a_house(tmp_path, ["x"]) as house:
        await filled(house, DM)
        sink = await house.ask("/export")
        assert sink.files == []
        assert house.last() == EN.export_long


async def test_what_packs_well_is_counted_unpacked_before_it_takes_memory(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["x"]) as house:
        await house.ask("hello")
        long = "so it goes on and on " * 300
        rows = DocumentRows(house.store)
        for number in range(20):
            passages = [("page 1", long, b"")] * 100
            await rows.put(DM, f"{number}.txt", ANN, 1.0, passages)
        assert house.store.path.stat().st_size < 2_000_000
        tracemalloc.start()
        sink = await house.ask("/export")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sink.files == []
        assert house.last() == EN.export_long
        assert peak < 30_000_000, "12 MB of text were to be refused, not unpacked"


async def test_one_export_at_a_time_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, now = 0, 0

    async def counted(*arguments: Any) -> None:
        nonlocal most, now
        now, most = now + 1, max(most, now + 1)
        await write_json(*arguments)
        now -= 1

    monkeypatch.setattr("engine.commands.personal_data.write_json", counted)
    async with a_house(tmp_path, ["x"], ["y"]) as house:
        await filled(house, DM)
        await filled(house, GROUP)
        sinks = [await house.say("/export"), await house.say("/export", key=GROUP)]
        await house.rest()
        assert [len(sink.files) for sink in sinks] == [1, 1]
        assert most == 1


# --- /forget ---


async def test_forgetting_asks_once_and_says_what_it_will_erase(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        await house.ask("/forget")
        assert house.last() == EN.forget_chat.format(turns=1, documents=1, minutes=CONFIRM_MINUTES)
        assert (await counts(house.store))["turns"] == 1


async def test_a_yes_that_nobody_asked_for_only_asks(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        await house.ask("/forget yes")
        assert "1" in house.last()
        assert (await counts(house.store))["turns"] == 1


async def test_a_yes_that_comes_too_late_asks_again(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        await house.ask("/forget")
        await house.clock.advance(CONFIRM_MINUTES * 60 + 1)
        await house.ask("/forget yes")
        assert (await counts(house.store))["turns"] == 1


async def test_in_a_group_the_yes_of_another_person_counts_for_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await filled(house, GROUP, ANN)
        await house.ask("/forget", key=GROUP, author=ANN)
        await house.ask("/forget yes", key=GROUP, author=BOB)
        assert (await counts(house.store))["turns"] == 1


async def test_after_forgetting_nothing_of_the_chat_is_in_any_table(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        await house.ask("/persona a miller")
        assert await forget(house) == EN.forgotten
        sums = await house.store.read(lambda db: all_of(db, "SELECT author, chat FROM spending"))
        assert [(author < 0, chat) for author, chat in sums] == [(True, 0)]
        assert await counts(house.store) == {**dict.fromkeys(TABLES, 0), "spending": 1}


async def test_what_was_forgotten_is_gone_from_the_bytes_of_file_and_log(tmp_path: Path) -> None:
    async with a_house(
        tmp_path, ["Pardon?"], ["The mill was sold: nobody knows where those spoons went."]
    ) as house:
        await house.ask("some text of another chat", key=GROUP, author=BOB)
        await filled(house, DM)
        forms = [
            SECRET.encode(),
            pack(SECRET)[10:40],
            b"The mill was sold",
            pack("The mill was sold: nobody knows where those spoons went.")[10:40],
            b"vector of question",
            b"vector of passage",
            SECRET[:20].encode(),
            b"Ann",
        ]
        before = bytes_of(house.store)
        assert [form in before for form in forms] == [True] * 2 + [False, True] + [True] * 4
        await forget(house)
        after = bytes_of(house.store)
        assert [form for form in forms if form in after] == []
        assert b"Bob" in after


async def test_copies_that_overwriting_did_not_reach_are_gone_once_the_file_is_written_anew(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        # SQLite leaves copies of some texts where it moves rows between pages. With this setting it
        # leaves them all.
        await house.store._alone(lambda db: db.execute("PRAGMA secure_delete=OFF").fetchall())
        await filled(house, GROUP, BOB, "another chat keeps the page of the table in use")
        await filled(house, DM)
        await erase(house, Scope(DM))
        assert await holdings(house).empty_log()
        assert SECRET.encode() in bytes_of(house.store)
        assert await holdings(house).scrub()
        assert SECRET.encode() not in bytes_of(house.store)


async def test_a_file_is_written_anew_once_for_what_was_forgotten(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        own = holdings(house)
        assert (await own.facts()).erased == 0
        await forget(house)
        facts = await own.facts()
        assert (facts.erased, facts.scrubbed, own.erased_here) == (1, 1, 1)
        assert await own.scrub()
        assert await own.facts() == facts


async def test_a_large_file_is_left_to_a_quiet_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.sqlite.personal_data.SCRUB_AT_ONCE_BYTES", 0)
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        await forget(house)
        facts = await holdings(house).facts()
        assert facts.erased > facts.scrubbed
        assert SECRET.encode() not in bytes_of(house.store)


async def test_a_log_that_somebody_reads_is_emptied_once_they_let_go(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        reader = sqlite3.connect(house.store.path)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM turns").fetchone()
        await house.ask("/forget")
        await house.say("/forget yes")
        await house.advance(2)
        assert SECRET.encode() in bytes_of(house.store)
        reader.close()
        await house.rest()
        assert house.last() == EN.forgotten
        assert SECRET.encode() not in bytes_of(house.store)


async def test_a_chat_begins_anew_after_it_was_forgotten(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["first"], ["second"]) as house:
        await house.ask(SECRET)
        await forget(house)
        await house.ask("what do you know?")
        assert SECRET not in str(house.model.prompts[1])
        assert house.last() == "second"


async def test_the_buttons_of_forgotten_answers_are_too_old(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        sent = next(iter(house.chat().messages))
        await forget(house)
        assert await house.press(Action.RETRY, sent) == EN.button_old


async def test_a_question_that_was_asked_behind_it_is_still_answered(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "first"], ["to the new question"]) as house:
        await house.ask("/forget")
        await house.say(SECRET)
        await house.say("/forget yes")
        await house.say("a new question")
        await house.settle()
        gate.set()
        await house.rest()
        assert house.last() == "to the new question"
        rows = await house.store.read(lambda db: all_of(db, "SELECT prompt FROM turns"))
        assert [row[0] for row in rows] == [pack("a new question")]
        assert SECRET.encode() not in bytes_of(house.store)


async def test_in_a_group_a_person_is_forgotten_and_the_others_are_not(tmp_path: Path) -> None:
    async with a_house(tmp_path, access=ADMINS) as house:
        await filled(house, GROUP, ANN, SECRET)
        await filled(
            house, GROUP, BOB, "what Bob said to the group, a long time ago and at some length"
        )
        assert await forget(house, GROUP, ANN) == EN.forgotten
        left = await held(holdings(house), Scope(GROUP))
        assert {turn["author"]["name"] for turn in left["turns"]} == {"Bob"}
        assert len(left["documents"]) == len(left["usage"]) == 1
        raw = bytes_of(house.store)
        assert [
            text for text in (SECRET.encode(), pack(SECRET)[10:40], b"Ann") if text in raw
        ] == []
        assert SECRET not in str((await house.sessions.get(GROUP)).turns)


async def test_in_a_group_an_admin_erases_the_whole_chat(tmp_path: Path) -> None:
    async with a_house(tmp_path, access=ADMINS) as house:
        await filled(house, GROUP, ANN)
        await filled(house, DM, BOB, "elsewhere")
        await house.ask("/forget", key=GROUP, author=ADA)
        assert house.last(GROUP) == EN.forget_chat.format(
            turns=1, documents=1, minutes=CONFIRM_MINUTES
        )
        await house.ask("/forget yes", key=GROUP, author=ADA)
        assert [
            row[0] for row in await house.store.read(lambda db: all_of(db, "SELECT key FROM chats"))
        ] == [str(DM)]


async def test_a_given_up_question_is_erased_with_the_rest(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        inbound = Inbound(GROUP, "m1", ANN, SECRET, direct=False, addressed=True, sent_at=1.0)
        entry = await house.ledger.accept(inbound, "h")
        assert entry is not None
        await house.ledger.close_row(entry, given_up=True)
        await forget(house, GROUP, ANN)
        assert SECRET.encode() not in bytes_of(house.store)


async def test_a_session_that_was_being_read_meanwhile_is_read_again(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        house.sessions.drop(DM)
        reading = asyncio.get_running_loop().create_task(house.sessions.get(DM))
        await asyncio.sleep(0)
        await erase(house, Scope(DM))
        house.sessions.drop(DM)
        assert (await house.sessions.get(DM)).turns == []
        await reading


async def test_to_be_forgotten_does_not_begin_the_day_anew(tmp_path: Path) -> None:
    people = AccessSettings(tokens_per_day=1, messages_per_minute=0)
    async with a_house(tmp_path, ["an answer"], ["another"], access=people) as house:
        await house.ask("one")
        await house.ask("two")
        assert house.last().startswith(SERVICE["en"].stop_person[:20])
        await erase(house, Scope(DM))
        await house.ask("three")
        assert house.last().startswith(SERVICE["en"].stop_person[:20])


async def test_a_disk_that_fails_is_told_and_nothing_is_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_house(tmp_path, ["an answer"]) as house:
        await filled(house, DM)
        await house.ask("/forget")

        async def fail(*_: object, **__: object) -> None:
            raise StorageFault("the disk is full")

        monkeypatch.setattr(holdings(house), "erase", fail)
        await house.ask("/forget yes")
        assert house.last() == EN.data_failed


async def test_the_erasures_of_an_unchanged_file_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.db"
    mine, others = await Store.open(path), await Store.open(path)
    data, elsewhere = (SqlitePersonalData(store, FakeClock()) for store in (mine, others))
    reads: list[object] = []
    real = mine.query
    monkeypatch.setattr(mine, "query", lambda op: reads.append(op) or real(op))
    try:
        for name in ("p.db", "p.db-wal"):  # as if the last change were an hour ago
            os.utime(tmp_path / name, (1, 1))
        for _ in range(3):
            assert (await data.facts()).erased == 0
        assert len(reads) == 1
        await elsewhere._changed("UPDATE facts SET value = 1 WHERE name = 'erased'", {})
        for _ in range(3):  # the file was changed a moment ago, so each look reads it
            assert (await data.facts()).erased == 1
        assert len(reads) == 4
    finally:
        await mine.close()
        await others.close()
