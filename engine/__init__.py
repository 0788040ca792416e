"""The conversation engine. It names no platform."""
