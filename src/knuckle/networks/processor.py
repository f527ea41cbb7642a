"""What this processor can compute, asked without timing anything."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

# A network of one operation, MatMulInteger: uint8 (n, 4) times int8 (4, m) -> int32 (n, m).
# tests/networks/test_processor.py writes it out.
BYTE_PRODUCT = bytes.fromhex(
    "08083a600a180a01610a0162120163220d4d61744d756c496e74656765721201675a140a0161120f0a0d0802"
    "12090a0312016e0a0208045a140a0162120f0a0d080312090a0208040a0312016d62150a016312100a0e0806"
    "120a0a0312016e0a0312016d42040a00100d"
)


def features() -> Mapping[str, bool]:
    """The instruction sets of this processor by numpy's names; empty if numpy does not tell."""
    for module in ("numpy._core._multiarray_umath", "numpy.core._multiarray_umath"):
        try:
            return dict(import_module(module).__cpu_features__)
        except (ImportError, AttributeError):
            continue
    return {}


def sums_bytes_quickly(runtime: Any) -> bool:
    """Whether one instruction sums products of 8-bit numbers: VNNI, or ARM's dot product.

    runtime: the onnxruntime module. x86 processors without VNNI, but with AVX2, keep two products
    in 16 bits, where they overflow. So one product of matrices tells AVX-VNNI, which neither numpy
    nor Windows reports.
    """
    found = features()
    if found.get("ASIMDDP"):
        return True
    return bool(found.get("AVX2")) and _sums_bytes_exactly(runtime)


def _sums_bytes_exactly(runtime: Any) -> bool:
    session = runtime.InferenceSession(BYTE_PRODUCT, providers=["CPUExecutionProvider"])
    most = {"a": np.full((4, 4), 255, np.uint8), "b": np.full((4, 16), 127, np.int8)}
    [sums] = session.run(None, most)
    return bool((sums == 4 * 255 * 127).all())


def has_arm_bfloat16() -> bool:
    """Whether it is an ARM processor with bfloat16 products, as far as Linux tells."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return False
    features = next((line for line in lines if line.startswith("Features")), "")
    return "bf16" in features.split()
