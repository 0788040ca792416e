"""Words, vectors and ranking, which recall and documents share."""
