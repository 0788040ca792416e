"""Turn texts into vectors in a separate process."""
