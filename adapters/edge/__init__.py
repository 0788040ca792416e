"""Code that every listening server shares: bounds on connections, headers and bodies."""
