"""Pictures and sound: limits, fetching, conversion, descriptions."""
