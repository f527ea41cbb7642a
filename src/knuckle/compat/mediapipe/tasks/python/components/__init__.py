"""What the tasks have in common."""

from __future__ import annotations

from . import containers as containers
