"""Define the roles of processes that share a database, and the work that each role includes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.env_reader import Reader

ALL, RECEIVER, WORKER, KEEPER = "ALL", "RECEIVER", "WORKER", "KEEPER"
ROLES = (ALL, RECEIVER, WORKER, KEEPER)


def role_of(read: Reader) -> str:
    """Read the role of this process."""
    role = read.choice("ROLE", ALL, ROLES)
    if role != ALL and not read.text("DATABASE_URL"):
        read.problems.append(
            f"ROLE={role}: needs DATABASE_URL; one process on a file does all the work itself"
        )
    return role


@dataclass(frozen=True)
class Role:
    """A role. `name` is one of `ROLES`."""

    name: str = ALL

    @property
    def receives(self) -> bool:
        """Return whether the process receives messages from the platforms."""
        return self.name in (ALL, RECEIVER)

    @property
    def works(self) -> bool:
        """Return whether the process answers questions, whichever process accepted them."""
        return self.name in (ALL, WORKER)

    @property
    def keeps(self) -> bool:
        """Return whether the process may sweep. Only one process does so at a time."""
        return self.name in (ALL, KEEPER)
