"""The way to a Ray cluster: one that is named, one that runs on this machine, or a new one."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import BatchError
from ...extras import import_extra
from .ray_worker import ENVIRONMENT

ANSWER = 5.0  # seconds in which the port of a cluster must accept a connection
OBJECTS = 200 << 20  # bytes of the object store: only records pass through it
PORT = re.compile(r"(?:ray://)?\[?(?P<host>[^\[\]/]+)\]?:(?P<port>\d{1,5})/?")
# Of a cluster that is started here, together with those of workers. What the user has set counts.
OWN_SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0"}  # or it would report to Ray's makers


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster with a connection to it. ray: the module. is_own: whether it was started here."""

    ray: Any
    address: str
    is_own: bool

    @property
    def name(self) -> str:
        """What people call it."""
        if self.is_own:
            return "this machine"
        return f"the cluster at {self.address}" if self.address else "the cluster"


@contextmanager
def connected(address: str | None) -> Iterator[Cluster]:
    """Connect to a cluster, and disconnect in the end; one that was started here ends, too.

    address: HOST:PORT of a cluster's head, ray://HOST:PORT of its client server, "local" for a new
        cluster on this machine, or "auto" for the one that runs here. None: the one in RAY_ADDRESS,
        or that runs here, or a new one.
    A process that is connected already stays so.
    Raises ExtraMissing without Ray, BatchError when the cluster does not answer or does not fit.
    """
    os.environ.setdefault("RAY_DEDUP_LOGS_SKIP_REGEX", ".")  # print none of what nodes print
    os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a lost connection is lost
    _use_token()
    ray = import_extra("ray", purpose="--engine ray", extra="ray")
    if ray.is_initialized():
        yield Cluster(ray, "", is_own=False)
        return
    target = _target(address)
    is_own = target == "local"
    if not is_own:
        _knock(target)
    try:
        _connect(ray, target)
        yield Cluster(ray, target, is_own)
    finally:
        ray.shutdown()


def _use_token() -> None:
    """Prove with the user's token who we are; Ray itself does so only with "auto"."""
    names = ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")
    has_token = any(os.environ.get(name) for name in names)
    if has_token or (Path.home() / ".ray" / "auth_token").is_file():
        os.environ.setdefault("RAY_AUTH_MODE", "token")


def _target(address: str | None) -> str:
    if address in (None, "auto"):
        found = os.environ.get("RAY_ADDRESS") or _running_here()
        if not found and address == "auto":
            raise BatchError(
                "no Ray cluster runs on this machine: start one with `ray start --head`, name one "
                "with --address, or leave --address out"
            )
        address = found or "local"
    if address != "local" and "://" not in address and not PORT.fullmatch(address):
        raise BatchError(
            f"{address!r} is no address of a Ray cluster: write HOST:6379, ray://HOST:10001, auto "
            "or local"
        )
    return address


def _running_here() -> str:
    """The address of the cluster that `ray start` has started on this machine, or nothing."""
    folder = os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()
    with suppress(OSError, BatchError):  # no file, or that of a cluster that was killed
        address = (Path(folder) / "ray" / "ray_current_cluster").read_text().strip()
        _knock(address)
        return address
    return ""


def _knock(address: str) -> None:
    """See whether somebody listens: Ray itself waits for two minutes. Raises BatchError."""
    found = PORT.fullmatch(address)
    if not found:  # another kind of address, which Ray may know
        return
    try:
        socket.create_connection((found["host"], int(found["port"])), ANSWER).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BatchError(
            f"no Ray cluster answers at {address} ({reason.lower()}): check the address, and "
            "whether the cluster runs"
        ) from error


def _connect(ray: Any, target: str) -> None:
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    settings: dict[str, str] = {}
    if target == "local":  # a dashboard takes 900 MB
        options |= {"include_dashboard": False, "object_store_memory": OBJECTS}
        settings = {**OWN_SETTINGS, **ENVIRONMENT}
    try:
        with warnings.catch_warnings(), _own_end(), _set(settings):
            warnings.simplefilter("ignore")  # what matters comes as an error
            _init(ray, target, options)
    except SystemExit as error:  # so Ray ends when it does not get an answer
        raise BatchError(_no_answer(target)) from error
    except Exception as error:
        raise BatchError(_told(target, error)) from error


def _init(ray: Any, target: str, options: dict[str, Any]) -> None:
    try:
        ray.init(address=target, **options)
    except ConnectionError as error:
        if "Starting Ray client server failed" not in str(error):
            raise
        ray.init(address=target, **options)  # a busy head may need longer than Ray gives it


@contextmanager
def _set(settings: dict[str, str]) -> Iterator[None]:
    """Set variables of the environment that are not set, for processes that start meanwhile."""
    new = {name: value for name, value in settings.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            os.environ.pop(name, None)


@contextmanager
def _own_end() -> Iterator[None]:
    """Keep the handler of SIGTERM, which Ray replaces."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)


def _no_answer(target: str) -> str:
    return f"what listens at {target} does not answer as a Ray cluster does: check the address"


def _told(target: str, error: Exception) -> str:
    chain = [error, error.__cause__, error.__context__]
    text = " ".join(" ".join(str(link).split()) for link in chain if link is not None)
    if "ersion mismatch" in text or "cluster was started with" in text:
        versions = re.findall(r"Ray: (\S+) Python: (\S+)", text)
        if len(versions) >= 2:
            theirs, ours = (f"Ray {ray} and Python {python}" for ray, python in versions[:2])
            return f"{target} runs {theirs}, and this machine {ours}: both must be the same"
        return f"{target} runs another version of Ray or Python than this machine: {text}"
    if "uthentication" in text or "AuthToken" in text:
        return (
            f"{target} does not accept this machine's token: put the token of the cluster into "
            "RAY_AUTH_TOKEN, or its file's path into RAY_AUTH_TOKEN_PATH"
        )
    if "timeout" in text or "timed out" in text.lower():
        return _no_answer(target)
    if target == "local":
        return f"Ray cannot start on this machine: {text}"
    return f"cannot connect to the Ray cluster at {target}: {text}"
