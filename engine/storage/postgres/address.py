"""The address of a database: read it from the settings, and name it without its password."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True)
class Address:
    """The address of a database.

    * `url` may be the address of a pooler, such as PgBouncer in transaction mode, if there is a
      `direct_url`.
    * `direct_url` is the address of the server itself. It is used for locks, LISTEN, migrations and
      copies.
    * `connections` is the largest number of connections to `url` that one process opens.
    """

    url: str = field(repr=False)
    direct_url: str = field(default="", repr=False)
    connections: int = 8

    @property
    def direct(self) -> str:
        """Return the URL of the server itself."""
        return self.direct_url or self.url

    @property
    def place(self) -> str:
        """Return the name of the database without the password."""
        return place(self.url)


def place(url: str) -> str:
    """Return the name of a URL's database without its password and its options."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    return f"postgresql://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"


def password_of(url: str) -> str:
    """Return the password in a URL, or "" if there is none or the URL cannot be read."""
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def is_postgres(url: str) -> bool:
    """Return whether a URL names a PostgreSQL database."""
    return url.partition("://")[0] in SCHEMES and "://" in url
