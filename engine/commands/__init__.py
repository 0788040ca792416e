"""The commands: messages that begin with a slash."""
