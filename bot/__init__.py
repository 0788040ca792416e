"""The process: settings, wiring, life and death."""

__version__ = "0.1.0"
