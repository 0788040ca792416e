"""Turn errors of PostgreSQL and of its connections into sentences, and classify them."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg

from engine.errors import StorageFault

# The errors that a call of the driver may raise. Before Python 3.11, asyncio.TimeoutError is not
# the built-in TimeoutError. A connection that is cut during a call may raise InternalClientError
# (asyncpg 0.32).
ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    asyncio.TimeoutError,
)
# With these errors the server or the connection has failed. The statement itself is correct.
_UNREACHABLE = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.CannotConnectNowError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
    asyncpg.exceptions.TooManyConnectionsError,
)
# With these errors two transactions have collided, and a repetition will succeed. A foreign key
# fails if a row's chat or turn was deleted at the same time. The repetition then finds that this
# chat or turn no longer exists.
_COLLIDED = (
    asyncpg.exceptions.DeadlockDetectedError,
    asyncpg.exceptions.SerializationError,
    asyncpg.exceptions.UniqueViolationError,
    asyncpg.exceptions.ForeignKeyViolationError,
)
_CAUSES: tuple[tuple[Any, str], ...] = (
    (asyncpg.exceptions.InvalidPasswordError, "the server does not accept this user or password"),
    (
        asyncpg.exceptions.InvalidAuthorizationSpecificationError,
        "the server does not accept this user; check pg_hba.conf and the role",
    ),
    (
        asyncpg.exceptions.InvalidCatalogNameError,
        "there is no database of that name; create it with: createdb NAME",
    ),
    (
        asyncpg.exceptions.InsufficientPrivilegeError,
        "the user may not do that there; make it the owner of the database",
    ),
    (asyncpg.exceptions.DiskFullError, "the server's disk is full; free some space"),
    (
        asyncpg.exceptions.TooManyConnectionsError,
        "the server has no connection left; raise max_connections or lower DATABASE_CONNECTIONS",
    ),
    (
        asyncpg.exceptions.ReadOnlySQLTransactionError,
        "the server takes no writes (a standby?); let DATABASE_URL lead to the primary",
    ),
    (asyncpg.exceptions.CannotConnectNowError, "the server is starting or stopping"),
    ((TimeoutError, asyncio.TimeoutError), "the server did not answer in time"),
    (ConnectionRefusedError, "no server listens there; check DATABASE_URL"),
    (OSError, "the server cannot be reached; check DATABASE_URL and the network"),
)


def is_unreachable(error: BaseException) -> bool:
    """Return whether the server or the connection failed, so that a new connection may succeed."""
    # asyncpg raises InterfaceError for a closed connection, and a subclass of it for a wrong value.
    return isinstance(error, _UNREACHABLE) or type(error) is asyncpg.InterfaceError


def is_collision(error: BaseException) -> bool:
    """Return whether the same work may succeed if it is repeated at once."""
    return isinstance(error, _COLLIDED)


def translate(error: BaseException, place: str) -> BaseException:
    """Return a `StorageFault` for the operator.

    An error of a statement itself is returned unchanged. The server's own message is left out,
    because it may hold values of a statement.
    """
    if isinstance(error, StorageFault):
        return error
    words = next((words for kind, words in _CAUSES if isinstance(error, kind)), "")
    if not words and is_unreachable(error):
        words = "the connection to the server was lost"
    if not words and isinstance(error, asyncpg.PostgresError) and not _is_a_defect(error):
        words = f"PostgreSQL says: {type(error).__name__} ({error.sqlstate})"
    if not words:
        return error
    fault = StorageFault(f"{place}: {words}")
    fault.__cause__ = error
    return fault


def _is_a_defect(error: asyncpg.PostgresError) -> bool:
    """Return whether a statement or its values are wrong (classes 22, 23 and 42)."""
    return str(error.sqlstate or "")[:2] in ("22", "23", "42")
