"""`mp.tasks`: the Tasks API for hands."""

from __future__ import annotations

from typing import Any

from . import vision as vision
from .options import BaseOptions as BaseOptions

components: Any  # modules that `aliases.py` makes
core: Any
