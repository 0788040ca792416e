"""Platform servers for tests.

They follow the protocols, have a flood model, and can also run alone.
"""
