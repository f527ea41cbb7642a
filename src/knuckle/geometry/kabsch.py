"""The rotation between two sets of points, by least squares."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .camera import Array


class Fit(NamedTuple):
    """A rotation, and how strongly the points determine it."""

    rotation: Array  # (..., 3, 3), never a mirror image
    strengths: Array  # (..., 3) singular values; the last is negative if a mirror image fits better


def kabsch(points: Array, targets: Array) -> Fit:
    """The rotation that brings points closest to their targets, in the least-squares sense.

    points, targets: (..., n, 3), each with its mean at the origin.
    Source: Kabsch 1976; Umeyama 1991 for the sign.
    """
    left, strengths, right = np.linalg.svd(np.swapaxes(targets, -1, -2) @ points)
    signs = np.ones_like(strengths)
    signs[..., 2] = np.sign(np.linalg.det(left @ right))
    return Fit(left * signs[..., None, :] @ right, strengths * signs)
