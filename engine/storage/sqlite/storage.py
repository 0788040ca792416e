"""The store in one SQLite file, with all of its ports (`engine.storage.ports.Storage`)."""

from __future__ import annotations

from engine.storage.sql.chosen import SqlChosen
from engine.storage.sql.conversations import SqlConversations
from engine.storage.sql.history import KeptChats
from engine.storage.sql.ledger import SqlLedger
from engine.storage.sql.memories import SqlMemories
from engine.storage.sql.news import SqlNews
from engine.storage.sql.overheard import SqlOverheard
from engine.storage.sql.overview import SqlOverview
from engine.storage.sql.people import SqlPeople
from engine.storage.sql.spending import SqlSpending
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.tasks import Clock


class SqliteStorage:
    """All ports of the store in one file.

    `owner` is the number of this process among those that share the file (`Owners`).
    """

    def __init__(self, database: Store, clock: Clock, owner: int = 0) -> None:
        self.database, self.most_bytes = database, database.most_bytes
        self.ledger = SqlLedger(database, clock, owner)
        self.conversations = SqlConversations(database, clock)
        self.memories = SqlMemories(database)
        self.overheard = SqlOverheard(database, clock)
        self.personal_data = SqlitePersonalData(database, clock)
        self.overview = SqlOverview(database)
        self.people = SqlPeople(database, clock)
        self.news = SqlNews(database, clock)
        self.pulse, self.beat = database.pulse, database.beat
        self.history = KeptChats(database)
        self.spending = SqlSpending(database, clock)
        self.chosen = SqlChosen(database)
