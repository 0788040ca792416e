"""The store on a server for one process at a time, such as a command of the operator.

The ledger is the one in `engine.storage.sql`. A question belongs to the process that accepts it.
"""

from __future__ import annotations

from engine.storage.postgres.connection import Postgres
from engine.storage.postgres.personal_data import PostgresPersonalData
from engine.storage.sql.chosen import SqlChosen
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.history import KeptChats
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sql.memories import SqlMemories
from engine.storage.sql.news import SqlNews
from engine.storage.sql.overheard import SqlOverheard
from engine.storage.sql.people import SqlPeople
from engine.storage.sql.spending import SqlSpending
from engine.tasks import Clock


class SinglePostgres:
    """All ports of one database (`engine.storage.ports.Storage`).

    `limited` is true if the database has a size limit.
    """

    def __init__(
        self, database: Postgres, clock: Clock, owner: int = 0, *, limited: bool = False
    ) -> None:
        self.database, self.most_bytes = database, 0
        self.ledger = SqlLedger(database, clock, owner)
        self.conversations = SqlConversations(database, clock)
        self.memories = SqlMemories(database)
        self.overheard = SqlOverheard(database, clock)
        self.personal_data = PostgresPersonalData(database, clock, limited=limited)
        self.people = SqlPeople(database, clock)
        self.news = SqlNews(database, clock)
        self.history = KeptChats(database)
        self.spending = SqlSpending(database, clock)
        self.chosen = SqlChosen(database)
