"""Memory: older turns, documents, and cached answers."""
