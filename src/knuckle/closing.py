"""What is used in a `with` block."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Closing:
    """Something to use in `with`: the block ends in `close`, or in `abort` after an exception."""

    def close(self) -> None:
        """End it; closing again does nothing."""
        raise NotImplementedError

    def abort(self) -> None:
        """Close after an exception, and discard what is unfinished."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()
