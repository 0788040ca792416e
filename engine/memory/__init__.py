"""Old turns, documents, and answers that need no model."""
