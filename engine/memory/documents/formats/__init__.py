"""One module for each family of file formats; they run in the reading process only."""
