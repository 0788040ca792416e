"""One module for each family of file formats. The modules run only in the reading process."""
