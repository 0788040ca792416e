"""Produce the answer to a question: prompt, model, fallback."""
