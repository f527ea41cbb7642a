"""`mp.tasks`: the Tasks API for hands; the other tasks say that they are not here."""

from __future__ import annotations

from ...absent import add_absent_modules
from . import components as components
from . import core as core
from . import vision as vision
from .core.base_options import BaseOptions as BaseOptions

add_absent_modules(__name__, "mp.tasks", ("audio", "decision", "genai", "retrieval", "text"))
