"""Numbers in words: times, sizes, counts."""

from __future__ import annotations

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


def duration(seconds: float) -> str:
    """A time to two figures or so: "45 s", "12 min", "3 h 20 min", "2 d 3 h"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if round(seconds) < 2 * MINUTE:
        return f"{round(seconds)} s"
    minutes = round(seconds / MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    if seconds < DAY:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    hours = round(seconds / HOUR)
    return f"{hours // 24:,} d {hours % 24} h"


def video(seconds: float) -> str:
    """How much video: in hours, if it is that long."""
    if seconds < HOUR:
        return duration(seconds)
    hours = seconds / HOUR
    return f"{hours:,.0f} h" if hours >= 100 else f"{hours:.1f} h"


def size(count: float) -> str:
    """A number of bytes: "3.4 MB"."""
    for unit in ("kB", "MB", "GB"):
        count /= 1000
        if count < 999.5:
            return f"{count:.0f} {unit}" if count >= 99.5 else f"{count:.1f} {unit}"
    return f"{count / 1000:,.1f} TB"


def speed(value: float | None) -> str:
    """Frames per second."""
    if value is None:
        return "no frames yet"
    return f"{value:,.0f} frames/s" if value >= 99.5 else f"{value:.1f} frames/s"
