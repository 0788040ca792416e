"""Every word a user reads, one module per language."""
