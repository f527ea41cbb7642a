"""Many clips to tables: what `knuckle batch` does; it needs the extra `batch`.

    from knuckle.batch import clip_to_parquet

    Path("clip.parquet").write_bytes(clip_to_parquet("clip.mp4"))

Everything else in here is for the command.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .tracking import clip_to_parquet as clip_to_parquet

# Public name -> its module, imported at first use, as `knuckle` itself does it.
_HOMES = {"clip_to_parquet": ".tracking"}

__all__ = ["clip_to_parquet"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'knuckle.batch' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
