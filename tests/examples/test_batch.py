"""The examples that track many clips with other people's schedulers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from knuckle.batch import clip_to_parquet
from knuckle.values import ImageArray
from tests.batch.made_clips import write_hand_clips
from tests.conftest import ROOT

from .programs import EXAMPLES

needs_daft = pytest.mark.skipif(find_spec("daft") is None, reason="daft is not installed")
posix_only = pytest.mark.skipif(os.name == "nt", reason="SLURM runs scripts of a POSIX shell")


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory, open_palm: ImageArray) -> Path:
    """A folder with five clips of a few frames."""
    folder = tmp_path_factory.mktemp("clips")
    write_hand_clips(folder, open_palm, 5)
    return folder


@pytest.fixture
def sbatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A scheduler, and the command `knuckle`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    fake = Path(__file__).with_name("fake_sbatch.py")
    for name, program in {"sbatch": str(fake), "knuckle": "-m knuckle"}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {program} "$@"\n')
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), *filter(None, sys.path)]))
    return str(folder / "sbatch")


@posix_only
def test_slurm_shares_clips_out(clips: Path, sbatch: str, tmp_path: Path) -> None:
    """Each job of the array has its share; submitted again, none is tracked twice."""
    output = tmp_path / "hands"
    options = ["--array=1-2", "--cpus-per-task=1", str(EXAMPLES / "batch.slurm")]
    command = [sbatch, *options, str(clips), "-o", str(output), "-q"]
    subprocess.run(command, check=True)
    shares = shares_of(output)
    subprocess.run(command, check=True)

    assert 5 == len(list((output / "clips").glob("clip0?-*.parquet")))
    assert 5 == len(set().union(*shares))
    assert 5 == sum(map(len, shares))
    assert [s for s in shares if s] == [s for s in shares_of(output) if s]


@posix_only
@pytest.mark.parametrize("array", ["1-3", "0-2", "0-8:4", "7-9%1"])
def test_an_array_may_begin_anywhere(sbatch: str, tmp_path: Path, array: str) -> None:
    """And go in steps: the shares are numbered from 1."""
    (Path(sbatch).parent / "knuckle").write_text("#!/bin/sh\necho $@ >> words\n")
    subprocess.run(
        [sbatch, f"--array={array}", str(EXAMPLES / "batch.slurm"), "clips", "-o", "hands"],
        check=True,
        cwd=tmp_path,
    )

    assert [f"batch clips -o hands --shard {i}/3 --workers 4" for i in (1, 2, 3)] == sorted(
        (tmp_path / "words").read_text().splitlines()
    )


def shares_of(output: Path) -> list[set[str]]:
    """The clips in each log, as each job writes one."""
    return [
        {json.loads(line)["record"]["clip"] for line in path.read_text().splitlines()}
        for path in sorted((output / "status").glob("*.jsonl"))
    ]


@posix_only
def test_an_array_with_gaps_is_refused(clips: Path, sbatch: str, tmp_path: Path) -> None:
    """Or clips would be nobody's."""
    command = [sbatch, "--array=1,5", str(EXAMPLES / "batch.slurm"), str(clips), "-o", "hands"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert 2 == ended.returncode  # jobs
    assert ["the array has gaps: name a plain range, such as --array=1-8"] * 2 == (
        ended.stderr.splitlines()
    )
    assert not (tmp_path / "hands").exists()


def test_the_cluster_is_one_that_ray_knows() -> None:
    """As its schema says; all nodes ask for the token, and the head tracks nothing."""
    jsonschema, yaml = map(pytest.importorskip, ("jsonschema", "yaml"))
    # Not imported: Ray reads its settings then, and tests of clusters in this process have others.
    ray = find_spec("ray")
    if ray is None or ray.origin is None:
        pytest.skip("ray is not installed")
    cluster = yaml.safe_load((EXAMPLES / "ray_cluster.yaml").read_text())
    schema = Path(ray.origin).parent / "autoscaler" / "ray-schema.json"
    jsonschema.validate(cluster, json.loads(schema.read_text()))
    commands = [cluster[f"{kind}_start_ray_commands"][-1] for kind in ("head", "worker")]
    kinds = cluster["available_node_types"]

    assert ["RAY_AUTH_MODE=token RAY_worker_niceness=0 ray start"] * 2 == [
        command.partition("; ")[2].rpartition("start")[0] + "start" for command in commands
    ]
    assert 0 == kinds[cluster["head_node_type"]]["resources"]["CPU"]
    assert 128 == kinds["worker"]["resources"]["CPU"] * cluster["max_workers"]


@needs_daft
def test_daft_tracks_clips(clips: Path, tmp_path: Path) -> None:
    """A table for each, as the library makes it; one that cannot be read is named."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("clip00.mp4", "clip01.mp4"):
        shutil.copy(clips / name, folder / name)
    (folder / "broken.mp4").write_bytes(b"no video")
    program = [sys.executable, str(EXAMPLES / "daft_batch.py"), str(folder / "*.mp4")]
    ended = subprocess.run([*program, str(tmp_path / "tables")], capture_output=True, text=True)
    tables = {path.name: path.read_bytes() for path in (tmp_path / "tables").iterdir()}

    assert 1 == ended.returncode
    assert "broken.mp4 cannot be opened" in ended.stderr.splitlines()[-1]
    assert {
        f"{name}.parquet": clip_to_parquet(f"file://{folder / name}", max_hands=2)
        for name in ("clip00.mp4", "clip01.mp4")
    } == tables
