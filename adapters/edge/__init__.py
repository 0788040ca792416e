"""Code that all listening servers share: limits on connections, headers and bodies."""
