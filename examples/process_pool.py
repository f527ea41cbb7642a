"""Track many clips at once, each in a process of its own, and write the hands as JSON lines.

pip install '.[video]'                                          # in a clone of knuckle
python examples/process_pool.py clips/*.mp4 --workers 4         # writes clips/NAME.mp4.jsonl
"""

import argparse
import json
import signal
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import knuckle


def track_file(clip: Path) -> int:
    """Write a line for each hand in each frame, beside the clip; returns how many there are."""
    count = 0
    frames = knuckle.open_source(clip)
    with Path(f"{clip}.jsonl").open("w") as lines, knuckle.Tracker() as track:
        for frame in frames:
            for hand in track(frame):
                print(json.dumps({"time": frame.time, **hand.to_dict()}), file=lines)
                count += 1
    return count


def main() -> None:
    """Track all clips; one that cannot be read does not stop the others."""
    parser = argparse.ArgumentParser(description="Track many clips at once.")
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--workers", type=int, help="processes (default: one for each core)")
    options = parser.parse_args()
    failures = 0
    # Workers ignore Ctrl-C and finish the clip that they are at.
    ignore = (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(options.workers, initializer=signal.signal, initargs=ignore) as pool:
        jobs = {pool.submit(track_file, clip): clip for clip in options.clips}
        try:
            for job in as_completed(jobs):
                if error := job.exception():
                    failures += 1
                    print(error, file=sys.stderr)
                else:
                    print(f"{jobs[job]}: {job.result()} line(s)")
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            sys.exit("stopped: clips in progress were finished, the others were not started")
    if failures:
        sys.exit(f"{failures} of {len(jobs)} clips could not be tracked")


if __name__ == "__main__":
    main()
