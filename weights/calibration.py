"""What the tensors of a network hold on real pictures: the ground for its int8 form.

`python -m studies.calibration` measures it, on pictures that may be passed on, and writes one file
for each network beside this module. The build only reads the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from .graph import Array

FOLDER = Path(__file__).with_name("calibration")


class CalibrationError(Exception):
    """A calibration does not belong to the network."""


@dataclass(frozen=True)
class Ranges:
    """Of each channel, by tensor, over pictures."""

    low: Mapping[str, Array]  # the least value of a picture; one picture in twenty has a lower one
    high: Mapping[str, Array]  # the largest value of a picture; one in twenty has a higher one
    mean: Mapping[str, Array]


@dataclass(frozen=True)
class Calibration(Ranges):
    """The ranges of a float32 network, and what its int8 form is off on average."""

    peak: Mapping[str, Array]  # the largest value of all
    offsets: Mapping[str, Array]  # by output of the network: float32 less int8

    def widest(self, tensor: str) -> Array:
        """The largest size of each channel's values."""
        return np.maximum(-self.low[tensor], self.high[tensor])

    def scaled(self, factors: Mapping[str, Array]) -> Ranges:
        """The ranges after each channel was multiplied by its factor."""
        return Ranges(
            *(
                {t: v * factors.get(t, np.float32(1)) for t, v in values.items()}
                for values in (self.low, self.high, self.mean)
            )
        )

    def write(self, path: Path) -> None:
        """Write a file of float16 numbers; the offsets stay float32."""
        arrays = {
            f"{field.name}/{name}": value if field.name == "offsets" else value.astype(np.float16)
            for field in fields(self)
            for name, value in getattr(self, field.name).items()
        }
        np.savez_compressed(path, **arrays)


def read_calibration(path: Path) -> Calibration:
    """The calibration in a file."""
    parts: dict[str, dict[str, Array]] = {field.name: {} for field in fields(Calibration)}
    with np.load(path) as arrays:
        for key in arrays.files:
            part, _, name = key.partition("/")
            parts[part][name] = arrays[key].astype(np.float32)
    return Calibration(**parts)
