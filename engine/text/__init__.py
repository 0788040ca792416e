"""What a text needs before it leaves the process."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """Join surrogate pairs and replace lone halves: JSON may carry them, but they cannot be encoded.

    They come from whoever cuts at a number of UTF-16 units: a text field's ``maxlength``, or an
    endpoint's stream.
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
