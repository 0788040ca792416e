"""The process: settings, wiring, start and stop."""

__version__ = "0.1.0"
