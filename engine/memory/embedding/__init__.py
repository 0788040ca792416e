"""Texts as vectors, made in a process of their own."""
