"""As much of SLURM's `sbatch` as an array of jobs needs: all jobs run at once, on this machine.

sbatch [--OPTION=VALUE]... SCRIPT [WORD]...
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Run the script once for each number of the array; returns how many jobs failed."""
    words = sys.argv[1:]
    given = [words.pop(0) for _ in iter(lambda: words[0].startswith("--"), False)]
    script, *arguments = words
    text = Path(script).read_text()
    in_script = re.findall(r"^#SBATCH (--\S+)", text, re.MULTILINE)
    options = dict(option[2:].partition("=")[::2] for option in [*in_script, *given])
    with tempfile.TemporaryDirectory() as spool:
        copy = shutil.copy(
            script, Path(spool) / "slurm_script"
        )  # jobs do not see the script itself
        jobs = [
            subprocess.Popen(["bash", copy, *arguments], env={**os.environ, **settings})
            for settings in settings_of(options)
        ]
        return sum(job.wait() != 0 for job in jobs)


def settings_of(options: dict[str, str]) -> list[dict[str, str]]:
    """The variables of each job."""
    numbers: list[int] = []
    step = "1"
    for stretch in options["array"].partition("%")[0].split(","):
        bounds, _, step_given = stretch.partition(":")
        first, _, last = bounds.partition("-")
        step = step_given or "1"
        numbers += range(int(first), int(last or first) + 1, int(step))
    common = {
        "SLURM_ARRAY_TASK_COUNT": str(len(numbers)),
        "SLURM_ARRAY_TASK_MIN": str(min(numbers)),
        "SLURM_ARRAY_TASK_MAX": str(max(numbers)),
        "SLURM_ARRAY_TASK_STEP": step,
        "SLURM_CPUS_PER_TASK": options.get("cpus-per-task", "1"),
    }
    return [{**common, "SLURM_ARRAY_TASK_ID": str(number)} for number in numbers]


if __name__ == "__main__":
    sys.exit(main())
