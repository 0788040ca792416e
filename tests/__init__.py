"""The tests: the tree mirrors the code; rigs and fakes stand in `rigs`, servers in `servers`."""
