"""The package as a whole: its names, what importing it costs, and that it stays at home."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import knuckle
from knuckle.networks.models import MODELS
from tests.conftest import ROOT, SAMPLES

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def run(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_importing_is_free() -> None:
    """`import knuckle` imports none of the packages it needs later."""
    done = run(
        "import sys, knuckle\n"
        "heavy = {'numpy', 'onnxruntime', 'kornia_rs', 'PIL', 'av', 'pyarrow', 'click', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_pictures_need_no_optional_package() -> None:
    """Finding hands and drawing them imports neither PyAV nor Arrow, click nor rich."""
    done = run(
        "import sys, knuckle, numpy\n"
        "picture = numpy.zeros((48, 64, 3), numpy.uint8)\n"
        "knuckle.draw(picture, knuckle.detect(picture))\n"
        f"next(knuckle.open_source({str(SAMPLES / 'no_hands.jpg')!r}))\n"
        "print(sorted({'av', 'pyarrow', 'click', 'rich', 'cv2'} & set(sys.modules)))"
    )

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_public_names_are_complete() -> None:
    """Every name in `__all__` exists, says where it lives, and is documented."""
    names = set(knuckle.__all__) - {"__version__"}

    assert set(knuckle._HOMES) == names
    assert sorted(knuckle.__all__) == dir(knuckle)
    assert [] == [n for n in names if n != "CONNECTIONS" and not getattr(knuckle, n).__doc__]


def test_an_unknown_name_is_an_attribute_error() -> None:
    """Lazy names do not make every name exist."""
    with pytest.raises(AttributeError, match="module 'knuckle' has no attribute 'Hands'"):
        knuckle.Hands  # noqa: B018


def test_the_version_is_the_same_everywhere() -> None:
    """In the package, its metadata and at the top of the changelog."""
    changelog = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert changelog is not None
    assert {knuckle.__version__} == {version("knuckle"), changelog[1]}


def test_nothing_of_opencv_is_required() -> None:
    """The opencv wheels overwrite one another; no dependency may bring one."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"].values()
    named = [*project["dependencies"], *(name for extra in extras for name in extra)]
    named = [name.partition("[")[0] for name in named]  # not the extra named mediapipe

    assert [] == [name for name in named if "opencv" in name or "mediapipe" in name]


# Kills the process at the first socket that could leave the machine, whoever opens it: Python,
# a native library or one of their threads. Built by hand, as the kernel takes it.
NO_SOCKETS = """
import ctypes, struct, platform
arch, socket = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}[platform.machine()]
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
code = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, arch), (RETURN, 0, 0, 0x7FFF0000),
        (LOAD, 0, 0, 0), (EQUAL, 1, 0, socket), (RETURN, 0, 0, 0x7FFF0000),
        (LOAD, 0, 0, 16), (EQUAL, 2, 0, 2), (EQUAL, 1, 0, 10), (RETURN, 0, 0, 0x7FFF0000),
        (RETURN, 0, 0, 0x80000000)]
raw = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Filter(len(code), ctypes.addressof(raw)))) == 0
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's seccomp")
def test_nothing_leaves_the_machine() -> None:
    """Pictures, videos, drawing and tables work in a process that may open no socket at all."""
    done = run(
        NO_SOCKETS + "import knuckle\n"
        f"for frame in knuckle.open_source({str(SAMPLES / 'two_hands.mp4')!r}, stop=0.2):\n"
        "    hands = knuckle.detect(frame.image)\n"
        "    knuckle.draw(frame.image, hands)\n"
        "print(len(hands))"
    )

    assert ("1\n", "", 0) == (done.stdout, done.stderr, done.returncode)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's seccomp")
def test_the_guard_against_sockets_works() -> None:
    """The test above would notice: one socket ends the process."""
    done = run(NO_SOCKETS + "import socket; socket.socket()")

    assert -31 == done.returncode  # SIGSYS


def test_a_wheel_holds_the_networks_and_nothing_odd(tmp_path: Path) -> None:
    """Both forms of each network, licence and provenance; no tests, no build step."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=400,  # it builds the pages, where they are not built yet
    )
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    info = f"knuckle-{knuckle.__version__}.dist-info/"
    weights = {f"knuckle/weights/{m}.{form}" for m in MODELS for form in ("onnx", "tflite")}

    assert weights | {"knuckle/weights/LICENSE", "knuckle/weights/PROVENANCE.json"} <= names
    assert {"knuckle/py.typed", f"{info}licenses/LICENSE", f"{info}licenses/NOTICE"} <= names
    assert [] == [n for n in names if not n.startswith(("knuckle/", info)) or "__pycache__" in n]
