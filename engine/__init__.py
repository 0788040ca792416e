"""The conversation: knows no platform, names no platform."""
