"""The data that ships with the program: form definitions and the sample round."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


def shipped(name: str) -> Path:
    """The folder `templates` or `samples`: in the installed package, else in the checkout."""
    inside = PACKAGE / "shipped" / name
    return inside if inside.is_dir() else CHECKOUT / name
