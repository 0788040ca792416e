"""Words, vectors and ranking, shared by recall and documents."""
