"""The console adapter: conversations in a terminal or through pipes."""
