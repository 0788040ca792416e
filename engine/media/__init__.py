"""Pictures and sound: bounds, fetching, conversion, descriptions."""
