"""Fixtures for the engines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from .ray_clusters import free_port, ray_settings, running, wait_for_port


@pytest.fixture(scope="session")
def ray_folder() -> Iterator[Path]:
    """The settings of all clusters, and their folder."""
    if find_spec("ray") is None or os.name == "nt":
        pytest.skip("ray is not installed, or this is Windows")
    with ray_settings() as folder:
        yield folder


@pytest.fixture(scope="module")
def cluster(ray_folder: Path) -> Iterator[Any]:
    """A cluster of one node with two cores, with its dashboard, for all tests of a module."""
    port = free_port()
    with running(
        include_dashboard=True, dashboard_port=free_port(), ray_client_server_port=port
    ) as cluster:
        wait_for_port(port)
        cluster.client_address = f"ray://127.0.0.1:{port}"
        yield cluster
