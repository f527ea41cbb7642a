"""Fixtures for all tests, and the rule that a data test may skip only where there is no data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from PIL import Image

from knuckle.values import ImageArray

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
Say = Callable[[str], None]

# Other work on the machine must not fail a test: only those that name a deadline have one.
hypothesis.settings.register_profile("shared machine", deadline=None)
hypothesis.settings.load_profile("shared machine")
DATA = Path(os.environ.get("KNUCKLE_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder with the real pictures."""
    return DATA


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip data tests where the data is absent; never where it is there."""
    if not DATA.is_dir():
        skip = pytest.mark.skip(reason=f"no real pictures at {DATA}; set KNUCKLE_DATA")
        for item in items:
            if item.get_closest_marker("data"):
                item.add_marker(skip)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn a skipped data test into a failure where the data exists."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and DATA.is_dir() and item.get_closest_marker("data"):
        report.outcome = "failed"
        report.longrepr = f"skipped although {DATA} exists: {report.longrepr}"


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints a measured figure, also when the test passes."""

    def print_uncaptured(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", flush=True)

    return print_uncaptured


def read_rgb(path: Path) -> ImageArray:
    """A picture that needs no conversion but to RGB."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


@pytest.fixture(scope="session")
def open_palm() -> ImageArray:
    """A sample with one right hand."""
    return read_rgb(SAMPLES / "open_palm.jpg")


@pytest.fixture(scope="session")
def two_hands() -> ImageArray:
    """A sample with a right and a left hand."""
    return read_rgb(SAMPLES / "two_hands.jpg")


@pytest.fixture(scope="session")
def no_hands() -> ImageArray:
    """A sample without hands."""
    return read_rgb(SAMPLES / "no_hands.jpg")
