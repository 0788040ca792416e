"""Texts as vectors, made in a separate process."""
