"""The documents of a chat: read, stored and quoted."""
