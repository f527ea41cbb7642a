"""Checks of the built pages that no generator makes for us.

Every link and picture of a page leads to a file and an anchor that exist, every page can be reached
from the first one, and no page loads anything from another host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADING = {"script", "img", "iframe", "source", "video", "audio", "embed", "object"}
LOADED_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch"}
LOADED_LINKS |= {"modulepreload", "manifest"}
STYLE_LOADS = re.compile(r"(?:@import\s+|url\()\s*[\"']?((?:https?:)?//[^\"')\s]+)")
APART = {"404.html"}  # that nothing has to lead to


@dataclass
class Page:
    """What the checks need to know of a built page."""

    path: Path
    root: Path  # of the site
    links: list[str] = field(default_factory=list)  # that a reader follows
    loads: list[str] = field(default_factory=list)  # that the browser fetches by itself
    anchors: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.page.anchors.update(filter(None, (values.get("id"), values.get("name"))))
        if tag == "a" and "href" in values:
            self.page.links.append(values["href"])
        if tag == "link" and LOADED_LINKS & set(values.get("rel", "").split()):
            self.page.loads.append(values.get("href", ""))
        if tag in LOADING:
            self.page.loads += [values[key] for key in ("src", "data", "poster") if key in values]
            self.page.loads += [part.split()[0] for part in _parts(values.get("srcset", ""))]
        self.page.loads += STYLE_LOADS.findall(values.get("style", ""))


def _parts(srcset: str) -> list[str]:
    return [part for part in srcset.split(",") if part.strip()]


def read_pages(site: Path) -> dict[Path, Page]:
    """Every page of a built site, by its resolved path."""
    pages = {}
    for path in sorted(site.resolve().rglob("*.html")):
        pages[path] = Page(path, site.resolve())
        _Reader(pages[path]).feed(path.read_text(encoding="utf-8"))
    return pages


def problems(site: Path) -> list[str]:
    """What is wrong with a built site, one sentence each; empty when it is whole."""
    root = site.resolve()
    pages = read_pages(root)
    found = [
        f"{page.path.relative_to(root)}: {problem}"
        for page in pages.values()
        for problem in _page_problems(page, pages)
    ]
    for sheet in root.rglob("*.css"):
        loads = STYLE_LOADS.findall(sheet.read_text(encoding="utf-8"))
        found += [f"{sheet.relative_to(root)}: loads {load} from another host" for load in loads]
    lost = set(pages) - _reachable(root / "index.html", pages)
    return found + [
        f"{path.relative_to(root)}: no page leads here; add it to docs/.nav.yml"
        for path in sorted(lost)
        if path.name not in APART
    ]


def _page_problems(page: Page, pages: dict[Path, Page]) -> Iterator[str]:
    for load in page.loads:
        parts = urlsplit(load)
        if parts.netloc:
            yield f"loads {load} from another host"
        elif parts.scheme != "data" and not _target(page, load).is_file():
            yield f"shows {load}, which does not exist"
    for link in page.links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = _target(page, link)
        if not target.is_file():
            yield f"links to {link}, which does not exist"
        elif parts.fragment and target in pages and not _has_anchor(pages[target], parts.fragment):
            yield f"links to {link}, which has no such section"


def _has_anchor(page: Page, fragment: str) -> bool:
    return unquote(fragment) in page.anchors or fragment.startswith("__")


def _target(page: Page, link: str) -> Path:
    path = unquote(urlsplit(link).path)
    if not path:
        return page.path
    folder = page.root if path.startswith("/") else page.path.parent
    target = (folder / path.lstrip("/")).resolve()
    return target / "index.html" if target.is_dir() else target


def _reachable(start: Path, pages: dict[Path, Page]) -> set[Path]:
    """The pages that links lead to, from `start` on."""
    seen: set[Path] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop()
        if path in seen or path not in pages:
            continue
        seen.add(path)
        internal = (link for link in pages[path].links if not urlsplit(link).netloc)
        waiting += [_target(pages[path], link) for link in internal]
    return seen
