"""Let ``python -m pipit`` do the same as the command ``pipit``."""

from __future__ import annotations

import sys

from pipit import main

if __name__ == "__main__":
    sys.exit(main())
