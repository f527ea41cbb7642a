"""Setups for tests: every network in every engine and precision that this machine can run."""

from __future__ import annotations

import pytest

from knuckle.networks.engine import FORMS, Form, can_run, setup_for
from knuckle.networks.models import MODELS
from knuckle.networks.setup import Precision, Setup, Wanted

every_form = pytest.mark.parametrize("form", FORMS, ids=lambda f: f"{f.engine}-{f.precision}")


def setup_of(
    model: str, engine: str = "onnxruntime", precision: Precision = "float32", threads: int = 1
) -> Setup:
    """How a network of the table is run."""
    return setup_for(MODELS[model], Wanted(engine, precision, threads=threads))


def runnable(form: Form, model: str, threads: int = 1) -> Setup:
    """The setup of a network in a form. Skips the test where there is none."""
    if not can_run(form):
        pytest.skip(f"this machine cannot run {form.precision} in {form.engine}")
    setup = setup_of(model, form.engine, form.precision, threads)
    if setup.precision != form.precision:
        pytest.skip(f"{model} has no file for {form.precision}")
    return setup
