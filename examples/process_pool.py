"""Track many clips at once, a process for each: a file of JSON lines for every clip.

pip install '.[video]'                                          # in a clone of knuckle
python examples/process_pool.py clips/*.mp4 -o hands/ --workers 4
"""

import argparse
import json
import signal
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import knuckle


def track_file(clip: Path, output: Path) -> int:
    """Write a line for each hand in each frame of a clip; returns how many lines there are."""
    count = 0
    frames = knuckle.open_source(clip)
    with output.open("w") as lines, knuckle.Tracker() as track:
        for frame in frames:
            for hand in track(frame):
                print(json.dumps({"time": frame.time, **hand.to_dict()}), file=lines)
                count += 1
    return count


def main() -> None:
    """Track all clips; one that cannot be read is reported and does not stop the others."""
    parser = argparse.ArgumentParser(description="Track many clips, each in a process.")
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path(), help="folder (default here)")
    parser.add_argument("--workers", type=int, help="processes (default one for each core)")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    failures = 0
    # Ctrl-C is for this process alone; the others finish the clip that they are at.
    ignore = (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(options.workers, initializer=signal.signal, initargs=ignore) as pool:
        jobs = {
            pool.submit(track_file, clip, options.output / f"{clip.stem}.jsonl"): clip
            for clip in options.clips
        }
        try:
            for job in as_completed(jobs):
                if error := job.exception():
                    failures += 1
                    print(error, file=sys.stderr)
                else:
                    print(f"{jobs[job]}: {job.result()} line(s)")
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            sys.exit("stopped: clips that were begun are complete, the others are not there")
    if failures:
        sys.exit(f"{failures} of {len(jobs)} clips could not be tracked")


if __name__ == "__main__":
    main()
