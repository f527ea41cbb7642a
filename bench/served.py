"""What `knuckle serve` costs beside calling the library, and whether it holds out.

    python bench/served.py [--rounds 5] [--write]     throughput per core, and latencies
    python bench/served.py --soak 600                 everything at once, for so many seconds

Throughput: as many processes as cores call the library with the bytes of pictures or the frames of
clips, and the server answers the same with one worker for each core. Both are measured in turns, in
short rounds. The clients are processes of their own on the same cores, so each figure is work per
second of CPU time of what is measured: of the processes that call the library, and of the server
with all its workers. `--write` puts the table into docs/reference/server.md.

Soak: pictures, streams, slow clients, half-open sockets, damaged pictures and bombs, and a worker
that is killed every minute. The exit status is 1 if an answer is wrong or mixed up, the memory
grows, or an answer takes too long.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import random
import re
import signal
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import psutil
from PIL import Image
from websockets.sync.client import connect

sys.path.insert(0, str(Path(__file__).parent.parent))
import knuckle
from bench.scenarios import SAMPLES
from knuckle.io.pictures import decode_picture

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "server.md"
MARKS = ("<!-- bench/served.py: begin -->", "<!-- bench/served.py: end -->")
PICTURES = ("open_palm.jpg", "two_hands.jpg", "thumb_up.jpg", "no_hands.jpg")
CLIP = SAMPLES / "two_hands.mp4"
SECONDS = 3.0  # of a round of one side
CORES = len(os.sched_getaffinity(0))
MOST = 25_000_000  # pixels
GROWTH = 24.0  # MiB of the server and its workers from the middle of a soak to its end
SLOWEST = 20.0  # seconds that an answer may take in a soak


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked. kind: pictures, frames as JPEG, or frames as RGB."""

    name: str
    kind: str


WORKS = (
    Work("pictures, JPEG", "picture"),
    Work("frames of a stream, JPEG", "jpeg"),
    Work("frames of a stream, RGB", "rgb"),
)


def pictures() -> list[bytes]:
    """The files of some pictures."""
    return [(SAMPLES / name).read_bytes() for name in PICTURES]


def frames(kind: str) -> list[bytes]:
    """The clip's frames, as JPEG files or RGB bytes."""
    found = [frame.image for frame in knuckle.open_source(CLIP)]
    return [image.tobytes() if kind == "rgb" else _jpeg(image) for image in found]


def _jpeg(image: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def shape() -> tuple[int, int]:
    """Width and height of the clip."""
    with knuckle.open_source(CLIP) as source:
        height, width, _ = next(source).image.shape
    return width, height


@contextmanager
def served(*options: str) -> Iterator[tuple[int, psutil.Process]]:
    """The port and the process of a server."""
    words = [sys.executable, "-m", "knuckle", "serve", "--port", "0", *options]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as run:
        assert run.stdout
        port = int(run.stdout.readline().rstrip("/\n").rpartition(":")[2])
        try:
            while figure(port, "knuckle_workers_ready") < CORES:
                time.sleep(0.1)
            yield port, psutil.Process(run.pid)
        finally:
            run.terminate()
            run.wait(30)


def figure(port: int, name: str) -> float:
    """One of the server's metrics."""
    text = get(port, "/metrics").decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    return float(found[1]) if found else 0.0


def get(port: int, path: str) -> bytes:
    """A file of the server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", path)
        return connection.getresponse().read()


def cpu_of(process: psutil.Process) -> float:
    """Seconds of CPU time of a process and those it started."""
    everybody = [process, *process.children(recursive=True)]
    return sum(sum(each.cpu_times()[:2]) for each in everybody)


def call_library(kind: str, seconds: float) -> tuple[int, float]:
    """Call the library for a while; returns how often, and the CPU time."""
    data, size = (pictures(), None) if kind == "picture" else (frames(kind), shape())
    find = _library(kind, size)
    for each in data[:2]:
        find(each)
    count, began, cpu = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began < seconds:
        find(data[count % len(data)])
        count += 1
    return count, time.process_time() - cpu


def _library(kind: str, size: tuple[int, int] | None) -> Callable[[bytes], str]:
    """From the bytes to the JSON, as a program without the server would write it."""
    import numpy as np

    find = knuckle.Detector() if kind == "picture" else knuckle.Tracker()

    def from_bytes(data: bytes) -> str:
        if kind == "rgb" and size:
            image = np.frombuffer(data, np.uint8).reshape(size[1], size[0], 3)
        else:
            image = decode_picture(data, most_pixels=MOST)
        return json.dumps([hand.to_dict() for hand in find(image)])

    return from_bytes


def ask_server(port: int, kind: str, seconds: float) -> list[float]:
    """Ask the server for a while; returns how long each answer took."""
    if kind == "picture":
        return _ask_pictures(port, seconds)
    data, (width, height) = frames(kind), shape()
    start = {"format": "rgb", "width": width, "height": height} if kind == "rgb" else {}
    took: list[float] = []
    address = f"ws://127.0.0.1:{port}/v1/track"
    with connect(address, compression=None, max_size=None) as stream:
        stream.send(json.dumps(start))
        stream.recv()
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            stream.send(data[len(took) % len(data)])
            assert "hands" in json.loads(stream.recv())
            took.append(time.perf_counter() - began)
    return took


def _ask_pictures(port: int, seconds: float) -> list[float]:
    took: list[float] = []
    data = pictures()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            connection.request("POST", "/v1/detect", data[len(took) % len(data)])
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            took.append(time.perf_counter() - began)
    return took


@dataclass
class Row:
    """Figures of one kind of work, by round."""

    library: list[float] = field(default_factory=list)  # per second of CPU time
    server: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)  # seconds


def measure(rounds: int) -> dict[str, Row]:
    """Measure both sides in turns."""
    rows = {work.name: Row() for work in WORKS}
    with (
        served() as (port, process),
        ProcessPoolExecutor(2 * CORES, get_context("spawn")) as pool,
    ):
        for work in WORKS * (rounds + 1):
            row = rows[work.name]
            counts = [pool.submit(call_library, work.kind, SECONDS) for _ in range(CORES)]
            results = [each.result() for each in counts]
            row.library.append(sum(n for n, _ in results) / sum(cpu for _, cpu in results))
            before = cpu_of(process)
            asked = [pool.submit(ask_server, port, work.kind, SECONDS) for _ in range(2 * CORES)]
            took = [seconds for each in asked for seconds in each.result()]
            row.server.append(len(took) / (cpu_of(process) - before))
            row.took += took
    for row in rows.values():  # the first round warmed up
        del row.library[0], row.server[0]
    return rows


def table(rows: dict[str, Row]) -> str:
    """The figures as Markdown."""
    lines = [
        "| work | library, per second of CPU | server, the same | ratio | answer: median, p95 |",
        "|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        ratio = statistics.median(s / m for s, m in zip(row.server, row.library, strict=True))
        library, server = statistics.median(row.library), statistics.median(row.server)
        middle, late = statistics.median(row.took), statistics.quantiles(row.took, n=20)[-1]
        lines.append(
            f"| {name} | {library:.1f} | {server:.1f} | {ratio:.2f} | "
            f"{1000 * middle:.0f} ms, {1000 * late:.0f} ms |"
        )
    about = (
        f"Medians of {len(next(iter(rows.values())).library)} rounds in turns, {CORES} workers on "
        f"{CORES} cores, {2 * CORES} clients at once on the same machine."
    )
    return "\n".join([*lines, "", about])


def write(text: str) -> None:
    """Put the table between its marks in the page."""
    page = PAGE.read_text()
    before, _, rest = page.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    PAGE.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")


# The soak. Each of these runs in a thread again and again until the end.


@dataclass
class Soak:
    """A server that is soaked, and what its clients saw."""

    port: int
    process: psutil.Process
    end: float
    wanted: dict[bytes, Any]  # the hands of each picture
    streams: list[list[Any]]  # the hands of each frame, as the tracker gives them
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def ask(self) -> None:
        """A picture, whose answer must be its own."""
        data = random.choice(list(self.wanted))
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("POST", "/v1/detect", data)
            answer = connection.getresponse()
            body = answer.read()
        self.slowest = max(self.slowest, time.perf_counter() - began)
        self.seen[f"picture {answer.status}"] += 1
        if answer.status == 200 and json.loads(body)["hands"] != self.wanted[data]:
            self.wrong.append("the hands of another picture")
        if answer.status not in (200, 429, 500, 503):
            self.wrong.append(f"a picture got {answer.status}: {body[:200]!r}")

    def follow(self) -> None:
        """A stream, whose answers must be those of its own tracker."""
        data, (width, height) = RGB, shape()
        start = {"format": "rgb", "width": width, "height": height, "time": "sent"}
        with connect(f"ws://127.0.0.1:{self.port}/v1/track", compression=None) as stream:
            stream.send(json.dumps(start))
            stream.recv(timeout=60)
            for index, wanted in enumerate(self.streams):
                began = time.perf_counter()
                stream.send(struct.pack("<d", index / 30) + data[index])
                answer = json.loads(stream.recv(timeout=60))
                self.slowest = max(self.slowest, time.perf_counter() - began)
                if "restarted" in answer or "error" in answer:  # its worker was killed
                    self.seen["stream restarted"] += 1
                    return
                self.seen["frame"] += 1
                if answer["hands"] != wanted:
                    self.wrong.append(f"frame {index} has the hands of another stream")
                    return

    def flood(self) -> None:
        """A stream that sends faster than it is answered."""
        data = random.choice(list(self.wanted))
        with connect(f"ws://127.0.0.1:{self.port}/v1/track", compression=None) as stream:
            stream.send("{}")
            for _ in range(60):
                stream.send(data)
                time.sleep(0.01)
        self.seen["flood"] += 1

    def damage(self) -> None:
        """A damaged picture, a bomb, or no picture."""
        sound = random.choice(list(self.wanted))
        spoiled = bytearray(sound)
        for _ in range(20):
            spoiled[random.randrange(len(spoiled))] = random.randrange(256)
        data = random.choice((bytes(spoiled), sound[: len(sound) // 3], bomb(), os.urandom(5000)))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("POST", "/v1/detect", data)
            status = connection.getresponse().status
        self.seen[f"damaged {status}"] += 1
        if status not in (200, 413, 415, 422, 429, 500, 503):
            self.wrong.append(f"a damaged picture got {status}")

    def dawdle(self) -> None:
        """A client that begins a request and vanishes, or says nothing for long."""
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            head = b"POST /v1/detect HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n"
            client.sendall(random.choice((b"", b"GET / HT", head, head + b"x" * 5000)))
            time.sleep(random.random() * 3)
            if random.random() < 0.5:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.seen["dawdler"] += 1

    def kill(self) -> None:
        """Kill a worker, about once a minute."""
        time.sleep(max(0.0, min(60.0, self.end - time.time())))
        if time.time() < self.end:
            os.kill(random.choice(self.process.children()).pid, signal.SIGKILL)
            self.seen["killed"] += 1

    def again(self, act: Callable[[], None]) -> None:
        """Do it until the end."""
        while time.time() < self.end:
            try:
                act()
            except (OSError, TimeoutError, http.client.HTTPException) as error:
                self.wrong.append(f"{act.__name__}: {error!r}")
            except Exception as error:  # a stream that was closed while its worker died
                self.seen[type(error).__name__] += 1


def bomb() -> bytes:
    """A small PNG file that says it has 400 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def memory_of(process: psutil.Process) -> tuple[float, list[float]]:
    """MiB of the server, and of each of its workers."""
    workers = [each.memory_info().rss / 2**20 for each in process.children()]
    return process.memory_info().rss / 2**20, sorted(workers)


RGB: list[bytes] = []


def soak(seconds: float) -> bool:
    """Soak a server, and print what happened. Returns whether it held out."""
    RGB.extend(frames("rgb"))
    find, track = knuckle.Detector(), knuckle.Tracker()
    wanted = {data: _as_json(find(decode_picture(data, most_pixels=MOST))) for data in pictures()}
    clip = knuckle.open_source(CLIP)
    streams = [_as_json(track(knuckle.Frame(f.image, 0, f.index / 30))) for f in clip]
    with served() as (port, process):
        state = Soak(port, process, time.time() + seconds, wanted, streams)
        acts = [*[state.ask] * 6, *[state.follow] * 6, *[state.flood] * 2, *[state.damage] * 3]
        acts += [*[state.dawdle] * 8, state.kill]
        threads = [threading.Thread(target=state.again, args=(act,), daemon=True) for act in acts]
        for thread in threads:
            thread.start()
        server, workers = _watch(state, seconds)
        for thread in threads:
            thread.join(90)
        held, left = figure(port, "knuckle_held_bytes"), figure(port, "knuckle_streams")
    return _judge(state, server, workers, held, left)


def _as_json(hands: Sequence[knuckle.Hand]) -> Any:
    return json.loads(json.dumps([hand.to_dict() for hand in hands]))


def _watch(state: Soak, seconds: float) -> tuple[list[float], list[float]]:
    """MiB of the server and of its largest worker, during the soak."""
    server, workers = [], []
    for _ in range(20):
        time.sleep(seconds / 20)
        own, theirs = memory_of(state.process)
        server.append(own)
        workers.append(max(theirs, default=0.0))
        print(f"{own:.1f} MiB, workers {theirs}; {dict(state.seen)}", flush=True)
    return server, workers


def _judge(
    state: Soak, server: list[float], workers: list[float], held: float, left: float
) -> bool:
    grown = max(server[-5:]) - max(server[5:10])
    swollen = max(workers[-5:]) - max(workers[5:10])
    print(f"seen: {dict(state.seen)}")
    print(f"wrong: {Counter(state.wrong)}")
    print(f"memory: server {grown:+.1f} MiB, largest worker {swollen:+.1f} MiB in the second half")
    print(f"slowest answer: {state.slowest:.2f} s; left: {held:g} bytes, {left:g} streams")
    is_flat = grown < GROWTH and swollen < GROWTH
    return not state.wrong and is_flat and state.slowest < SLOWEST and held == left == 0


@click.command()
@click.option("--rounds", type=click.IntRange(min=2), default=5)
@click.option("--write", "writes", is_flag=True, help="Put the table into the server's page.")
@click.option("--soak", "seconds", type=float, help="Soak a server for so many seconds instead.")
def main(rounds: int, writes: bool, seconds: float | None) -> None:
    """Measure or soak a server."""
    if seconds:
        sys.exit(0 if soak(seconds) else 1)
    text = table(measure(rounds))
    print(text)
    if writes:
        write(text)


if __name__ == "__main__":
    main()
