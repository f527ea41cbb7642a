"""The command as a whole: help, errors, statuses, pipes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import knuckle
from tests.cli.conftest import Result, Run, command, run_apart

AddPicture = Callable[[str], Path]
COMMANDS = ["detect", "track", "batch", "models", "serve"]


def test_the_help_names_the_commands(run: Run) -> None:
    """All of them."""
    result = run("--help")

    assert 0 == result.status
    assert COMMANDS == [name for name in COMMANDS if re.search(rf"^  {name} ", result.out, re.M)]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_shows_examples(name: str, option: str, run: Run) -> None:
    """Each on a line of its own, to be copied."""
    result = run(name, option)
    _, _, examples = result.out.partition("Examples:\n")
    lines = [line for line in examples.splitlines() if line.strip()]

    assert 0 == result.status
    assert len(lines) >= 2
    assert all(re.match(rf" +knuckle {name}\b", line) for line in lines)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_every_option(name: str, run: Run) -> None:
    """No option without a word about it."""
    options = re.findall(r"^  (?:-\w, )?--[\w-]+.*(?:\n {6,}.*)*", run(name, "--help").out, re.M)

    assert options
    assert [] == [o for o in options if not re.search(r"\s{2,}\S.*[.\]]$", o.strip(), re.S)]


@pytest.mark.parametrize("name", ["detect", "track"])
def test_help_has_the_options_of_the_library(name: str, run: Run) -> None:
    """What `knuckle.detect` and `knuckle.Tracker` take, and what every command has."""
    text = run(name, "--help").out
    options = [
        *("--max-hands", "--variant", "--mirrored", "--threads", "--min-palm-score"),
        *("--min-presence", "--exact", "--force", "-o", "-q", "-v"),
    ]

    assert [] == [option for option in options if option not in text]


def test_help_of_track_has_the_span(run: Run) -> None:
    """Seconds and frames."""
    text = run("track", "--help").out

    assert [] == [option for option in ("--start", "--stop", "--every") if option not in text]


def test_the_version_is_the_packages(run: Run) -> None:
    """One number everywhere."""
    result = run("--version")

    assert 0 == result.status
    assert knuckle.__version__ in result.out


def test_nothing_to_do_shows_the_help(run: Run) -> None:
    """And makes no sense as a command."""
    result = run()

    assert 2 == result.status
    assert "Commands:" in result.err


@pytest.mark.parametrize(
    "args",
    [
        ["frobnicate"],
        ["--bogus"],
        ["detect"],
        ["detect", "a.jpg", "--bogus"],
        ["detect", "a.jpg", "--max-hands", "0"],
        ["detect", "a.jpg", "--max-hands", "two"],
        ["detect", "a.jpg", "--max-hands", "1.5"],
        ["detect", "a.jpg", "--variant", "huge"],
        ["detect", "a.jpg", "--threads", "0"],
        ["detect", "a.jpg", "--min-presence", "nan"],
        ["detect", "a.jpg", "--min-palm-score", "nan"],
        ["detect", "a.jpg", "--min-presence", "1.01"],
        ["detect", "a.jpg", "--min-palm-score", "-0.1"],
        ["detect", "a.jpg", "--style", "cubist"],
        ["detect", "a.jpg", "-o"],
        ["track"],
        ["track", "a.mp4", "b.mp4"],
        ["track", "a.mp4", "--every", "0"],
        ["track", "a.mp4", "--start", "soon"],
        ["models", "all"],
    ],
    ids=" ".join,
)
def test_a_command_that_makes_no_sense_ends_with_2(args: list[str], run: Run) -> None:
    """With a sentence on standard error, and nothing on standard output."""
    result = run(*args)

    assert (2, "") == (result.status, result.out)
    assert "Error: " in result.err


def test_an_unknown_option_is_named(run: Run) -> None:
    """And a similar one is offered."""
    assert "--max-hand" in run("detect", "a.jpg", "--max-hand", "2").err


def test_the_module_is_the_command() -> None:
    """`python -m knuckle`."""
    result = run_apart("--version")

    assert (0, "") == (result.status, result.err)
    assert knuckle.__version__ in result.out


def test_the_status_of_the_module_is_that_of_the_command() -> None:
    """A failure is one for the shell, too."""
    assert 1 == run_apart("detect", "nowhere.jpg").status


@pytest.mark.skipif(sys.platform == "win32", reason="scripts have another ending there")
def test_the_command_is_installed() -> None:
    """Beside Python itself."""
    script = Path(sys.executable).with_name("knuckle")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)


def test_help_needs_no_heavy_import() -> None:
    """It comes at once: neither the runtime nor a video package is loaded for it."""
    code = (
        "import sys, knuckle.cli; knuckle.cli.main(['--help']); knuckle.cli.main(['batch', '-h']); "
        "print([m for m in ('av', 'pyarrow', 'onnxruntime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", ["detect", "track"])
def test_missing_networks_are_one_sentence(
    name: str, run: Run, add_blank: AddPicture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that was not built says how to cure that."""
    monkeypatch.setattr("knuckle.networks.models.WEIGHTS", tmp_path / "nowhere")
    monkeypatch.setattr("knuckle.networks.engine._open", {})  # those that another test holds
    result = run(name, add_blank("a.png"))

    assert 1 == result.status
    assert is_one_line(result)


def is_one_line(result: Result) -> bool:
    """Whether one sentence, and nothing else, was said, on standard error."""
    return result.out == "" and re.fullmatch(r"knuckle: [^\n]+\n", result.err) is not None


def closed_pipe() -> int:
    """A pipe to write to that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise there")
@pytest.mark.parametrize("args", [["detect", "a.png"], ["models"]])
def test_a_broken_pipe_is_silent(args: list[str], add_blank: AddPicture) -> None:
    """As in `knuckle models | head -1`: no traceback, no complaint of Python's."""
    add_blank("a.png")
    pipe = closed_pipe()
    result = run_apart(*args, stdout=pipe)
    os.close(pipe)

    assert "Traceback" not in result.err
    assert "Broken" not in result.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize("args", [["detect", "a.png"], ["models"]])
def test_a_full_disk_for_standard_output_is_one_sentence(
    args: list[str], add_blank: AddPicture
) -> None:
    """As in `knuckle models > file`, with a disk that is full: status 1, no traceback."""
    add_blank("a.png")
    with open("/dev/full", "w") as full:
        result = run_apart(*args, stdout=full.fileno())

    assert 1 == result.status
    assert "Traceback" not in result.err
    assert "space" in result.err


def test_standard_error_may_be_closed(add_blank: AddPicture) -> None:
    """As in `knuckle detect a.png -o a.csv 2>&-`: the work is done."""
    add_blank("a.png")
    line = " ".join(command("detect", "a.png", "-o", "a.csv"))
    status = subprocess.run(f"{line} 2>&-", shell=True, check=False).returncode

    assert 0 == status
    assert Path("a.csv").is_file()


@pytest.mark.parametrize("name", ["ü.png", "手.png", "a:heart:.png", "[red]a[/red].png", "a\\.png"])
def test_names_are_shown_as_they_are(name: str, run: Run, add_blank: AddPicture) -> None:
    """They are no markup, and no emoji either."""
    add_blank("a.png").rename("plain.png")
    path = Path(name.replace("/", "|"))
    Path("plain.png").rename(path)

    assert str(path) in run("detect", path).out
    assert str(path) in run("detect", path, "-v").err


def test_names_that_the_terminal_lacks_are_no_failure(
    add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal of ASCII, as a service without a locale has it, shows what it can."""
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    result = run_apart("detect", add_blank("ü手.png"), "-v")

    assert 0 == result.status
    assert "Traceback" not in result.err


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_a_strict_terminal_shows_names_that_are_no_text(
    add_blank: AddPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Python opens one in most languages: what is no text is shown as something else."""
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    os.rename(add_blank("a.png"), b"caf\xe9.png")
    result = run_apart("detect", ".", "-v")

    assert 0 == result.status
    assert "caf" in result.out
    assert "Traceback" not in result.err


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
@pytest.mark.parametrize("output", ["a.csv", "a.json", "a.jsonl", "a.parquet", "out", None])
def test_a_name_that_is_no_text_is_no_failure(
    output: str | None, run: Run, add_blank: AddPicture
) -> None:
    """A file name in Latin-1 from an old disk: the picture is done like any other."""
    os.rename(add_blank("a.png"), b"caf\xe9.png")
    result = run("detect", ".", *(["-o", output] if output else []))

    assert 0 == result.status
    assert "1 picture" in result.err
