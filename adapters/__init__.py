"""The platforms: they state facts and know no policy."""
