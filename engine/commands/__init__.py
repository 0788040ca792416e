"""What a message that begins with a slash does."""
