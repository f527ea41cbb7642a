"""Pythons are found, pip is kept from any index, and a failure is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from release import smoke
from release.command import ReleaseError, run
from release.pythons import Python, best, find_pythons
from release.trial import without_index
from tests.conftest import ROOT, SAMPLES

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def test_one_python_of_each_version() -> None:
    """The first that runs, oldest version first; others are not for knuckle."""
    found = [Python("3.13", "a"), None, Python("3.11", "b"), Python("3.13", "c"), Python("3.9", "")]

    assert [Python("3.11", "b"), Python("3.13", "a")] == best(found)


def test_python_names_the_pythons_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does for the other scripts."""
    monkeypatch.setenv("PYTHON", f"no-such-python {sys.executable}")

    assert [HERE] == [python.version for python in find_pythons()]


def test_pip_knows_of_no_index() -> None:
    """Neither from its variables nor from its files, and Python of no other package."""
    environment = {"PATH": "p", "PIP_FIND_LINKS": "wheels", "PIP_INDEX_URL": "i", "PYTHONPATH": "s"}
    kept = without_index(environment)

    assert "p" == kept["PATH"]
    assert os.devnull == kept["PIP_CONFIG_FILE"]
    assert set() == {"PIP_FIND_LINKS", "PIP_INDEX_URL", "PYTHONPATH"} & set(kept)


def test_a_failure_gives_the_reason_of_the_program() -> None:
    """The line that says why, not the last one and not all."""
    program = "import sys; print('note', 'ERROR: no wheel', 'hint', sep='\\n', file=sys.stderr)"

    with pytest.raises(ReleaseError, match=r"^cannot install it: no wheel$"):
        run(sys.executable, "-c", f"{program}; sys.exit(1)", purpose="install it")


def test_a_failure_without_a_reason_is_said_so() -> None:
    """The sentence still has an end."""
    with pytest.raises(ReleaseError, match=r"^cannot install it: it gave no reason$"):
        run(sys.executable, "-c", "raise SystemExit(1)", purpose="install it")


def test_a_program_that_is_absent() -> None:
    """The sentence names it."""
    with pytest.raises(ReleaseError, match="cannot install it: no-such-program does not start"):
        run("no-such-program", purpose="install it")


def test_the_smoke_test_sees_another_picture() -> None:
    """A package that does not find the hand fails with one sentence."""
    with pytest.raises(SystemExit, match=r"^error: there are 0 hands in .*no_hands.jpg, not one$"):
        smoke.find_hand(str(SAMPLES / "no_hands.jpg"))


def test_the_smoke_test_sees_the_hand() -> None:
    """In the picture that it is meant for."""
    smoke.find_hand(str(SAMPLES / "open_palm.jpg"))


def test_the_smoke_test_wants_the_installed_package() -> None:
    """One that lies beside it does not count."""
    done = subprocess.run(
        [sys.executable, "release/smoke.py", str(SAMPLES / "open_palm.jpg"), "0.1.0"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == done.returncode
    assert done.stderr.startswith("error: knuckle was imported from ")


def test_no_release_says_why() -> None:
    """One sentence on the terminal and a failure, not a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "release", "--tag", "v0.0.0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == done.returncode
    assert done.stderr.startswith("release: the tag is v0.0.0 and src/knuckle/__init__.py says ")
    assert 1 == len(done.stderr.splitlines())
