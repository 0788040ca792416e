"""Tests of `pipit check`: limits, probes, and that it writes nothing.

Other tests of it are in test_app.py.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.web import WebSettings
from bot.check import known_hole, print_settings, run
from bot.settings import load
from engine.contract import ChatKey
from engine.storage.sql.numbers import enter_chat
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.processes import Owners
from tests.servers.model import ModelServer

NOWHERE = Path("no such file")


def said(
    capsys: pytest.CaptureFixture[str], *, web: bool = False, **variables: str
) -> dict[str, str]:
    """Return the printed lines by their first word."""
    settings = load({"HF_TOKEN": "hf_abcdef", **variables}, Path("no such file"))
    print_settings(replace(settings, web=WebSettings()) if web else settings)
    lines = capsys.readouterr().out.splitlines()
    return {line[:13].strip(): line[13:] for line in lines}


def test_the_queues_limits_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, MAX_WORKERS="3", MAX_WAITING="50", MAX_WAITING_PER_CHAT="4")
    assert told["answers"].endswith("3 at once")
    assert told["queue"] == "50 questions may wait, 4 of one chat"


def test_the_files_limits_are_told_and_what_it_has_now(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "pipit.db"
    limits = {"DATABASE_PATH": str(file), "STORAGE_LIMIT_MB": "64"}
    assert (
        said(capsys, **limits)["storage"]
        == f"{file}: not there yet, at most 64 MB; turns are kept 90 days"
    )
    file.write_bytes(bytes(1_500_000))
    file.with_name("pipit.db-wal").write_bytes(bytes(700_000))
    assert said(capsys, **limits, RETENTION_DAYS="0")["storage"] == (
        f"{file}: 2.2 MB now, at most 64 MB; turns are kept until there is no room"
    )


def test_a_file_that_cannot_be_looked_at_is_no_reason_to_say_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "not there yet" in said(capsys, DATABASE_PATH="x" * 300)["storage"]


def test_the_limits_of_what_is_kept_in_memory_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, web=True, SESSION_TTL_HOURS="1.5")
    assert told["sessions"] == "256 chats at most, 16 MB; one that is idle for 1.5 h is evicted"
    assert told["page"] == "512 idle chats at most, 16 MB; files to download, 16 MB"
    assert "page" not in said(capsys)


def test_memorys_limits_are_told_as_far_as_they_are_in_force(
    capsys: pytest.CaptureFixture[str],
) -> None:
    full, words, off = (said(capsys, MEMORY=mode) for mode in ("FULL", "WORDS", "OFF"))
    assert (full["memory"], words["memory"], off["memory"]) == ("full", "words", "off")
    assert full["indexes"] == words["indexes"] == "34 MB for old turns, 34 MB for documents"
    assert full["embedder"] == "1024 texts may wait"
    assert full["documents"] == "20 in one chat, 34 MB; one that is not used for 30 days is deleted"
    assert full["each file"] == "8 MB, 300 pages, 600000 characters"
    assert "embedder" not in words
    assert {"indexes", "embedder", "documents", "each file"}.isdisjoint(off)


def test_a_memory_that_cannot_be_had_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "engine.memory.recall.recall", None)
    told = said(capsys, MEMORY="WORDS")
    assert "engine.memory.recall.recall is not installed" in told[""]
    assert "indexes" not in told


# --- it writes nothing ---


async def test_check_makes_no_database_and_says_that_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data" / "p.db"
    settings = load({"HF_BASE_URL": "http://127.0.0.1:9/v1", "DATABASE_PATH": str(file)}, NOWHERE)
    await run(settings)
    assert f"ok    database: {file} can be written; it is made at the first run" in (
        capsys.readouterr().out
    )
    assert list(tmp_path.iterdir()) == []


async def test_check_leaves_a_database_and_its_log_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.db"
    store = await Store.open(file)
    owners = await Owners.enter(store)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    settings = load({"HF_BASE_URL": "http://127.0.0.1:9/v1", "DATABASE_PATH": str(file)}, NOWHERE)
    await run(settings)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    await owners.leave()
    await store.close()
    # This process itself holds the lock, so it does not count as another one.
    assert f"ok    database: {file} can be written, and is sound: 0 chats\n" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("content", "said_of_it"),
    [
        (b"my holiday diary" * 100, "not a Pipit database"),
        (b"SQLite format 3\0" * 99, "not a Pipit database"),
    ],
    ids=["text", "a header alone"],
)
async def test_check_says_what_is_wrong_with_a_file(
    content: bytes, said_of_it: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.db"
    file.write_bytes(content)
    settings = load({"HF_BASE_URL": "http://127.0.0.1:9/v1", "DATABASE_PATH": str(file)}, NOWHERE)
    assert await run(settings) == 77
    found = capsys.readouterr().out
    assert f"FAIL  database: {file}" in found
    assert said_of_it in found
    assert file.read_bytes() == content


def test_a_python_with_a_known_hole_is_named() -> None:
    assert "CVE-2024-7592" in known_hole((3, 11, 9))
    assert known_hole((3, 11, 9)).endswith("use 3.11.10 or newer")
    assert [known_hole(v) for v in ((3, 9, 20), (3, 11, 10), (3, 12, 6), (3, 13, 0))] == [""] * 4


async def checked(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    server: ModelServer,
    models: str,
    **more: str,
) -> tuple[int, list[str]]:
    """Check a bot that has only a model; return the code and the line about each model."""
    address = server.base_url.replace("127", "user:secret@127")
    variables = {"HF_TOKEN": "hf_abcdef", "HF_MODEL": models, "HF_BASE_URL": address, **more}
    settings = load({**variables, "DATABASE_PATH": str(folder / "p.db")}, Path("no such file"))
    code = await run(settings)
    said = capsys.readouterr().out
    assert "secret" not in said
    return code, [line for line in said.splitlines() if line[6:].startswith("model:")]


async def test_a_model_that_is_to_see_is_shown_a_picture(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async with ModelServer() as server:
        server.blind["two"] = "vllm"
        eyes = {"HF_VISION_MODEL": "eyes,two"}
        code, said = await checked(capsys, tmp_path, server, "one", **eyes)
        assert code != 0
        assert said[1] == "ok    model: eyes takes pictures"
        assert said[2].startswith("FAIL  model: two: ")
        assert said[2].endswith("Name another model in HF_VISION_MODEL.")


async def test_every_model_is_asked_as_an_answer_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async with ModelServer() as server:
        server.refuses = {"system"}
        code, said = await checked(capsys, tmp_path, server, "one,two")
        assert code == 0
        assert [line[:25] for line in said] == [
            "ok    model: one answered",
            "ok    model: two answered",
        ]
        assert "it does not take the role system" in said[0]
        first = server.requests[0].body
    assert [message["role"] for message in first["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert (first["stream"], first["max_tokens"], first["stream_options"]) == (
        True,
        800,
        {"include_usage": True},
    )


@pytest.mark.parametrize(
    ("fault", "cure"),
    [
        ("401", "HF_TOKEN is not accepted"),
        ("402", "no credit"),
        ("403", "lacks a permission"),
        ("404", "out of HF_MODEL"),
        ("400-model", "out of HF_MODEL"),
        ("400-context", "PROMPT_TOKENS"),
        ("422", "does not take Pipit's requests"),
        ("503", "Try again"),
        ("malformed", "chat completion endpoint"),
    ],
)
async def test_a_model_that_fails_is_named_with_its_address_and_a_cure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, fault: str, cure: str
) -> None:
    async with ModelServer() as server:
        code, said = await checked(capsys, tmp_path, server, f"one,fault:{fault}")
        assert (code, len(said)) == (77, 2)
        assert said[1].startswith(f"FAIL  model: fault:{fault} at {server.base_url}: ")
        assert cure in said[1]


# --- it checks everything that `run` will use ---


async def checked_here(capsys: pytest.CaptureFixture[str], file: Path, **more: str) -> list[str]:
    variables = {"HF_BASE_URL": "http://127.0.0.1:9/v1", "DATABASE_PATH": str(file), **more}
    await run(load(variables, NOWHERE))
    return capsys.readouterr().out.splitlines()


async def test_a_damaged_page_is_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "p.db"
    await (await Store.open(file)).close()
    raw = bytearray(file.read_bytes())
    raw[4096 * 3 : 4096 * 6] = bytes(4096 * 3)
    file.write_bytes(raw)
    said = await checked_here(capsys, file)
    assert any(line.startswith(f"FAIL  database: {file}: the file is") for line in said), said


async def test_a_database_whose_process_was_killed_is_checked_with_its_log(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    store = await Store.open(tmp_path / "p.db")
    key = ChatKey("telegram", "42")
    await store.transact(lambda db: enter_chat(db, key, 1.0))
    left = tmp_path / "left"
    left.mkdir()
    for path in tmp_path.glob("p.db*"):
        (left / path.name).write_bytes(path.read_bytes())
    await store.close()
    before = {path.name: path.read_bytes() for path in left.iterdir()}
    said = await checked_here(capsys, left / "p.db")
    assert f"ok    database: {left / 'p.db'} can be written, and is sound: 1 chats" in said
    assert {path.name: path.read_bytes() for path in left.iterdir()} == before


async def test_ids_that_are_nobodys_fail(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = await checked_here(capsys, tmp_path / "p.db", ADMIN_USERS="@ann,42")
    assert any(line.startswith("FAIL  people: ADMIN_USERS: @ann can be") for line in said)


async def test_a_port_that_another_program_holds_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    webhook = {
        "TELEGRAM_BOT_TOKEN": "123456:test",
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        "TELEGRAM_WEBHOOK_URL": "https://example.org/hook",
        "TELEGRAM_WEBHOOK_SECRET": "s",
    }
    with socket.socket() as held:
        held.bind(("0.0.0.0", 0))
        held.listen()
        port = held.getsockname()[1]
        said = await checked_here(capsys, tmp_path / "p.db", PORT=str(port), **webhook)
        assert f"FAIL  port: {port} cannot be used (Address already in use)" in said
    said = await checked_here(capsys, tmp_path / "p.db", PORT=str(port), **webhook)
    assert f"ok    port: {port} is free" in said


async def test_a_service_that_cannot_be_reached_or_refuses_the_token_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    dead = "http://127.0.0.1:9"
    async with ModelServer() as model:
        said = await checked_here(
            capsys,
            tmp_path / "p.db",
            VOICE_BASE_URL=model.base_url,
            HF_VOICE_MODEL="speaker",
            IMAGE_BASE_URL=dead,
            HF_IMAGE_MODEL="painter",
        )
        assert "ok    speaking: speaker: 127.0.0.1 can be reached" in said
        assert not model.media.asked
        refused = "FAIL  drawing: painter: 127.0.0.1 cannot be reached (ClientConnectorError)"
        assert refused in said

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        said = await checked_here(
            capsys,
            tmp_path / "p.db",
            SPEECH_BASE_URL=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            SPEECH_TOKEN="wrong",
            HF_SPEECH_MODEL="listener",
        )
        assert "FAIL  voice: listener: 127.0.0.1 refuses the token" in said


async def test_a_memory_whose_packages_are_missing_fails(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.probes.find_spec", lambda _: None)
    said = await checked_here(capsys, tmp_path / "p.db", MEMORY="FULL")
    assert any(line.startswith("FAIL  memory: MEMORY=FULL needs the package") for line in said)
    said = await checked_here(capsys, tmp_path / "p.db")
    assert any(line.startswith("ok    memory: it works by words") for line in said)
