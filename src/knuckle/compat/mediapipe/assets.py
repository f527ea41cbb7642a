"""The networks of a `.task` file. Known ones run on our engine, others on LiteRT."""

from __future__ import annotations

from hashlib import sha256
from os import fspath
from pathlib import Path

from knuckle.errors import ExtraMissing, SourceError
from knuckle.networks.bundle import MemberMissing, read_bundle
from knuckle.networks.engine import Engine, Networks, open_network, open_networks, setup_for
from knuckle.networks.litert import load_like
from knuckle.networks.models import MODELS, Task, model_for
from knuckle.networks.setup import Wanted

from .errors import AssetMissing, AssetUnusable
from .options import BaseOptions

_EXACT = Wanted(precision="float32")

# Google's hand_landmarker.task contains the twins.
_KNOWN = {digest: spec for spec in MODELS.values() for digest in (spec.sha256, spec.twin) if digest}


def networks_of(options: BaseOptions) -> Networks:
    """The networks that a program asks for, or knuckle's own if it names none.

    Raises FileNotFoundError or RuntimeError when the file has none, ExtraMissing when they are not
    MediaPipe's and LiteRT is not installed.
    """
    content = options.model_asset_buffer
    if content is None:
        if not options.model_asset_path:
            return open_networks("full", _EXACT)
        content = _read(options)
    return _open(bytes(content))


def _read(options: BaseOptions) -> bytes:
    path = fspath(options.model_asset_path or "")
    try:
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise AssetMissing(
            f"there is no model at {path!r}: `knuckle models --export hand_landmarker.task` writes "
            "one, and without a model_asset_path knuckle uses its own"
        ) from error
    except OSError as error:
        raise AssetUnusable(f"the model {path!r} cannot be read: {error.strerror}") from error


def _open(content: bytes) -> Networks:
    try:
        bundle = read_bundle(content)
        return Networks(
            palm=_network("palm detection", bundle.palm),
            hand=_network("hand landmarks", bundle.hand),
        )
    except MemberMissing as error:
        raise AssetMissing(str(error)) from error
    except (SourceError, ValueError) as error:
        raise AssetUnusable(str(error)) from error


def _network(task: Task, content: bytes) -> Engine:
    """Open one network. Raises ValueError if it has another shape or another purpose."""
    spec = _KNOWN.get(sha256(content).hexdigest())
    if spec is None:
        try:
            return load_like(model_for(task, "full"), content, threads=1)
        except ExtraMissing as error:
            raise ExtraMissing(f"the bundle's own network for {task}", "litert") from error
    if spec.task != task:
        raise ValueError(f"the bundle's network for {task} is one for {spec.task}")
    return open_network(setup_for(spec, _EXACT))
