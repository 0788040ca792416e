"""Answers that may be given again."""
