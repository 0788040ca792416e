"""The process: it reads the settings, builds the parts, starts and stops."""

__version__ = "0.1.0"

# The exit codes follow sysexits.h. docs/operating.md explains each one.
EXIT_OK, EXIT_NOT_DONE, EXIT_USAGE, EXIT_UNAVAILABLE = 0, 1, 64, 69
EXIT_DISK, EXIT_REJECTED, EXIT_SETTINGS = 74, 77, 78
