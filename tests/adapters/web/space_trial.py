"""Start a Space's folder as Spaces do, and look.

Run as root in namespaces of its own (`test_space.py`).

    unshare --net --mount python -m tests.adapters.web.space_trial FOLDER

The network has loopback alone, the checkout cannot be written, /data holds 16 MB, and the program
runs as user 1000.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp

from tests.adapters.web.rig import Phone, done
from tests.servers.model import ModelServer

PORT = 7860
CHECKOUT = Path("/srv")
PAGE = f"http://127.0.0.1:{PORT}"
USER = ("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--no-new-privs")
START_SECONDS = 60.0


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def prepare(folder: Path) -> None:
    """Give this process the file system and the network of a Space."""
    run("mount", "--make-rprivate", "/")
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(CHECKOUT))
    shutil.copytree(folder, CHECKOUT, dirs_exist_ok=True)
    run("mount", "-o", "remount,ro", str(CHECKOUT))
    Path("/data").mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "size=16m,uid=1000,gid=1000,mode=700", "tmpfs", "/data")
    _let_others_run_python()


def _let_others_run_python() -> None:
    """Make the interpreter's folder visible to user 1000, if it is in root's home."""
    home = Path.home()
    real = Path(sys.base_prefix)
    if home not in real.parents:
        return
    aside = Path("/mnt")
    run("mount", "--bind", str(real), str(aside))
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(home))
    real.mkdir(parents=True)
    run("mount", "--bind", str(aside), str(real))


async def start(**variables: str) -> asyncio.subprocess.Process:
    environment = {"PATH": os.environ["PATH"], "HOME": "/nowhere", **variables}
    return await asyncio.create_subprocess_exec(
        *USER, sys.executable, "app.py", cwd=CHECKOUT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def opened(phone: Phone, process: asyncio.subprocess.Process) -> str:
    limit = asyncio.get_running_loop().time() + START_SECONDS
    while asyncio.get_running_loop().time() < limit and process.returncode is None:
        try:
            return await phone.open()
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)
    process.kill()
    raise AssertionError((await process.communicate())[0].decode())


async def end(process: asyncio.subprocess.Process) -> str:
    process.terminate()
    return (await process.communicate())[0].decode()


async def trial() -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session, ModelServer() as model:
        process = await start()
        assert "HF_TOKEN: missing" in await opened(Phone(PAGE, session), process)
        assert "HF_TOKEN: missing" in await end(process)
        print("said what is missing")

        phone = Phone(PAGE, session)
        process = await start(
            HF_BASE_URL=model.base_url, HF_MODEL="test", TELEGRAM_BOT_TOKEN="123456:abc"
        )
        assert 'id="log"' in await opened(phone, process)
        assert await phone.ask("are you there?", "question-1") == 202
        await phone.until(done)
        assert phone.shows("You said: are you there?")
        print("answered")
        limit = aiohttp.ClientTimeout(total=START_SECONDS)
        async with session.get(f"{PAGE}/gradio/config", timeout=limit) as answer:
            assert answer.status == 200, await answer.text()
        print("opened the panel")
        said = await end(process)
        assert "Telegram's API cannot be reached from a Space" in said
        assert Path("/data/pipit.db").stat().st_uid == 1000
        assert "Traceback" not in said, said
        print("kept in /data and stopped in order" if process.returncode == 0 else said)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
    asyncio.run(trial())
