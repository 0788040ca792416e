"""The hostile inputs: messages, files, network requests and model answers.

There is one function for each kind and one `Case` for each input. The names in brackets, H1 to H8
and M1 to M9, are findings of the security review of November 2026.
"""

from __future__ import annotations

import asyncio
import json
import random
import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Callable

from benchmarks.hostile_stage import DONE, MARK, event
from benchmarks.hostile_text import PATTERNS, filled
from tests.servers.telegram import Upload, User

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

    from benchmarks.hostile_stage import Stage

MESSAGE = 4_000
CHATS = 4
HELD_SECONDS = 4.0
"""The time for which connections that send nothing are kept open."""
Attack = Callable[["Stage"], "Awaitable[None]"]


@dataclass(frozen=True)
class Case:
    """One attack. `short`: it is part of the short run. `page`, `webhook`: it needs that server."""

    name: str
    attack: Attack
    short: bool = False
    page: bool = False
    webhook: bool = False


# Messages


async def messages(stage: Stage, *texts: str, chats: int = CHATS) -> None:
    """Let several people write each text at the same moment."""
    for text in texts:
        people = [stage.attacker() for _ in range(chats)]
        await asyncio.gather(*(stage.say(person, text, seconds=10.0) for person in people))


def question(pattern: str) -> Attack:
    return partial(_say, texts=(filled(pattern, MESSAGE),))


def command(name: str, pattern: str) -> Attack:
    return partial(_say, texts=(f"/{name} {filled(pattern, MESSAGE - 20)}",))


async def _say(stage: Stage, texts: tuple[str, ...]) -> None:
    await messages(stage, *texts)


async def cached(stage: Stage) -> None:
    """Ask almost the same long question again and again in one chat.

    This makes the answer cache compare long texts.
    """
    person = stage.attacker()
    for number in range(4):
        await stage.say(person, "/new", seconds=5.0)
        await stage.say(person, f"How do {'a ' * 1800} fly {number}?", seconds=5.0)


# Answers


def answering(name: str) -> Attack:
    return partial(_ask_for, name=name)


async def _ask_for(stage: Stage, name: str) -> None:
    people = [stage.attacker() for _ in range(2)]
    await asyncio.gather(*(_until_ended(stage, person, name) for person in people))


async def _until_ended(stage: Stage, person: int, name: str) -> None:
    stage.telegram.say(person, f"{MARK}{name} please")
    with suppress(TimeoutError):
        await stage.telegram.until(
            lambda server: any(m.shown.buttons and "Stop" not in str(m.shown.buttons) for m in server.sent(person)),
            20.0,
        )  # fmt: skip


def _in_pieces(text: str, size: int = 40) -> Callable[[], AsyncIterator[bytes]]:
    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(text), size * 50):
            part = text[start : start + size * 50]
            yield b"".join(event(part[at : at + size]) for at in range(0, len(part), size))
        yield DONE

    return stream


async def _endless_line() -> AsyncIterator[bytes]:
    yield b"data: " + b'{"choices": [{"delta": {"content": "'
    for _ in range(300):
        yield b"a" * 65_536
    yield b'"}}]}\n\n'


async def _endless_comment() -> AsyncIterator[bytes]:
    for _ in range(2_000):
        yield b": keep-alive\n" * 500


async def _nested() -> AsyncIterator[bytes]:
    yield b"data: " + b"[" * 100_000 + b"\n\n"
    yield DONE


ANSWERS: dict[str, Callable[[], AsyncIterator[bytes]]] = {
    "ten-megabytes": _in_pieces("word " * 2_000_000, 400),
    "table": _in_pieces(filled("table", 3_000)),
    "fences-with-code": _in_pieces("```python\nx = 1\n```\n\n" * 2_400),
    "fences": _in_pieces("```\n" * 10_000),
    "one-character": _in_pieces("a b " * 4_000, 1),
    "thinking": _in_pieces("<think>" + "so " * 100_000),
    "line-separators": _in_pieces("\u2028" * 12_000, 1),
    "links": _in_pieces("https://a.b/" + "))))" * 3_000),
    "emphasis": _in_pieces("*_" * 6_000),
    "images": _in_pieces("![" * 6_000),
    "quotes": _in_pieces(">" * 6_000),
    "headings": _in_pieces("# a\n" * 4_000),
    "list": _in_pieces("".join("  " * depth + "- a\n" for depth in range(120))),
    "ligatures": _in_pieces("\ufdfa" * 4_000),
    "formulas": _in_pieces("$$\\frac{" * 2_000),
    "tags": _in_pieces("<b><i>" * 3_000),
    "endless-line": _endless_line,
    "endless-comment": _endless_comment,
    "nested-json": _nested,
}

# Documents


def file(name: str, make: Callable[[], bytes], *, asked: str = "What does it say?", copies: int = 1,
         people: int = 1) -> Attack:  # fmt: skip
    return partial(_send_files, name=name, make=make, asked=asked, copies=copies, people=people)


async def _send_files(
    stage: Stage, name: str, make: Callable[[], bytes], asked: str, copies: int, people: int
) -> None:
    content = await asyncio.to_thread(make)
    chats = [stage.attacker() for _ in range(people)]
    await asyncio.gather(*(_send(stage, chat, name, content, copies) for chat in chats))
    await asyncio.gather(*(stage.say(chat, asked, seconds=15.0) for chat in chats))


async def _send(stage: Stage, chat: int, name: str, content: bytes, copies: int) -> None:
    for number in range(copies):
        before = len(stage.telegram.sent(chat))
        stage.telegram.say(
            chat, file=Upload(f"{number}{name}", "application/octet-stream", content)
        )
        await stage.shown(chat, before + 1, 40.0)


def _words_of_hex() -> bytes:
    chance = random.Random(1)
    return " ".join(f"{chance.getrandbits(48):012x}" for _ in range(44_000)).encode()


def _varied_han() -> bytes:
    chance = random.Random(2)
    lines = ("".join(chr(chance.randint(0x4E00, 0x9FFF)) for _ in range(60)) for _ in range(9_600))
    return "\n".join(lines).encode()


def _repeated(unit: str, size: int) -> Callable[[], bytes]:
    return lambda: (unit * (size // len(unit.encode()) + 1)).encode()[:size]


def _html(unit: str, size: int = 6_000_000) -> Callable[[], bytes]:
    return lambda: b"<!doctype html><body>" + (unit * (size // len(unit))).encode()


def _bomb_pdf() -> bytes:
    """Return a PDF whose page unpacks to a gigabyte of spaces."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(1024)) + packer.flush()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    body = b"%PDF-1.4\n"
    for number, one in enumerate(objects, 1):
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    return body + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF"


# Storms


async def exports(stage: Stage) -> None:
    """Export a chat whose documents compress very well [H8]."""
    person = stage.attacker()
    await _send(stage, person, "a.txt", _repeated("the same line again and again\n", 570_000)(), 6)
    await asyncio.gather(*(stage.say(person, "/export", seconds=15.0) for _ in range(3)))


def commands_storm(people: int, each: int) -> Attack:
    return partial(_commands, people=people, each=each)


async def _commands(stage: Stage, people: int, each: int) -> None:
    chats = [stage.attacker() for _ in range(people)]
    for _ in range(each):
        for chat in chats:
            stage.telegram.say(chat, "/help")
    await asyncio.sleep(3.0)


async def groups_storm(stage: Stage) -> None:
    """Let one person mention the bot in 25 groups at once."""
    user = User(stage.attacker(), "Eve")
    for number in range(25):
        text = f"@{stage.telegram.bot.username} hello"
        stage.telegram.say(-user.id - number, text, user=user)
    await asyncio.sleep(3.0)


async def edits_storm(stage: Stage) -> None:
    person = stage.attacker()
    said = stage.telegram.say(person, "hello")
    await stage.shown(person, 1)
    for number in range(400):
        stage.telegram.edit(person, said.message_id, f"hello {filled('table', 500)} {number}")
    await asyncio.sleep(3.0)


async def presses_storm(stage: Stage) -> None:
    person = stage.attacker()
    await stage.say(person, "hello")
    with suppress(TimeoutError):
        await stage.telegram.until(lambda s: any(m.shown.buttons for m in s.sent(person)), 10.0)
    message = stage.telegram.sent(person)[-1]
    label = message.shown.buttons[-1][1] if message.shown.buttons else ""
    for _ in range(400):
        with suppress(ValueError):
            stage.telegram.press(person, message.message_id, label)
    await asyncio.sleep(3.0)


async def foreign_buttons(stage: Stage) -> None:
    person = stage.attacker()
    await stage.say(person, "hello")
    message = stage.telegram.sent(person)[-1]
    user = {"id": person, "is_bot": False, "first_name": "E"}
    for data in ("retry.²", "retry." + "9" * 60, "\x00", "stop.-1", "x" * 64, "continue.1.2.3"):
        query = {"id": data[:8], "from": user, "message": message.json(), "data": data}
        stage.telegram.inject({"callback_query": {**query, "chat_instance": "1"}})
    await asyncio.sleep(1.0)


async def forgets(stage: Stage) -> None:
    people = [stage.attacker() for _ in range(10)]
    await asyncio.gather(*(stage.say(person, "remember me please") for person in people))
    for _ in range(8):
        for person in people:
            stage.telegram.say(person, "/forget yes")
    await asyncio.sleep(3.0)


async def updates(stage: Stage) -> None:
    """Send updates that no client of Telegram would produce."""
    for update in ({"message": {}}, {"message": {"chat": {"id": 10**30}}}, {"message": None},
                   {"callback_query": {"data": "a" * 10_000}}, {"poll": []}):  # fmt: skip
        with suppress(Exception):
            stage.telegram.inject(update)
    await asyncio.sleep(1.0)


# The network


async def request(stage: Stage, head: str, body: bytes = b"", *, seconds: float = 10.0) -> bytes:
    """Send one request unchanged and return the first bytes of the response."""
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.port)
    try:
        writer.write(head.encode("latin-1") + b"\r\n" + body)
        with suppress(ConnectionError):
            await writer.drain()
        answer = asyncio.ensure_future(reader.read(400))  # noqa: TID251 - ended below
        await asyncio.wait({answer}, timeout=seconds)
        answer.cancel()
        return answer.result() if answer.done() and not answer.cancelled() else b""
    finally:
        writer.close()


def get(path: str, *headers: str, times: int = 3) -> Attack:
    head = "".join(f"{line}\r\n" for line in (f"GET {path} HTTP/1.1", "Host: localhost", *headers))
    return partial(_requests, head=head, body=b"", times=times)


def post(path: str, body: Callable[[], bytes], *headers: str, times: int = 3) -> Attack:
    return partial(_post, path=path, make=body, headers=headers, times=times)


async def _post(
    stage: Stage, path: str, make: Callable[[], bytes], headers: tuple[str, ...], times: int
) -> None:
    body = await asyncio.to_thread(make)
    lines = (f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json",
             f"Content-Length: {len(body)}", *headers)  # fmt: skip
    await _requests(stage, "".join(f"{line}\r\n" for line in lines), body, times)


async def _requests(stage: Stage, head: str, body: bytes, times: int) -> None:
    for _ in range(times):
        with suppress(OSError):
            await request(stage, head, body)


def connections(data: bytes, count: int = 1_000) -> Attack:
    return partial(_connect, data=data, count=count)


async def _connect(stage: Stage, data: bytes, count: int) -> None:
    """Open connections, send the beginning of a request in each, and keep them open."""
    writers = []
    try:
        for _ in range(count):
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", stage.port)
                writers.append(writer)
                writer.write(data)
        await asyncio.sleep(HELD_SECONDS)
    finally:
        for writer in writers:
            writer.transport.abort()


async def drip(stage: Stage) -> None:
    """Send headers one byte at a time on many connections."""
    writers = []
    for _ in range(100):
        with suppress(OSError):
            writers.append((await asyncio.open_connection("127.0.0.1", stage.port))[1])
    for byte in b"GET / HTTP/1.1\r\nX-A: " + b"a" * 20:
        for writer in writers:
            writer.write(bytes([byte]))
        await asyncio.sleep(0.1)
    for writer in writers:
        writer.transport.abort()


async def pipelined(stage: Stage) -> None:
    """Send 2,000 requests on one connection and read no response."""
    _, writer = await asyncio.open_connection("127.0.0.1", stage.port)
    writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2_000)
    await asyncio.sleep(3.0)
    writer.transport.abort()


async def guesses(stage: Stage) -> None:
    """Guess the password, each time with another forwarded address [M1]."""
    for number in range(300):
        body = b"password=wrong"
        head = (
            "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"X-Forwarded-For: 198.51.100.{number % 250}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )
        with suppress(OSError):
            await request(stage, head, body, seconds=3.0)


def _nested_json(depth: int = 50_000) -> bytes:
    return b"[" * depth + b"]" * depth


def _long_json() -> bytes:
    return json.dumps({"id": "abcdefgh-1", "text": "a" * 20_000_000}).encode()


def _objects() -> bytes:
    return b"[" + b'{"a":{}},' * 2_200_000 + b"0]"


_COOKIE = "Cookie: pipit=" + '"' + "\\" * 60_000 + '"'
_SECRET = "X-Telegram-Bot-Api-Secret-Token: hostile-webhook-secret"
_HALF_BODY = b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n{"
_QUEUE = "/gradio/gradio_api/queue/join"
_HEARTBEAT = b"GET /gradio/gradio_api/heartbeat/x HTTP/1.1\r\nHost: localhost\r\n\r\n"

CASES = (
    Case("/model with a table [H1]", command("model", "table"), short=True),
    Case("/persona with a table", command("persona", "table")),
    Case("/language with a table", command("language", "table")),
    Case("an unknown command with a table", command("nothing", "table")),
    Case("/documents with ligatures", command("documents", "ligature")),
    Case("/memory of may [M8]", command("memory", "may"), short=True),
    Case("/memory find ligatures", command("memory find", "ligature")),
    Case("/ask of emphasis", command("ask", "emphasis")),
    *(Case(f"a question of {name}", question(name), short=name == "ligature") for name in PATTERNS),
    Case("one long question again and again [H7]", cached),
    *(Case(f"an answer: {name} [M9]", answering(name), short=name in ("table", "ten-megabytes")) for name in ANSWERS),
    Case("a text of hex words [H2]", file("hex.txt", _words_of_hex), short=True),
    Case("three texts of varied Han [H2]", file("han.txt", _varied_han, copies=3)),
    Case("a text of ligatures", file("fdfa.txt", _repeated("\ufdfa ", 1_700_000))),
    Case("a text on one line", file("line.txt", _repeated("a", 1_500_000))),
    Case("a table of one column", file("rows.csv", _repeated("1\n", 1_500_000))),
    Case("a page of <!<!", file("a.html", _html("<!"))),
    Case("a page of ampersands", file("a.html", _html("&"))),
    Case("a page nested deep", file("a.html", _html("<div>"))),
    Case("a PDF that unpacks to 1 GB", file("a.pdf", _bomb_pdf)),
    Case("a PDF of nothing", file("a.pdf", _repeated("%PDF-1.4\n0 0 obj ", 3_000_000))),
    Case("eight people with slow pages [H6]", file("a.html", _html("<!<!<!"), people=8)),
    Case("/export of texts that pack well [H8]", exports, short=True),
    Case("200 commands of one person", commands_storm(1, 200), short=True),
    Case("100 commands of 20 people", commands_storm(20, 5)),
    Case("one person in 25 groups", groups_storm),
    Case("400 edits of one message", edits_storm, short=True),
    Case("400 presses of one button", presses_storm, short=True),
    Case("buttons that are none", foreign_buttons),
    Case("80 times /forget yes", forgets),
    Case("updates that are none", updates),
    Case("a cookie of backslashes [H3]", get("/", _COOKIE), short=True, page=True),
    Case("500 cookies", get("/", "Cookie: " + "; ".join(f"a{n}=b" for n in range(500))), page=True),
    Case("200 headers of 300 bytes", get("/", *(f"X-{n}: {'a' * 300}" for n in range(200))), page=True),
    Case("a header of 60 kB", get("/", "X-A: " + "a" * 60_000), page=True),
    Case("a path of 50 kB", get("/" + "a/" * 25_000), page=True),
    Case("10,000 fields of a query", get("/?" + "&".join(f"a{n}=1" for n in range(5_000))), page=True),
    Case("a place in the stream of 5,000 digits", get("/events?seen=1." + "9" * 5_000), page=True),
    Case("a language header of 50 kB", get("/", "Accept-Language: " + "de," * 15_000), page=True),
    Case("20 MB into the panel's queue [H4]", post(_QUEUE, _objects), short=True, page=True),
    Case("20 MB to /ask", post("/ask", _long_json), page=True),
    Case("20 MB to /login", post("/login", _long_json), page=True),
    Case("nested JSON to /press", post("/press", _nested_json), page=True),
    Case("1,000 silent connections [H5]", connections(b""), short=True, page=True),
    Case("1,000 halves of a header", connections(b"GET / HT"), page=True),
    Case("1,000 halves of a body", connections(_HALF_BODY), page=True),
    Case("1,000 heartbeats of the panel", connections(_HEARTBEAT), page=True),
    Case("headers byte by byte", drip, page=True),
    Case("2,000 requests on one connection", pipelined, page=True),
    Case("300 wrong passwords [M1]", guesses, page=True),
    Case("nested JSON to the webhook", post("/hook", _nested_json, _SECRET), webhook=True),
    Case("20 MB to the webhook", post("/hook", _long_json, _SECRET), webhook=True),
    Case("a cookie to the webhook", get("/hook", _COOKIE), webhook=True),
    Case("1,000 silent connections to the webhook [H5]", connections(b""), webhook=True),
    Case("1,000 halves of a header to the webhook", connections(b"POST /ho"), webhook=True),
    Case("1,000 halves of a body to the webhook", connections(_HALF_BODY.replace(b"/ask", b"/hook")), webhook=True),
    Case("2,000 requests on one connection to the webhook", pipelined, webhook=True),
)  # fmt: skip
