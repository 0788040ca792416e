"""Show a growing answer as messages that are edited: cutting, pacing, writing."""
