"""Shared by everything that listens on a network: bounds on connections, headers and bodies."""
