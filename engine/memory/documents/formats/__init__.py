"""One module for each family of file formats. They run only in the reading process."""
