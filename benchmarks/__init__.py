"""Measurements of Pipit. Each one is a command of its own (see README.md)."""
