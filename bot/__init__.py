"""The process: settings, wiring, start and stop."""

__version__ = "0.1.0"

# Exit codes as in sysexits.h; docs/operating.md says what each one means.
EXIT_OK, EXIT_NOT_DONE, EXIT_USAGE, EXIT_DISK, EXIT_REJECTED, EXIT_SETTINGS = 0, 1, 64, 74, 77, 78
