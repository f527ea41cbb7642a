"""What every engine must bear, beyond its answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import knuckle
from knuckle.errors import ExtraMissing, install_command
from knuckle.networks.engine import ENGINES, load_engine
from knuckle.networks.models import MODELS
from knuckle.values import ImageArray
from tests.conftest import SAMPLES

PATIENCE = 60  # seconds; a process that takes them hangs

USE_IN_A_FORK = """
import os, sys, knuckle
rgb = next(knuckle.open_source(sys.argv[1])).image
before = knuckle.detect(rgb, engine=sys.argv[2], threads=2)[0].points.tolist()
child = os.fork()
if child == 0:
    after = knuckle.detect(rgb, engine=sys.argv[2], threads=2)[0].points.tolist()
    os._exit(0 if abs(after[8][0] - before[8][0]) < 1 else 3)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""

USE_ONCE = "import sys, knuckle; knuckle.detect(next(knuckle.open_source(sys.argv[1])).image, \
engine=sys.argv[2])"


@pytest.mark.parametrize("engine", ENGINES)
def test_hands_are_the_same_on_every_engine(engine: str, open_palm: ImageArray) -> None:
    """A hundredth of a pixel in a picture of 1080: the order of float32 sums, no more."""
    [expected] = knuckle.detect(open_palm)
    [hand] = knuckle.detect(open_palm, engine=engine)

    np.testing.assert_allclose(expected.points, hand.points, atol=0.05)
    assert expected.handedness == hand.handedness
    assert pytest.approx(expected.presence, abs=1e-4) == hand.presence


@pytest.mark.parametrize("engine", ENGINES)
def test_answers_are_not_written_over(engine: str) -> None:
    """What the first call gave is the same after the second."""
    network = load_engine(MODELS["hand_landmark_lite"], 1, engine)
    dark, bright = (np.full((1, 224, 224, 3), level, np.uint8) for level in (0, 255))
    first = network(dark)["landmarks"]
    kept = first.copy()
    network(bright)

    np.testing.assert_array_equal(kept, first)


@pytest.mark.parametrize("engine", ENGINES)
def test_threads_may_share_an_engine(engine: str) -> None:
    """Eight at once get what each would get alone."""
    network = load_engine(MODELS["hand_landmark_lite"], 1, engine)
    pictures = np.random.default_rng(0).integers(0, 256, (8, 1, 224, 224, 3), np.uint8)
    alone = [network(picture)["landmarks"] for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = [*pool.map(lambda picture: network(picture)["landmarks"], pictures)]

    np.testing.assert_allclose(alone, together, rtol=1e-5, atol=1e-3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_forked_child_can_go_on(engine: str) -> None:
    """Used before the fork and, in the child, after it, on two threads: nothing hangs.

    Within a pixel: the child warps by other arithmetic, since kornia's threads stay behind.
    """
    command = [sys.executable, "-c", USE_IN_A_FORK, str(SAMPLES / "open_palm.jpg"), engine]
    done = subprocess.run(command, timeout=PATIENCE, check=False)

    assert 0 == done.returncode


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_written_to_the_home_folder(engine: str, tmp_path: Path) -> None:
    """No identity, cache or statistics."""
    command = [sys.executable, "-c", USE_ONCE, str(SAMPLES / "open_palm.jpg"), engine]
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run(command, timeout=PATIENCE, check=True, env={**os.environ, **home})

    assert [] == list(tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("engine", "module"), [("litert", "ai_edge_litert"), ("openvino", "openvino")]
)
def test_an_engine_that_is_not_installed_says_what_to_type(
    engine: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line for pip."""
    for name in [n for n in sys.modules if n.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(ExtraMissing, match=re.escape(install_command(engine))):
        load_engine(MODELS["hand_landmark_lite"], 1, engine)


def test_an_unknown_engine_is_refused(open_palm: ImageArray) -> None:
    """Those there are are named."""
    with pytest.raises(ValueError, match="engine must be one of 'onnxruntime', 'litert'"):
        knuckle.detect(open_palm, engine="abacus")
