"""The files of a chat: read, stored and quoted."""
