"""Files that a chat was given: read, kept and quoted."""
