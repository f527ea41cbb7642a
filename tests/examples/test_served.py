"""The examples that ask `knuckle serve`: from Python, and from a page."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.docs.test_browser import CHROMIUM, command

from .programs import CLIP, EXAMPLES, Run, run_program

PATIENCE = 120  # seconds, for what takes a moment
pytestmark = pytest.mark.skipif(
    not all(map(find_spec, ("uvicorn", "starlette", "websockets", "segno", "cryptography"))),
    reason="the extra serve is not installed",
)


class Serving:
    """A server that runs, with a page."""

    def __init__(self, page: Path, log: Path) -> None:
        words = [sys.executable, "-m", "knuckle", "serve", "--port", "0", "--workers", "1", "-v"]
        self._log = log
        with log.open("w") as file:
            self._process = subprocess.Popen(
                [*words, "--page", str(page)], stdout=subprocess.PIPE, stderr=file, text=True
            )
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip().rstrip("/")

    def wait_for(self, words: str) -> bool:
        """Whether the server says some words in time."""
        end = time.monotonic() + PATIENCE
        while words not in self._log.read_text() and time.monotonic() < end:
            time.sleep(0.05)
        return words in self._log.read_text()

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server with the example's page and a second script that presses its buttons."""
    folder = tmp_path_factory.mktemp("served")
    page = Path(shutil.copytree(EXAMPLES / "server_in_browser", folder / "page"))
    shutil.copy(SAMPLES / "two_hands.jpg", page)
    (page / "press.js").write_text(PRESS)
    text = (page / "index.html").read_text()
    probe = text.replace("</head>", '<script type="module" src="press.js"></script></head>')
    (page / "probe.html").write_text(probe)
    serving = Serving(page, folder / "log.txt")
    yield serving
    serving.close()


# Reports each status of the page as the address of a file that is not there.
PRESS = """
const status = document.getElementById("status");
const said = async (words) => {
  while (!words.test(status.textContent)) await new Promise((done) => setTimeout(done, 50));
  await fetch(`/report/${status.textContent}`);
};
const file = new File([await (await fetch("/two_hands.jpg")).blob()], "a.jpg");
const files = new DataTransfer();
files.items.add(file);
const input = document.getElementById("picture");
input.files = files.files;
input.dispatchEvent(new Event("change"));
await said(/^2 hand/);
document.getElementById("camera").click();
await said(/^0 hand/);
const context = document.getElementById("view").getContext("2d");
await fetch(`/report/${context.canvas.width > 0 ? "drawn" : "empty"}`);
"""


def test_a_program_prints_the_hands_of_a_picture(server: Serving, run: Run) -> None:
    """As the server answers."""
    printed = run("server_client", SAMPLES / "two_hands.jpg", "--server", server.url).splitlines()

    assert ["right", "left"] == [line.partition(",")[0] for line in printed]


def test_a_program_follows_the_hands_of_a_clip(server: Serving, run: Run) -> None:
    """Each with its id."""
    printed = run("server_client", CLIP, "--server", server.url).splitlines()

    assert len(printed) > 60
    assert any(line.endswith("1 right, 2 left") for line in printed)


def test_a_program_says_what_is_wrong(
    server: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the server's words."""
    (tmp_path / "a.jpg").write_text("no picture")
    with pytest.raises(SystemExit, match="10 bytes are no picture"):
        run_program(monkeypatch, "server_client", tmp_path / "a.jpg", "--server", server.url)


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
def test_a_page_shows_the_hands_of_a_picture_and_a_camera(server: Serving, tmp_path: Path) -> None:
    """Under the policy of the server; the browser's false camera shows no hands."""
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    words = command(tmp_path / "profile", *camera, "--remote-debugging-port=0")
    with subprocess.Popen(
        [*words, f"{server.url}/probe.html"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as browser:
        try:
            assert server.wait_for("'/report/2 hand(s)'")
            assert server.wait_for("'/report/0 hand(s)'")
            assert server.wait_for("'/report/drawn'")
        finally:
            browser.terminate()


def test_the_server_is_on_this_machine(server: Serving) -> None:
    """The page's files come from it and nowhere else."""
    connection = http.client.HTTPConnection(server.url.partition("//")[2])
    connection.request("GET", "/")
    answer = connection.getresponse()

    assert b"client.js" in answer.read()
    assert "connect-src 'self'" in (answer.getheader("content-security-policy") or "")
    connection.close()
