"""The table of calculators: one row each."""

from __future__ import annotations

from ..calculator import Calculator

CALCULATORS: dict[str, type[Calculator]] = {}
