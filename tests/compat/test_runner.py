"""`python -m knuckle.compat.mediapipe`: programs run without an edit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from knuckle.compat.mediapipe import redirect, switches
from knuckle.compat.mediapipe.switches import Switches
from tests.compat.conftest import OURS
from tests.conftest import SAMPLES

PROGRAM = """
import sys
import mediapipe as mp
from mediapipe.framework.formats import landmark_pb2, detection_pb2
from mediapipe.tasks import python
from mediapipe.tasks.python import vision
from mediapipe.tasks.python.components import containers
import mediapipe.python.solutions.hands as hands_module
from mediapipe.python.solutions import drawing_utils, hands_connections, pose
import mediapipe.python.solutions.face_mesh

assert mp.solutions.hands is hands_module and mp.tasks is python and mp.tasks.vision is vision
assert mp.solutions.drawing_utils is drawing_utils
assert mp.tasks.components.containers is containers
import knuckle.compat.mediapipe as ours
assert ours is mp and ours.solutions.hands.Hands is hands_module.Hands
print(mp.__version__, __name__, sys.argv[1:], sys.path[0])
"""


def run(*arguments: Any, **options: Any) -> subprocess.CompletedProcess[str]:
    """The module with arguments."""
    return subprocess.run(
        [sys.executable, "-m", "knuckle.compat.mediapipe", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **options,
    )


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A file with the imports that programs use."""
    path = tmp_path / "folder" / "program.py"
    path.parent.mkdir()
    path.write_text(PROGRAM)
    return path


def test_a_program_finds_mediapipe_in_knuckle(program: Path) -> None:
    """Under every name, the same modules; its arguments and its folder are its own."""
    done = run(program, "--exact", "-m", "file.jpg")

    assert ("", 0) == (done.stderr, done.returncode)
    assert (f"0.10.21 __main__ ['--exact', '-m', 'file.jpg'] {program.parent}\n") == done.stdout


def test_a_module_is_run_by_its_name(program: Path) -> None:
    """As `python -m` does, with the working folder in front."""
    done = run("-m", "program", "--flag", "-x", cwd=program.parent)

    assert ("", 0) == (done.stderr, done.returncode)
    assert f"0.10.21 __main__ ['--flag', '-x'] {program.parent}\n" == done.stdout


def test_a_program_imports_its_neighbours(program: Path) -> None:
    """From its own folder, wherever it is started."""
    (program.parent / "neighbour.py").write_text("import mediapipe\nNAME = mediapipe.__name__")
    program.write_text("from neighbour import NAME\nprint(NAME)")

    assert "knuckle.compat.mediapipe\n" == run(program).stdout


@pytest.mark.parametrize(
    ("flags", "exact", "angle", "search"),
    [
        ((), False, False, "EveryFrame"),
        (("--exact",), True, False, "EveryFrame"),
        (("--upstream-palm-angle",), False, True, "EveryFrame"),
        (("--adaptive-search",), False, False, "Adaptive"),
    ],
)
def test_switches_reach_the_program(
    flags: tuple[str, ...], exact: bool, angle: bool, search: str, program: Path
) -> None:
    """Of both interfaces, where the program says nothing."""
    program.write_text(
        "import mediapipe as mp\n"
        "vision = mp.tasks.vision\n"
        "made = vision.HandLandmarker.create_from_options(\n"
        "    vision.HandLandmarkerOptions(base_options=mp.tasks.BaseOptions()))\n"
        "hands = mp.solutions.hands.Hands()\n"
        "print(hands._follower.detector.palms.exact, made._stream.follower.detector.palms.exact,\n"
        "    made._stream.upstream_palm_angle)\n"
        "print(*(type(s.search).__name__ for s in (hands._follower, made._stream.follower)))"
    )
    done = run(*flags, program)

    assert f"{exact} {exact} {angle}\n{search} {search}\n" == done.stdout


def test_a_program_may_ask_for_the_version(program: Path) -> None:
    """Of the interface, by the way of installed packages; those of others are theirs."""
    program.write_text(
        "from importlib.metadata import distribution, version\n"
        "print(version('mediapipe'), distribution('mediapipe').metadata['Name'])\n"
        "print(distribution('numpy').metadata['Name'])"
    )

    assert "0.10.21 mediapipe\nnumpy\n" == run(program).stdout


@pytest.mark.parametrize("first", ["import pkg_resources", "import mediapipe"])
def test_a_program_may_ask_setuptools_for_the_version(first: str, program: Path) -> None:
    """By `pkg_resources`, imported before or after the redirect; others are where they were."""
    pytest.importorskip("pkg_resources", reason="setuptools has no pkg_resources here")
    program.write_text(
        f"{first}\n"
        "from knuckle.compat.mediapipe.redirect import redirect_imports\n"
        "redirect_imports()\n"
        "from pkg_resources import get_distribution\n"
        "print(get_distribution('mediapipe').version, get_distribution('numpy').project_name)"
    )
    runner = run(program)
    plain = subprocess.run(
        [sys.executable, str(program)] if "pkg" in first else [sys.executable, "-c", "print(1)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "0.10.21 numpy\n" == runner.stdout
    assert plain.stdout in ("0.10.21 numpy\n", "1\n")


SPAWNED = """
import multiprocessing, subprocess, sys
from concurrent.futures import ProcessPoolExecutor

def look():
    import mediapipe
    from mediapipe.tasks.python import vision
    hands = mediapipe.solutions.hands.Hands()
    return mediapipe.__name__, vision.HandLandmarker.__name__, hands._follower.detector.palms.exact

if __name__ == "__main__":
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        print(*pool.submit(look).result())
    program = "from mediapipe.tasks import python as p; import mediapipe; print(mediapipe.__name__)"
    print(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout)
"""


@pytest.mark.parametrize("is_module", [False, True], ids=["file", "module"])
def test_processes_that_a_program_starts_are_redirected(is_module: bool, program: Path) -> None:
    """Workers that are spawned, and Python itself; with the switches."""
    program.write_text(SPAWNED)
    target = ("-m", "program") if is_module else (program,)
    done = run("--exact", *target, cwd=program.parent)

    assert "" == done.stderr
    assert [OURS, "HandLandmarker", "True", OURS] == done.stdout.split()


def test_a_python_without_knuckle_keeps_its_mediapipe(program: Path) -> None:
    """Whatever the folder of a redirected program is on its path."""
    (program.parent / "mediapipe.py").write_text("print('the other one')")
    paths = os.pathsep.join([str(Path(redirect.__file__).parent / "on_path"), str(program.parent)])
    done = subprocess.run(
        [sys.executable, "-S", "-c", "import mediapipe"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONPATH": paths},
    )

    assert ("", "the other one\n") == (done.stderr, done.stdout)


def test_its_exit_status_and_traceback_are_its_own(program: Path) -> None:
    """`sys.exit`, and an exception that nobody catches."""
    program.write_text("import sys, mediapipe\nsys.exit(7)")
    left = run(program)
    program.write_text("import mediapipe\nraise KeyError('mine')")
    failed = run(program)

    assert (7, "") == (left.returncode, left.stderr)
    assert 1 == failed.returncode
    assert failed.stderr.endswith("KeyError: 'mine'\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("absent.py",), "knuckle: there is no program at 'absent.py'\n"),
        (("-m", "absent_module"), "knuckle: there is no module 'absent_module': is its package"),
        (("-m", "absent.module"), "knuckle: there is no module 'absent.module': is its package"),
        ((), "Missing argument 'PROGRAM'"),
        (("--nonsense", "x.py"), "No such option"),
    ],
)
def test_what_is_not_there_is_one_sentence(arguments: Any, message: str, tmp_path: Path) -> None:
    """Status 2, no traceback."""
    done = run(*arguments, cwd=tmp_path)

    assert 2 == done.returncode
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_package_that_imports_mediapipe_is_redirected(program: Path) -> None:
    """Before it is looked for: neither missing, nor left with the mediapipe beside it."""
    package, other = program.parent / "package", program.parent / "mediapipe"
    for folder in (package, other):
        folder.mkdir()
    (other / "__init__.py").write_text("")
    (package / "__init__.py").write_text("import sys, mediapipe as mp\nprint(sys.argv[1:])")
    (package / "module.py").write_text(
        "import mediapipe\nfrom package import mp\nprint(mp is mediapipe, mp.__name__)"
    )
    done = run("-m", "package.module", "-x", cwd=program.parent)

    assert ("", "['-x']\nTrue knuckle.compat.mediapipe\n") == (done.stderr, done.stdout)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import absent_thing", "ModuleNotFoundError: No module named 'absent_thing'\n"),
        ("1 / 0", "ZeroDivisionError: division by zero\n"),
    ],
)
def test_an_error_of_a_package_is_its_own(source: str, error: str, program: Path) -> None:
    """With its traceback; the module is there."""
    package = program.parent / "package"
    package.mkdir()
    (package / "__init__.py").write_text(source)
    (package / "module.py").write_text("")
    done = run("-m", "package.module", cwd=program.parent)

    assert 1 == done.returncode
    assert done.stderr.endswith(error)
    assert "there is no module" not in done.stderr


def test_parts_that_are_not_here_are_named(program: Path) -> None:
    """Touched, not imported; and what MediaPipe has besides is a module that is not found."""
    program.write_text(
        "from mediapipe.python.solutions import pose, face_mesh\n"
        "import mediapipe as mp\n"
        "for touch in (lambda: pose.Pose(), lambda: mp.tasks.vision.FaceLandmarker):\n"
        "    try:\n"
        "        touch()\n"
        "    except NotImplementedError as error:\n"
        "        print(error)\n"
        "try:\n"
        "    import mediapipe.model_maker\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error)\n"
    )
    done = run(program)

    assert [
        "knuckle finds hands only, and mp.solutions.pose.Pose does something else: "
        "that part of the program needs mediapipe itself",
        "knuckle finds hands only, and mp.tasks.vision.FaceLandmarker does something else: "
        "that part of the program needs mediapipe itself",
        "knuckle has no mediapipe.model_maker: it has the parts for hands, and the rest needs "
        "mediapipe itself",
    ] == done.stdout.splitlines()


def test_graphs_are_parsed_by_protobuf_itself(program: Path) -> None:
    """Its parser looks for the messages of options where a real mediapipe would have put them."""
    program.write_text(
        "from google.protobuf import text_format\n"
        "from mediapipe.framework import calculator_pb2\n"
        "from mediapipe.calculators.core import constant_side_packet_calculator_pb2\n"
        "import mediapipe as mp\n"
        "config = calculator_pb2.CalculatorGraphConfig()\n"
        "text_format.Parse('node { calculator: \"ConstantSidePacketCalculator\" '\n"
        "    'output_side_packet: \"PACKET:n\" node_options { '\n"
        "    '[type.googleapis.com/mediapipe.ConstantSidePacketCalculatorOptions] '\n"
        "    '{ packet { int_value: 3 } } } }', config)\n"
        "graph = mp.CalculatorGraph(graph_config=config)\n"
        "graph.start_run()\n"
        "graph.wait_until_done()\n"
        "print(mp.packet_getter.get_int(graph.get_output_side_packet('n')))\n"
    )

    assert "3\n" == run(program).stdout


def test_a_mediapipe_beside_it_is_not_imported(program: Path) -> None:
    """Neither from the environment nor from the program's own folder."""
    package = program.parent / "mediapipe"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('the other one')")
    program.write_text("import mediapipe\nprint(mediapipe.__name__)")

    assert "knuckle.compat.mediapipe\n" == run(program).stdout


def test_help_says_how(program: Path) -> None:
    """With the switches."""
    done = run("--help")

    assert 0 == done.returncode
    assert "PROGRAM [ARGS]..." in done.stdout
    assert "--upstream-palm-angle" in done.stdout


def test_a_program_finds_a_hand(program: Path) -> None:
    """And nothing else is printed."""
    picture = SAMPLES / "open_palm.jpg"
    program.write_text(
        "import mediapipe as mp, numpy as np\nfrom PIL import Image\n"
        f"image = np.asarray(Image.open({str(picture)!r}).convert('RGB'))\n"
        "with mp.solutions.hands.Hands(True) as hands:\n"
        "    print(len(hands.process(image).multi_handedness))"
    )

    assert ("1\n", "") == (run(program).stdout, run(program).stderr)


def test_defaults_are_set_for_objects_that_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an object is told goes first."""
    monkeypatch.setattr(switches, "_defaults", Switches(exact=True))

    assert switches.choose(exact=None).exact
    assert not switches.choose(exact=False).exact
    assert not switches.choose(exact=None, upstream_palm_angle=None).upstream_palm_angle
