"""The embedded demonstration model, and the child process that serves it."""
