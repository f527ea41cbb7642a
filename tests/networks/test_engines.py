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
from knuckle.networks.engine import Form, load_engine
from knuckle.values import ImageArray
from tests.conftest import SAMPLES
from tests.networks.setups import every_form, runnable, setup_of

# How far a hand of a 1080 px picture may be from that of float32: (pixels, presence). float32
# differs by the order of its sums only. A crop of that hand has 2.7 px of the picture in one of its
# own, and its landmarks differ by up to 0.5 (bfloat16) or 1 (int8).
APART = {"float32": (0.05, 1e-4), "bfloat16": (2.0, 1e-3), "int8": (3.0, 1e-2)}

INTERRUPTED_AFTERWARDS = """
import gc, os, signal, sys, knuckle
tracker = knuckle.Tracker(engine=sys.argv[1], precision=sys.argv[2])
del tracker
gc.collect()
try:
    os.kill(os.getpid(), signal.SIGINT)
except KeyboardInterrupt:
    sys.exit(0)
"""

PALM = str(SAMPLES / "open_palm.jpg")
PATIENCE = 60  # seconds; a process that takes them hangs

USE_IN_A_FORK = """
import os, sys, knuckle
rgb = next(knuckle.open_source(sys.argv[1])).image
how = {"engine": sys.argv[2], "precision": sys.argv[3], "threads": 2}
before = knuckle.detect(rgb, **how)[0].points.tolist()
child = os.fork()
if child == 0:
    after = knuckle.detect(rgb, **how)[0].points.tolist()
    os._exit(0 if abs(after[8][0] - before[8][0]) < 1 else 3)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
"""

USE_ONCE = "import sys, knuckle; knuckle.detect(next(knuckle.open_source(sys.argv[1])).image, \
engine=sys.argv[2], precision=sys.argv[3])"


@every_form
def test_hands_are_the_same_on_every_engine(form: Form, open_palm: ImageArray) -> None:
    """In a picture of 1080 px; see `APART` for how near."""
    runnable(form, "hand_landmark_full")
    pixels, presence = APART[form.precision]
    [expected] = knuckle.detect(open_palm, precision="float32")
    [hand] = knuckle.detect(open_palm, engine=form.engine, precision=form.precision)

    np.testing.assert_allclose(expected.points, hand.points, atol=pixels)
    assert expected.handedness == hand.handedness
    assert pytest.approx(expected.presence, abs=presence) == hand.presence


@every_form
def test_answers_are_not_written_over(form: Form) -> None:
    """What the first call gave is the same after the second."""
    network = load_engine(runnable(form, "hand_landmark_lite"))
    dark, bright = (np.full((1, 224, 224, 3), level, np.uint8) for level in (0, 255))
    first = network(dark)["landmarks"]
    kept = first.copy()
    network(bright)

    np.testing.assert_array_equal(kept, first)


@every_form
def test_threads_may_share_an_engine(form: Form) -> None:
    """Eight at once get what each would get alone."""
    network = load_engine(runnable(form, "hand_landmark_lite"))
    pictures = np.random.default_rng(0).integers(0, 256, (8, 1, 224, 224, 3), np.uint8)
    alone = [network(picture)["landmarks"] for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = [*pool.map(lambda picture: network(picture)["landmarks"], pictures)]

    np.testing.assert_allclose(alone, together, rtol=1e-5, atol=1e-3)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@every_form
def test_a_forked_child_can_go_on(form: Form) -> None:
    """Used before the fork and, in the child, after it, on two threads: nothing hangs.

    Within a pixel: the child warps by other arithmetic, since kornia's threads stay behind.
    """
    runnable(form, "hand_landmark_full")
    command = [sys.executable, "-c", USE_IN_A_FORK, PALM, form.engine, form.precision]
    done = subprocess.run(command, timeout=PATIENCE, check=False)

    assert 0 == done.returncode


@every_form
def test_ctrl_c_works_after_the_networks_are_closed(form: Form) -> None:
    """A runtime that is done with leaves the process as it was."""
    runnable(form, "hand_landmark_full")
    command = [sys.executable, "-c", INTERRUPTED_AFTERWARDS, form.engine, form.precision]
    done = subprocess.run(command, timeout=PATIENCE, check=False)

    assert 0 == done.returncode


@every_form
def test_nothing_is_written_to_the_home_folder(form: Form, tmp_path: Path) -> None:
    """No identity, cache or statistics."""
    runnable(form, "hand_landmark_full")
    command = [sys.executable, "-c", USE_ONCE, PALM, form.engine, form.precision]
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
        load_engine(setup_of("hand_landmark_lite", engine))


def test_an_unknown_engine_is_refused(open_palm: ImageArray) -> None:
    """Those there are are named."""
    with pytest.raises(
        ValueError,
        match="engine must be one of 'onnxruntime', 'litert', 'openvino', 'auto', not 'abacus'",
    ):
        knuckle.detect(open_palm, engine="abacus")
