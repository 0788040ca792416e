"""Rigs and fakes that several tests share."""
