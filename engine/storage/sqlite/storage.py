"""The store in one SQLite file, with all of its ports (`engine.storage.ports.Storage`)."""

from __future__ import annotations

from engine.storage.sqlite.conversations import SqliteConversations
from engine.storage.sqlite.database import Store
from engine.storage.sqlite.history import KeptChats
from engine.storage.sqlite.ledger import SqliteLedger
from engine.storage.sqlite.memories import SqliteMemories
from engine.storage.sqlite.overheard import SqliteOverheard
from engine.storage.sqlite.personal_data import SqlitePersonalData
from engine.tasks import Clock


class SqliteStorage:
    """All ports of the store in one file.

    `owner` is this process's number among those that share the file (`Owners`).
    """

    def __init__(self, database: Store, clock: Clock, owner: int = 0) -> None:
        self.database, self.most_bytes = database, database.most_bytes
        self.ledger = SqliteLedger(database, clock, owner)
        self.conversations = SqliteConversations(database, clock)
        self.memories = SqliteMemories(database)
        self.overheard = SqliteOverheard(database, clock)
        self.personal_data = SqlitePersonalData(database, clock)
        self.history = KeptChats(database)
