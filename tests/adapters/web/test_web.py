"""Tests of the page without its server: chats in memory, the sink, and admission.

The other tests of the page are in tests/adapters/web.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.web import WebAdapter, WebSettings
from adapters.web.door import (
    DAY_SECONDS,
    PASS_DAYS,
    Password,
    cookie,
    cookie_of,
    is_foreign,
    is_secure,
    new_visitor,
    of_origin,
    visitor_of,
)
from adapters.web.requests import file_headers
from adapters.web.sink import WebSink
from adapters.web.stream import _changes
from adapters.web.visits import ITEMS, Chat, Chats, Item, no_files
from adapters.web.wording import LANGUAGES, words_in
from engine.attachments import Attachment, Made, MediaKind
from engine.contract import Action, Author, Button, ChatKey, Finish, Inbound, SentId, Turn, Usage
from engine.errors import MessageGone, StorageFault
from engine.kept import Exchange, Overview
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.history import KeptChats
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sqlite.database import Store
from engine.tasks import Tasks
from engine.turns.sessions import Sessions
from engine.wording import LANGUAGES as SPOKEN
from tests.rigs.fakes import FakeClock, settle

KEY = ChatKey("web", "abc")
STOP = (Button(Action.STOP, "Stop"),)
RETRY = (Button(Action.RETRY, "Retry"),)


class Nothing:
    async def exchanges(self, key: ChatKey, *, earlier: bool = False) -> list[Exchange]:
        return []

    async def overview(self, key: ChatKey, most: int) -> Overview:
        return Overview()

    async def language(self, key: ChatKey) -> str:
        return ""


# Chats


async def test_a_reader_learns_only_what_changed() -> None:
    chat = Chat(KEY)
    chat.ask("one", "first")
    chat.ask("two", "second")
    before = chat.version
    chat.show("two", 0, ("Hello", RETRY))
    assert [item.handle for item in chat.since(before)] == ["two"]
    assert [item.handle for item in chat.since(0)] == ["one", "two"]


async def test_who_waits_wakes_at_a_change() -> None:
    chat = Chat(KEY)
    waiting = Tasks("test").spawn(chat.changed(chat.epoch, chat.version), "reader")
    await settle()
    assert not waiting.done()
    chat.ask("one", "first")
    await waiting


async def test_a_question_asked_twice_stands_once() -> None:
    chat = Chat(KEY)
    assert chat.ask("one", "first")
    assert not chat.ask("one", "first")
    assert len(chat.items) == 1


async def test_an_answer_grows_until_its_stop_button_is_gone() -> None:
    chat = Chat(KEY)
    chat.ask("one", "first")
    assert chat.growing
    chat.show("one", 0, ("Hel", STOP))
    assert chat.growing
    chat.show("one", 0, ("Hello", RETRY))
    assert not chat.growing


async def test_what_happened_while_the_store_was_read_stays() -> None:
    chat = Chat(KEY)
    chat.show("two", 0, ("newer", RETRY))
    chat.begin([Item("one", "first"), Item("two", "second", {0: ("older", ())})])
    assert [(item.handle, item.prompt) for item in chat.items.values()] == [
        ("one", "first"),
        ("two", "second"),
    ]
    assert chat.items["two"].blocks == ['<p dir="auto">newer</p>']


async def test_a_chat_that_is_read_or_growing_never_leaves_the_memory() -> None:
    chats = Chats(most=2)
    read, growing = chats.get(ChatKey("web", "r")), chats.get(ChatKey("web", "g"))
    read.readers = 1
    growing.ask("one", "first")
    for chat in (read, growing):
        chats.settle(chat)
    for number in range(5):
        chats.get(ChatKey("web", str(number)))
    assert chats.get(read.key) is read
    assert chats.get(growing.key) is growing
    assert len(chats) == 4


async def test_chats_with_long_answers_leave_before_there_are_too_many_bytes() -> None:
    chats = Chats(most=100, most_bytes=1_000_000)
    for number in range(20):
        chat = chats.get(ChatKey("web", str(number)))
        chat.show("one", 0, ("x" * 100_000, RETRY))
        chats.settle(chat)
    assert len(chats) == 3
    assert chats.get(ChatKey("web", "19")).items


async def test_no_more_chats_than_allowed_stay_however_small() -> None:
    chats = Chats(most=3, most_bytes=1_000_000)
    for number in range(20):
        chats.get(ChatKey("web", str(number)))
    assert len(chats) == 3


async def test_a_cleared_chat_begins_a_new_epoch() -> None:
    chat = Chat(KEY)
    chat.ask("one", "first")
    epoch = chat.epoch
    chat.clear()
    assert chat.epoch != epoch
    assert chat.items == {}


async def test_a_page_that_stays_open_remembers_no_more_than_it_shows() -> None:
    chat, page = Chat(KEY), {}
    for number in range(3 * ITEMS):
        chat.ask(str(number), "question")
        chat.show(str(number), 0, ("Hello", RETRY))
        _changes(chat, page, chat.version - 2, reset=False)
    assert len(page) == len(chat.items) == ITEMS


# The sink


async def test_a_sink_built_anew_edits_the_same_answer() -> None:
    chats = Chats()
    sent = await WebSink(chats, KEY, "one").send("Hel", STOP, 0)
    await WebSink(chats, KEY, "other").edit(sent, "Hello", RETRY)
    assert chats.get(KEY).items["one"].blocks == ['<p dir="auto">Hello</p>']
    await WebSink(chats, KEY, "one").delete(sent)
    assert chats.get(KEY).items["one"].blocks == []


async def test_to_locate_a_part_shows_it_once() -> None:
    chats = Chats()
    sink = WebSink(chats, KEY, "one")
    assert (
        await sink.send("Hello", RETRY, 0)
        == await sink.locate("Hello", RETRY, 0)
        == SentId("one.0")
    )
    assert len(chats.get(KEY).items["one"].parts) == 1


async def test_a_file_is_offered_for_download() -> None:
    chats = Chats()
    await WebSink(chats, KEY, "one").send_file("all.json", b"{}", "Here it is")
    (shown,) = re.findall(r'href="file/([^"]+)"', chats.get(KEY).items["one"].blocks[-1])
    assert chats.get(KEY).file(shown) == ("all.json", b"{}")
    assert chats.get(ChatKey("web", "another")).file(shown) is None


async def test_a_picture_is_shown_with_the_wish_as_its_alternative_text() -> None:
    chats = Chats()
    made = Made(MediaKind.PICTURE, "image/png", b"\x89PNG", 'a <barn> "at" night')
    sink = WebSink(chats, KEY, "one")
    sent = await sink.send("a barn", (), 90, made)
    shown, caption = chats.get(KEY).items["one"].blocks
    assert 'alt="a &lt;barn&gt; &quot;at&quot; night"' in shown
    assert "a barn" in caption
    (link,) = re.findall(r'src="file/([^"]+)"', shown)
    assert chats.get(KEY).file(link) == ("picture.png", b"\x89PNG")
    await sink.edit(sent, "a barn", (), Made(MediaKind.PICTURE, "image/png", b"new", "a barn"))
    (other,) = re.findall(r'src="file/([^"]+)"', chats.get(KEY).items["one"].blocks[0])
    assert chats.get(KEY).file(other) == ("picture.png", b"new")
    await sink.delete(sent)
    assert chats.get(KEY).items["one"].blocks == []


def test_a_picture_is_served_as_a_picture_and_any_other_file_is_saved() -> None:
    shown, saved = file_headers("picture.png"), file_headers("a.svg")
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert saved["Content-Type"] == "application/octet-stream"
    assert "attachment" in saved["Content-Disposition"]


async def test_the_oldest_files_leave_and_those_of_a_cleared_chat() -> None:
    files = no_files()
    here, there = Chat(KEY, files), Chat(ChatKey("web", "there"), files)
    there.add_file("one", "all.json", b"{}", "")
    for number in range(6):
        here.add_file("one", f"{number}.json", b"{}", "")
    assert [name for name, _ in files.values()] == [
        "all.json",
        "2.json",
        "3.json",
        "4.json",
        "5.json",
    ]
    here.clear()
    assert [name for name, _ in files.values()] == ["all.json"]


async def test_files_of_all_chats_together_are_bounded_in_bytes() -> None:
    files = no_files(most_bytes=1000)
    for number in range(10):
        Chat(ChatKey("web", str(number)), files).add_file("one", f"{number}.json", b"x" * 400, "")
    assert [name for name, _ in files.values()] == ["8.json", "9.json"]
    Chat(KEY, files).add_file("one", "huge.json", b"x" * 4000, "")
    assert [name for name, _ in files.values()] == ["huge.json"]


async def test_a_file_that_the_page_no_longer_keeps_is_reported_as_gone() -> None:
    gone = Attachment("a.pdf", "application/pdf", 9, "upload:unknown")
    with pytest.raises(MessageGone):
        await WebSink(Chats(), KEY, "one").fetch(gone, 9)


# The adapter


async def test_a_question_that_cannot_be_kept_leaves_the_page_and_may_be_asked_again() -> None:
    adapter = WebAdapter(WebSettings(), Nothing(), FakeClock())
    visitor = new_visitor()
    with pytest.raises(StorageFault):
        await adapter.ask(visitor, "question-1", "hello")
    assert (await adapter.chat(visitor)).items == {}


async def test_what_the_store_keeps_is_shown_with_the_buttons_that_fit(tmp_path: Path) -> None:
    clock = FakeClock()
    store = await Store.open(tmp_path / "p.db")
    try:
        ledger, sessions = (
            SqlLedger(store, clock),
            Sessions(SqlConversations(store, clock), clock, 3600),
        )
        visitor = new_visitor("de")
        for number, finish in enumerate((Finish.STOP, Finish.STOPPED, None)):
            asked = Inbound(visitor.key, f"q{number}", visitor.author, f"ask {number}", direct=True, addressed=True,
                            sent_at=1.0)  # fmt: skip
            entry = await ledger.accept(asked, f"q{number}")
            assert entry is not None
            if finish is not None:
                await ledger.finish(
                    entry, Turn(visitor.author, asked.text, "said", finish, 1.0), Usage()
                )
        adapter = WebAdapter(WebSettings(), KeptChats(store), clock)
        items = list((await adapter.chat(visitor)).items.values())
        assert [item.prompt for item in items] == ["ask 0", "ask 1", "ask 2"]
        assert [[button.label for button in item.buttons] for item in items] == [
            ["Nochmal"],
            ["Weiter", "Nochmal"],
            [],
        ]
        assert [item.growing for item in items] == [False, False, True]
        session = await sessions.get(visitor.key)
        await sessions.begin_anew(session)
        kept = KeptChats(store)
        assert [one.prompt for one in await kept.exchanges(visitor.key)] == ["ask 2"]
        assert len(await kept.exchanges(visitor.key, earlier=True)) == 3
        assert await kept.exchanges(ChatKey("web", "another")) == []
        await ledger.close()
    finally:
        await store.close()


# Admission


def test_a_visitors_key_does_not_give_the_cookie_away() -> None:
    visitor = new_visitor("pt-BR,pt;q=0.9")
    assert visitor.token not in str(visitor.key)
    assert visitor.author == Author(visitor.key.chat_id, "", "pt-BR")
    assert visitor_of(visitor.token, "pt-BR") == visitor
    assert new_visitor().key != visitor.key


def test_visitors_from_one_address_share_an_origin_that_does_not_show_it() -> None:
    one, two = (of_origin(new_visitor(), "203.0.113.7") for _ in range(2))
    other = of_origin(new_visitor(), "203.0.113.8")
    assert one.author.origin == two.author.origin != other.author.origin
    assert "203" not in one.author.origin


@pytest.mark.parametrize(
    "token",
    [
        "",
        "short",
        "x" * 65,
        "../../etc/passwd-and-more-and-more-and-more",
        "ä" * 40,
        "A" * 43 + "\n",
    ],
)
def test_what_is_no_token_of_ours_names_nobody(token: str) -> None:
    assert visitor_of(token) is None


def test_a_language_of_any_length_is_cut() -> None:
    assert len(new_visitor("de" + "-abcdefgh" * 1000).author.language) <= 35


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ca-ES, ca;q=0.9, es-ES;q=0.8", "es-ES"),
        ("in-ID,in;q=0.9", "in-ID"),
        ("nb,sv", "nb"),
        ("*", ""),
        (",".join(["nb"] * 5000 + ["de"]), "nb"),
    ],
)
def test_a_browser_gets_the_first_of_its_languages_that_pipit_speaks(
    header: str, language: str
) -> None:
    assert new_visitor(header).author.language == language


def test_cookies_are_closed_to_scripts_and_fit_a_frame_over_https() -> None:
    assert cookie("a", "b", secure=False).startswith("a=b; Path=/; ")
    assert "HttpOnly; SameSite=Lax" in cookie("a", "b", secure=False)
    assert "HttpOnly; SameSite=None; Secure; Partitioned" in cookie("a", "b", secure=True)


def test_over_https_no_other_site_can_plant_a_cookie() -> None:
    assert cookie("a", "b", secure=True).startswith("__Host-a=b; Path=/; ")
    assert "Domain" not in cookie("a", "b", secure=True)


def test_a_cookie_without_a_value_is_deleted() -> None:
    assert "Max-Age=0;" in cookie("a", "", secure=True)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["a=b; c=d"], "b"),
        (["c=d;a=b"], "b"),
        (["c=d", "a=b"], "b"),
        (["xa=b; c=a=b"], ""),
        (["a=b; a=b"], "b"),
        (["a=b; a=c"], ""),
        (["a"], ""),
        (["\x00=;;;=@"], ""),
    ],
)
def test_a_cookie_is_found_and_of_two_that_differ_none(headers: list[str], found: str) -> None:
    assert cookie_of(headers, "a") == found


@pytest.mark.timeout(5)
def test_a_cookie_header_of_quoted_backslashes_takes_no_time() -> None:
    assert cookie_of(['a="' + "\\" * 4_000_000 + '"'], "b") == ""


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"origin": "https://a.example", "host": "a.example"}, False),
        ({"origin": "https://b.example", "host": "a.example"}, True),
        ({"origin": "null", "host": "a.example"}, True),
        ({"origin": "https://[a.example", "host": "a.example"}, True),
    ],
)
def test_requests_of_other_sites_are_known(headers: dict[str, str], foreign: bool) -> None:
    assert is_foreign(headers) is foreign


def test_https_before_a_proxy_counts() -> None:
    assert is_secure("http", {"x-forwarded-proto": "https"})
    assert is_secure("https", {})
    assert not is_secure("http", {})


def test_a_pass_is_one_visitors_and_ends_with_the_password() -> None:
    ann, bob, clock = new_visitor(), new_visitor(), FakeClock()
    old, new = Password("open sesame", clock), Password("another one", clock)
    given = old.new_pass(ann)
    assert old.knows(ann, given)
    assert not old.knows(bob, given)
    assert not new.knows(ann, given)
    assert not old.knows(None, given)
    assert not old.knows(ann, "")
    assert not old.knows(ann, "\u0661" + given[1:])
    assert Password("", clock).knows(None, "")


async def test_a_pass_ends_when_its_visitor_stays_away() -> None:
    ann, clock = new_visitor(), FakeClock()
    password = Password("open sesame", clock)
    given = password.new_pass(ann)
    await clock.advance(PASS_DAYS * DAY_SECONDS)
    assert password.knows(ann, given)
    renewed = password.new_pass(ann)
    await clock.advance(DAY_SECONDS)
    assert not password.knows(ann, given)
    assert password.knows(ann, renewed)
    today = given.partition(".")[0]
    assert not password.knows(ann, f"{int(today) + 10}.{given.partition('.')[2]}")


def test_a_password_cannot_be_guessed_fast_from_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = []

    def scrypt(password: bytes, *, n: int, r: int, p: int, **_: object) -> bytes:
        costs.append(128 * n * r * p)
        return password

    monkeypatch.setattr("hashlib.scrypt", scrypt)
    assert Password("open sesame", FakeClock()).new_pass(new_visitor())
    assert costs == [128 * 32768 * 8 * 3]


def test_the_page_speaks_every_language_that_the_engine_speaks() -> None:
    assert set(LANGUAGES) == set(SPOKEN)
    assert words_in("zh-Hant-TW").language == "zh"
    assert words_in("xx").language == "en"


async def test_a_question_that_the_engine_refuses_with_a_word_shows_that_word() -> None:
    async def submit(*_: object) -> str:
        return "That was a lot at once."

    adapter = WebAdapter(WebSettings(), Nothing())
    adapter._submit = submit
    visitor = new_visitor()
    assert await adapter.ask(visitor, "q1", "hello") == "That was a lot at once."
    (item,) = (await adapter.chat(visitor)).items.values()
    assert not item.growing
    assert item.parts[0][0] == "That was a lot at once."
