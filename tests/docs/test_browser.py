"""The built pages in a browser, where there is one: no request to another host, and a search."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
PAGES = ["index.html", "tutorial.html", "reference/hands.html", "wrist.html", "benchmarks.html"]
PATIENCE = 120  # seconds until a browser that does not answer is given up
# Types into the search, and tells the server the first places that it finds.
PROBE = r"""<script>
const step = setInterval(() => {
  const button = document.querySelector(".md-search__button");
  const roots = [...document.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean);
  const inputs = roots.flatMap((root) => [...root.querySelectorAll("input[role=combobox]")]);
  if (!inputs.length) return button && button.click();
  const input = inputs[0];
  if (input.value !== "track_clip") {
    input.value = "track_clip";
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const found = [...input.getRootNode().querySelectorAll("a")].map((each) =>
    each.href.replace(/\?h=[^#]*/, ""));
  if (!found.length) return;
  clearInterval(step);
  document.title = "found " + found[0];
  if (location.protocol !== "file:") fetch("/done", { method: "POST", body: found[0] });
}, 50);
</script>"""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


class Server(ThreadingHTTPServer):
    """Serves a folder on loopback; the browser reports what a page wants from elsewhere."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.served: list[str] = []
        self.blocked: list[str] = []
        self.answer = ""  # of the page, when it is done
        self.done = threading.Event()

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(SimpleHTTPRequestHandler):
    """Files, with the order to load nothing else and to report it."""

    server: Server

    def end_headers(self) -> None:
        """With the policy."""
        policy = "default-src 'self' 'unsafe-inline' data: blob:; report-uri /blocked"
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def do_GET(self) -> None:
        """A file of the site."""
        self.server.served.append(self.path.lstrip("/"))
        super().do_GET()

    def do_POST(self) -> None:
        """A report, or the page's answer."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/blocked":
            self.server.blocked.append(json.loads(body)["csp-report"]["blocked-uri"])
        else:
            self.server.answer = body
        self.send_response(204)
        self.end_headers()
        self.server.done.set()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """A server that is there for a while."""
    with Server(folder) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def command(profile: Path, *arguments: str) -> list[str]:
    """Chromium without a window, with a profile of its own."""
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    return [CHROMIUM, *quiet, f"--user-data-dir={profile}", *arguments]


@contextmanager
def browser(profile: Path, url: str) -> Iterator[None]:
    """A browser that shows a page until the block ends."""
    with subprocess.Popen(
        command(profile, "--remote-debugging-port=0", url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def with_probe(site: Path) -> Path:
    """The first page, with all others of `PAGES` inside and the probe, as a file of the site."""
    frames = "".join(f'<iframe src="{page}"></iframe>' for page in PAGES)
    text = (site / "index.html").read_text(encoding="utf-8")
    (site / "probe.html").write_text(text.replace("</body>", f"{frames}{PROBE}</body>"))
    return site / "probe.html"


@pytest.fixture
def copy(site: Path, tmp_path: Path) -> Path:
    """A copy of the site that a test may change."""
    return Path(shutil.copytree(site, tmp_path / "site"))


def test_pages_ask_no_other_host(copy: Path, tmp_path: Path) -> None:
    """Not the first page with its search, and none of the others that it shows here."""
    with_probe(copy)
    with served(copy) as server, browser(tmp_path / "profile", f"{server.address}/probe.html"):
        assert server.done.wait(PATIENCE)

    assert [] == server.blocked
    assert set(PAGES) <= set(server.served)
    assert f"{server.address}/reference/detect-and-track.html#track_clip" == server.answer


def test_a_page_that_asks_another_host_is_noticed(copy: Path, tmp_path: Path) -> None:
    """The check above sees what it is to see; the browser asks nobody."""
    (copy / "bad.html").write_text('<img src="http://localhost:9/x.png">')
    with served(copy) as server, browser(tmp_path / "profile", f"{server.address}/bad.html"):
        assert server.done.wait(PATIENCE)

    assert ["http://localhost:9/x.png"] == server.blocked


def test_the_search_works_on_pages_opened_as_files(copy: Path, tmp_path: Path) -> None:
    """Without a server, so offline as can be."""
    page = with_probe(copy)
    dump = command(tmp_path / "profile", "--virtual-time-budget=20000", "--dump-dom", page.as_uri())
    text = subprocess.run(
        dump,
        check=True,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ).stdout
    found = (copy / "reference" / "detect-and-track.html").as_uri()

    assert f"<title>found {found}#track_clip</title>" in text
