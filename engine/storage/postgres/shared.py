"""The data that processes on one PostgreSQL database share (`engine.storage.shared_ports`)."""

from __future__ import annotations

from engine.storage.postgres.budgets import PostgresBudgets
from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.lanes import PostgresQueue
from engine.storage.postgres.owners import Owners
from engine.tasks import Clock


class PostgresShared:
    """The queue, the budgets and the versions of one database."""

    def __init__(self, database: Postgres, owners: Owners, clock: Clock) -> None:
        self.queue = self.versions = PostgresQueue(database, owners, clock)
        self.budgets = PostgresBudgets(database, owners)
