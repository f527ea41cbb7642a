"""The package's own calculators keep their contracts."""

from __future__ import annotations

from itertools import islice

import pytest

from knuckle.graph.library import load
from knuckle.graph.running import plan
from knuckle.graph.running.graph import CalculatorGraph
from knuckle.io.sources import open_source
from tests.conftest import SAMPLES


@pytest.mark.parametrize(
    "name", ["hand_tracking_desktop_live", "hand_detection_desktop_live", "knuckle_tracking"]
)
def test_outputs_have_the_types_of_their_contracts(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values are checked as those of foreign calculators are, which a graph leaves out for ours."""
    monkeypatch.setattr(plan, "PACKAGE", "no package")
    config = load(name)
    with CalculatorGraph(config) as running:
        outputs = [running.observe(connection.name) for connection in config.outputs]
        running.start()
        with open_source(SAMPLES / "two_hands.mp4") as clip:
            for frame in islice(clip, 12):
                running.add_packet(config.inputs[0].name, frame.image, round(frame.time * 1e6))
        running.wait_until_idle()

    assert all(output.take() for output in outputs if output.stream != "palm_detections")
