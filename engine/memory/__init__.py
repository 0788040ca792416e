"""What was said long ago, documents, and answers that need no model."""
