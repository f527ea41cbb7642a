"""What "auto" and "fast" come to, and what a machine cannot run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import knuckle
from knuckle.errors import CannotRunHere, ExtraMissing
from knuckle.networks import engine, onnxruntime, openvino
from knuckle.networks.models import MODELS, ModelSpec
from knuckle.networks.setup import Device, Precision, Setup, Wanted
from knuckle.options import HandAndNetworkOptions, completed, wanted
from knuckle.values import ImageArray

INT8 = ("onnxruntime", "int8")
BFLOAT16 = ("openvino", "bfloat16")
FLOAT32 = ("onnxruntime", "float32")
Machine = Callable[..., None]


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    """What this machine can run is remembered; not from one test to the next."""
    engine.can_run.cache_clear()
    yield
    engine.can_run.cache_clear()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Makes this machine one that has VNNI, OpenVINO and bfloat16, or lacks them."""

    def make(*, vnni: bool, has_openvino: bool = True, bfloat16: bool = True) -> None:
        def require(precision: Precision, device: Device) -> None:
            if not has_openvino:
                raise ExtraMissing("OpenVINO", "openvino")
            if precision == "bfloat16" and not bfloat16:
                raise CannotRunHere("no bfloat16")
            if precision == "int8" and not vnni:
                raise CannotRunHere("no VNNI")

        monkeypatch.setattr(onnxruntime, "sums_bytes_quickly", lambda runtime: vnni)
        monkeypatch.setattr(openvino, "require", require)
        engine.can_run.cache_clear()

    return make


def spec(*, has_int8: bool = True) -> ModelSpec:
    """A network with or without a file for int8."""
    return replace(MODELS["hand_landmark_full"], has_int8=has_int8)


def form(setup: Setup) -> tuple[str, str]:
    """Its engine and its precision."""
    return setup.engine, setup.precision


@pytest.mark.parametrize(
    ("has", "has_int8", "expected"),
    [
        ({"vnni": True}, True, INT8),
        ({"vnni": True}, False, BFLOAT16),
        ({"vnni": False}, True, BFLOAT16),
        ({"vnni": False, "bfloat16": False}, True, FLOAT32),
        ({"vnni": False, "has_openvino": False}, True, FLOAT32),
    ],
)
def test_the_quickest_that_this_machine_runs(
    has: dict[str, bool], has_int8: bool, expected: tuple[str, str], machine: Machine
) -> None:
    """Engine "auto" and precision "fast" together."""
    machine(**has)

    found = engine.setup_for(spec(has_int8=has_int8), Wanted("auto", "fast"))

    assert expected == form(found)


@pytest.mark.parametrize(
    ("name", "vnni", "expected"),
    [
        ("onnxruntime", True, INT8),
        ("onnxruntime", False, FLOAT32),
        ("openvino", True, BFLOAT16),
        ("litert", True, ("litert", "float32")),
    ],
)
def test_fast_keeps_the_engine_that_is_named(
    name: str, vnni: bool, expected: tuple[str, str], machine: Machine
) -> None:
    """Only "auto" goes to another."""
    machine(vnni=vnni)

    assert expected == form(engine.setup_for(spec(), Wanted(name, "fast")))


def test_openvino_is_fast_in_int8_where_there_is_no_bfloat16(machine: Machine) -> None:
    """As on processors with AVX-VNNI only."""
    machine(vnni=True, bfloat16=False)

    assert ("openvino", "int8") == form(engine.setup_for(spec(), Wanted("openvino", "fast")))


@pytest.mark.parametrize(
    ("precision", "expected"), [("int8", INT8), ("bfloat16", BFLOAT16), ("float32", FLOAT32)]
)
def test_auto_keeps_the_precision_that_is_named(
    precision: Precision, expected: tuple[str, str], machine: Machine
) -> None:
    """Only "fast" goes to another."""
    machine(vnni=True)

    assert expected == form(engine.setup_for(spec(), Wanted("auto", precision)))


def test_int8_is_float32_where_there_is_no_file(machine: Machine) -> None:
    """One network of two may have one."""
    machine(vnni=True)

    found = engine.setup_for(spec(has_int8=False), Wanted("onnxruntime", "int8"))

    assert FLOAT32 == form(found)


def test_int8_is_refused_without_vnni(machine: Machine) -> None:
    """One sentence with the value, what is missing and the cure."""
    machine(vnni=False)
    setup = engine.setup_for(spec(), Wanted(precision="int8"))

    with pytest.raises(CannotRunHere, match=r"precision='int8' needs.*VNNI.*precision='float32'"):
        engine.load_engine(setup)


def test_bfloat16_is_refused_where_openvino_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does for a processor without it."""
    pytest.importorskip("openvino")
    monkeypatch.setattr(openvino, "capabilities", lambda: ["FP32", "INT8"])
    setup = engine.setup_for(spec(), Wanted("openvino", "bfloat16"))

    with pytest.raises(CannotRunHere, match=r"precision='bfloat16' needs.*AVX-512 BF16.*float32"):
        engine.load_engine(setup)


def test_onnxruntime_has_bfloat16_on_arm_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cure names the other engine."""
    monkeypatch.setattr(onnxruntime, "has_arm_bfloat16", lambda: False)
    setup = engine.setup_for(spec(), Wanted("onnxruntime", "bfloat16"))

    with pytest.raises(CannotRunHere, match=r"ARM.*use engine='openvino'"):
        engine.load_engine(setup)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            Wanted("litert", "int8"),
            "engine='litert' has no precision='int8', it has float32: "
            "engine='onnxruntime' or 'openvino' has it",
        ),
        (Wanted("openvino", device="cuda"), "device='cuda' needs engine='onnxruntime'"),
        (Wanted(precision="int8", device="cuda"), "device='cuda' needs precision='float32'"),
    ],
)
def test_what_no_machine_has_is_a_value_error(asked: Wanted, sentence: str) -> None:
    """The caller's mistake, with the cure."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        engine.setup_for(spec(), asked)


@pytest.mark.parametrize("precision", ["fast", "float32"])
def test_a_device_computes_in_float32(precision: Precision) -> None:
    """In ONNX Runtime, whatever "auto" and "fast" would be on the processor."""
    setup = engine.setup_for(spec(), Wanted("auto", precision, "cuda"))

    assert (*FLOAT32, "cuda") == (*form(setup), setup.device)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"precision": "fast"}, "fast"),
        ({"precision": "fast", "exact": True}, "float32"),
        ({"precision": "int8", "exact": True}, "int8"),
    ],
)
def test_exact_makes_fast_float32(options: dict[str, object], expected: str) -> None:
    """A precision that is named by itself stays."""
    chosen = completed(HandAndNetworkOptions, options, "knuckle.detect")

    assert expected == wanted(chosen).precision


def test_equal_setups_share_a_network(open_palm: ImageArray) -> None:
    """Also when one was asked for by name and the other by "fast"."""
    fast = engine.open_networks("lite", Wanted("litert", "fast"))
    named = engine.open_networks("lite", Wanted("litert", "float32"))

    assert fast.hand is named.hand


def test_precisions_do_not_share_a_network() -> None:
    """Nor do their answers mix."""
    pytest.importorskip("openvino")
    if not engine.can_run(engine.Form("openvino", "bfloat16", is_fast=True)):
        pytest.skip("this processor has no bfloat16")
    exact = engine.open_networks("lite", Wanted("openvino", "float32"))
    short = engine.open_networks("lite", Wanted("openvino", "bfloat16"))

    assert exact.hand is not short.hand


@pytest.mark.parametrize("option", ["engine", "precision", "device"])
def test_the_library_refuses_another_word(option: str, open_palm: ImageArray) -> None:
    """The sentence names those there are."""
    with pytest.raises(ValueError, match=f"{option} must be one of '.*', not 'abacus'"):
        knuckle.detect(open_palm, **{option: "abacus"})  # type: ignore[arg-type]


def test_auto_takes_one_engine_for_both_networks(machine: Machine) -> None:
    """The hand network's, although OpenVINO would be quicker for the palm network."""
    machine(vnni=True)
    expected = engine.setup_for(MODELS["hand_landmark_full"], Wanted("auto", "fast")).engine

    assert {expected} == {s.engine for s in engine.setups("full", Wanted("auto", "fast"))}
