"""Measurements of Pipit; each is a command of its own, see README.md."""
