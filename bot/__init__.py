"""The process: settings, wiring, life and death."""
