"""The terminal and pipes as a platform."""
