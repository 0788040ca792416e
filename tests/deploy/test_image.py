"""The container image: built without a registry, run as its user, asked, and stopped.

The base is made by mmdebstrap and the image by buildah, which need no daemon (`make test-image`
installs both). The build uses this machine's configuration of pip: its index, certificates and
local folders.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.metrics import resident_bytes
from tests.rigs.app_rig import TOKEN, texts
from tests.servers.model import ModelServer, Reply
from tests.servers.telegram import TelegramServer

ROOT = Path(__file__).resolve().parents[2]
BASE, IMAGE = "localhost/pipit-test-base", "localhost/pipit-test"
SLIM_MB = 250
IDLE_MB = 5  # the container may take this much more than the bare process
_OF_PIP = ("cert", "find-links", "index-url", "extra-index-url", "trusted-host", "timeout")
NEEDED = ("mmdebstrap", "buildah")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(
        bool(MISSING) or os.geteuid() != 0,
        reason=f"needs root and {' and '.join(NEEDED)}: apt-get install {' '.join(NEEDED)}",
    ),
]


def buildah(*arguments: str) -> str:
    done = subprocess.run(["buildah", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout.strip()


def size_bytes(image: str) -> int:
    amount, unit = json.loads(buildah("images", "--json", image))[0]["size"].split()
    return int(float(amount) * {"kB": 1e3, "MB": 1e6, "GB": 1e9}[unit])


def pip_of_this_machine(folder: Path) -> list[str]:
    """Return the options that give the build this machine's configuration of pip, read-only."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"^(?:global|:env:)\.([\w-]+)='(.*)'$", listed, re.MULTILINE)
    kept = {name: value for name, value in found if name in _OF_PIP}
    config = folder / "pip.conf"
    config.write_text("\n".join(["[global]", *(f"{n} = {v}" for n, v in kept.items()), ""]))
    mounted = {config: Path("/etc/pip.conf")}
    for word in " ".join(kept.values()).split():
        path = Path(word.removeprefix("file://"))
        if path.is_absolute() and path.exists():
            # An index has its files beside it, and a certificate is a file in its folder.
            place = path if path.is_dir() and path.name != "simple" else path.parent
            mounted[place] = place
    return [word for here, there in mounted.items() for word in ("-v", f"{here}:{there}:ro")]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Make the base and the slim image; remove the image afterwards."""
    if BASE not in buildah("images", "--format", "{{.Name}}").split():
        tar = tmp_path_factory.mktemp("base") / "base.tar"
        include = "--include=python3,python3-venv,ca-certificates"
        subprocess.run(
            ["mmdebstrap", "--variant=minbase", include, "bookworm", str(tar)],
            check=True,
            capture_output=True,
        )
        made = buildah("from", "scratch")
        buildah("add", "-q", made, str(tar), "/")
        buildah("commit", "-q", "--rm", made, BASE)
    buildah(
        "build", "--isolation", "chroot", "--format", "docker", "-q",
        "--build-arg", f"BASE={BASE}", *pip_of_this_machine(tmp_path_factory.mktemp("pip")),
        "-f", str(ROOT / "deploy" / "Dockerfile"), "-t", IMAGE, str(ROOT),
    )  # fmt: skip
    yield IMAGE
    buildah("rmi", "-f", IMAGE)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def tree(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            waiting.extend(map(int, task.read_text().split()))
    return found


def pipit_in(pid: int) -> int:
    """Return the process of Pipit below a process."""
    for _ in range(200):
        for one in tree(pid):
            try:
                words = Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].startswith(b"/opt/pipit/bin/python") and words[2:3] == [b"run"]:
                return one
        time.sleep(0.1)
    raise AssertionError("Pipit did not start")


@dataclass
class Running:
    """A process in a container."""

    process: asyncio.subprocess.Process

    async def ended(self) -> tuple[int, str]:
        out, _ = await self.process.communicate()
        return self.process.returncode or 0, out.decode()


@asynccontextmanager
async def container(image: str, *command: str, **variables: str) -> AsyncIterator[Running]:
    made = buildah("from", image)
    options = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
    process = await asyncio.create_subprocess_exec(
        "buildah", "run", "--isolation", "chroot", "--user", "65532:65532", *options, made, "--",
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield Running(process)
    finally:
        if process.returncode is None:
            for pid in reversed(tree(process.pid)):
                os.kill(pid, signal.SIGKILL)
            await process.wait()
        buildah("rm", made)


async def said(image: str, *command: str) -> tuple[int, str]:
    async with container(image, *command) as running:
        return await running.ended()


def test_the_slim_image_takes_less_than_its_limit_beyond_the_base(image: str) -> None:
    taken = size_bytes(image) - size_bytes(BASE)
    assert taken < SLIM_MB * 1_000_000, taken


def test_the_image_runs_as_a_user_without_rights_and_is_asked_for_its_health(image: str) -> None:
    config = json.loads(buildah("inspect", "--type", "image", image))["Docker"]["config"]
    assert config["User"] == "65532:65532"
    assert config["Healthcheck"]["Test"] == ["CMD", "pipit", "health"]
    assert config["Entrypoint"] == ["pipit"]


async def test_its_user_may_write_only_below_data(image: str) -> None:
    code, _ = await said(image, "touch", "/data/file")
    assert code == 0
    for path in ("/opt/pipit/file", "/file", "/usr/file"):
        assert (await said(image, "touch", path))[0] != 0


async def test_without_a_platform_it_ends_with_code_78_and_a_sentence(image: str) -> None:
    code, out = await said(image, "sh", "-c", "pipit run < /dev/null")
    assert code == 78
    assert "set TELEGRAM_BOT_TOKEN" in out


async def test_it_answers_tells_its_health_and_stops_in_order(image: str) -> None:
    port = free_port()
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        model.queue.append(Reply("An answer from a container, long enough."))
        async with container(
            image, "pipit", "run",
            TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL=server.base_url, HEALTH_PORT=str(port),
            HF_BASE_URL=model.base_url, HF_MODEL="test", MEMORY="WORDS",
        ) as running:  # fmt: skip
            pid = await asyncio.to_thread(pipit_in, running.process.pid)
            server.say(7, "hi")
            await server.until(
                lambda s: texts(s) == ["An answer from a container, long enough."],
                seconds=60,
            )
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /ready HTTP/1.1\r\n\r\n")
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
            writer.close()
            assert resident_bytes(pid) < 120e6
            os.kill(pid, signal.SIGTERM)
            code, out = await running.ended()
            assert code == 0, out
            assert "stopping: running answers" in out


async def idle_bytes(pid: int) -> int:
    """Return the resident memory of a process tree once it stays the same for three seconds."""
    found = [0]
    for _ in range(30):
        await asyncio.sleep(1.0)
        found.append(sum(map(resident_bytes, tree(pid))))
        if max(found[-3:]) - min(found[-3:]) < 100_000:
            return found[-1]
    raise AssertionError(f"the memory does not come to rest: {found}")


async def test_its_idle_memory_is_that_of_the_process_without_a_container(
    image: str, tmp_path: Path
) -> None:
    async with TelegramServer(token=TOKEN) as server, ModelServer() as model:
        settings = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": server.base_url,
            "HF_BASE_URL": model.base_url,
            "HF_MODEL": "test",
            "MEMORY": "WORDS",
        }
        settings["HEALTH_PORT"] = str(free_port())
        async with container(image, "pipit", "run", **settings) as running:
            pid = await asyncio.to_thread(pipit_in, running.process.pid)
            await server.until(lambda s: s.polled, seconds=60)
            inside = await idle_bytes(pid)
        polls = len(server.calls_of("getMe"))
        settings["HEALTH_PORT"] = str(free_port())
        paths = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
        bare = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=tmp_path, env={**paths, **settings}
        )
        try:
            await server.until(lambda s: len(s.calls_of("getMe")) > polls, seconds=60)
            outside = await idle_bytes(bare.pid)
        finally:
            bare.kill()
            await bare.wait()
    told = f"{inside / 1e6:.1f} MB in the container, {outside / 1e6:.1f} MB without it"
    assert inside - outside < IDLE_MB * 1_000_000, told
