"""Data that outlives the process: chats, the ledger, memory, and their sweep."""
