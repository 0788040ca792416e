"""Snapshots of the database on the Hugging Face Hub: sealed, pushed and restored."""
