"""Copies of a database on a server, which PostgreSQL's own programs make and restore.

A copy has pg_dump's custom format. pg_restore can also restore it into a newer version of the
server. All functions block, so they are called from threads and commands.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from engine.errors import StorageFault
from engine.storage.postgres.address import Address, password_of

MAGIC = b"PGDMP"  # the first bytes of a copy in the custom format
_SHOWN_CHARACTERS = 200  # the limit on the part of the program's last line that an error shows


def dump_database(address: Address, target: Path) -> None:
    """Write the state of the database at one instant to a new file of mode 0600.

    Other processes can write to the database at the same time. The file gets its name once it is
    complete. Raises `StorageFault`.
    """
    if target.exists():
        raise StorageFault(f"{target}: exists already and is not overwritten")
    partial = Path(f"{target}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _run(address, "pg_dump", "--format=custom", "--no-owner", f"--file={partial}")
        _sync(partial)
        partial.replace(target)
    except OSError as error:
        raise StorageFault(f"{target}: the copy failed ({error.strerror})") from error
    finally:
        partial.unlink(missing_ok=True)


def verify_dump(source: Path) -> None:
    """Read a whole copy. Raises `StorageFault` if it is not a copy, or if a part is missing."""
    _check_kind(source)
    _execute("pg_restore", f"--file={os.devnull}", str(source), place=str(source))


def restore_dump(address: Address, source: Path) -> None:
    """Replace the database's tables by those of a copy: all of them or none.

    Raises `StorageFault`.
    """
    _check_kind(source)
    _run(
        address,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        str(source),
    )


def _check_kind(source: Path) -> None:
    try:
        with source.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError as error:
        raise StorageFault(f"{source}: cannot be read ({error.strerror})") from error
    if begins != MAGIC:
        raise StorageFault(f"{source}: the file is not a copy of a PostgreSQL database")


def _run(address: Address, program: str, *arguments: str) -> None:
    """Run a program on the database without the password in its command line."""
    url = urlsplit(address.direct)
    plain = urlunsplit(url._replace(netloc=_without_password(url.netloc)))
    _execute(
        program,
        f"--dbname={plain}",
        "--no-password",
        *arguments,
        place=address.place,
        password=password_of(address.direct),
    )


def _execute(program: str, *arguments: str, place: str, password: str = "") -> None:
    found = shutil.which(program)
    if found is None:
        raise StorageFault(
            f"{program} is not installed; install PostgreSQL's client programs, at least as new "
            "as the server"
        )
    done = subprocess.run(  # noqa: S603 - a system program, without arguments from users
        [found, *arguments],
        env={"PGPASSWORD": password, "PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2][:_SHOWN_CHARACTERS]
        raise StorageFault(f"{place}: {program} failed: {said}")


def _without_password(netloc: str) -> str:
    user, at, host = netloc.rpartition("@")
    return f"{user.partition(':')[0]}{at}{host}"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
