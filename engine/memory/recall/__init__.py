"""Find older turns of a chat."""
