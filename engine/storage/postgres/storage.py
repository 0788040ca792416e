"""The store on a PostgreSQL server, with all of its ports (`engine.storage.ports.Storage`)."""

from __future__ import annotations

from collections.abc import Collection

from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.ledger import PostgresLedger
from engine.storage.postgres.owners import Owners
from engine.storage.postgres.personal_data import PostgresPersonalData
from engine.storage.sql.chosen import SqlChosen
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.history import KeptChats
from engine.storage.sql.memories import SqlMemories
from engine.storage.sql.news import SqlNews
from engine.storage.sql.overheard import SqlOverheard
from engine.storage.sql.overview import SqlOverview
from engine.storage.sql.people import SqlPeople
from engine.storage.sql.spending import SqlSpending
from engine.tasks import Clock


class PostgresStorage:
    """All ports of the store in one database. `PostgresLedger` explains the settings.

    If `limit_bytes` is 0, the data has no limit.
    """

    def __init__(
        self,
        database: Postgres,
        clock: Clock,
        owners: Owners,
        *,
        waiting: int = 200,
        per_chat: int = 10,
        pinned: Collection[str] = (),
        limit_bytes: int = 0,
    ) -> None:
        self.database, self.most_bytes = database, limit_bytes
        self.ledger = PostgresLedger(
            database, clock, owners, waiting=waiting, per_chat=per_chat, pinned=pinned
        )
        self.conversations = SqlConversations(database, clock)
        self.memories = SqlMemories(database)
        self.overheard = SqlOverheard(database, clock)
        self.personal_data = PostgresPersonalData(database, clock, limited=limit_bytes > 0)
        self.overview = SqlOverview(database)
        self.people = SqlPeople(database, clock)
        self.news = SqlNews(database, clock)
        self.pulse, self.beat = owners.pulse, owners.beat
        self.history = KeptChats(database)
        self.spending = SqlSpending(database, clock)
        self.chosen = SqlChosen(database)
