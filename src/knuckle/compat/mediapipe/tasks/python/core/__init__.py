"""What all tasks share."""

from __future__ import annotations

from . import base_options as base_options
