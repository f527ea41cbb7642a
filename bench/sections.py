"""The parts of docs/benchmarks.md that other races than bench/race.py write.

Each has a file of figures beside the page. Whoever writes the page writes all parts for which there
are figures, so no race loses those of another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench import batch_report, browser_report

PAGE = "benchmarks.md"
# The files of figures, and what makes a part of the page of one, in the order of the page.
SECTIONS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "benchmarks-batch.json": batch_report.section,
    "benchmarks-browser.json": browser_report.section,
}
HEADINGS = (batch_report.HEADING, browser_report.HEADING)


def with_sections(page: str, folder: Path) -> str:
    """The page of bench/race.py with all other parts.

    page: the whole page, or what bench/race.py wrote of it. folder: of the figures.
    """
    kept = page
    for heading in HEADINGS:
        kept = kept.partition(f"\n{heading}\n")[0]
    parts = [kept.strip()]
    for name, section in SECTIONS.items():
        path = folder / name
        if path.exists():
            parts.append(section(json.loads(path.read_text())).strip())
    return "\n\n".join(filter(None, parts)) + "\n"


def write_section(folder: Path, name: str, figures: Mapping[str, Any]) -> None:
    """Write the figures of a race, and the page with them. name: of SECTIONS."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(figures, indent=1) + "\n")
    page = folder / PAGE
    old = page.read_text() if page.exists() else ""
    page.write_text(with_sections(old, folder))
