"""The tests. Their tree mirrors that of the code.

Rigs and fakes are in `rigs`, and servers in `servers`.
"""
