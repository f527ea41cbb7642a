"""Track clips in a Daft pipeline: a column of addresses becomes a column of Parquet files.

pip install '.[batch]' daft                                     # in a clone of knuckle
python examples/daft_batch.py 'clips/*.mp4' tables/             # or 's3://bucket/clips/*.mp4'
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TypedDict

os.environ.setdefault("DO_NOT_TRACK", "true")  # or Daft reports to its makers when it is imported

import daft
import knuckle
from knuckle.batch import clip_to_parquet


class Tracked(TypedDict):
    """A table, or why there is none."""

    table: bytes | None
    error: str | None


@daft.cls(use_process=True, max_concurrency=os.cpu_count() or 1)
class Track:
    """The step: each process tracks one clip at a time."""

    def __call__(self, uri: str) -> Tracked:
        """Track one clip."""
        try:
            return {"table": clip_to_parquet(uri, max_hands=2), "error": None}
        except knuckle.SourceError as error:
            return {"table": None, "error": str(error)}


def main() -> None:
    """Write a table for each clip; one that cannot be read does not stop the others."""
    parser = argparse.ArgumentParser(description="Track clips in a Daft pipeline.")
    parser.add_argument("clips", help="a pattern for paths or addresses, in quotes")
    parser.add_argument("output", type=Path, help="a folder for the tables")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    clips = daft.from_glob_path(options.clips).select("path").into_batches(1)
    tracked = clips.with_column("tracked", Track()(daft.col("path")))
    errors = []
    for row in tracked.iter_rows():
        path, table = row["path"], row["tracked"]["table"]
        if table is None:
            errors.append(row["tracked"]["error"])
        else:
            (options.output / f"{Path(path).name}.parquet").write_bytes(table)
            print(f"{path}: {len(table)} bytes")
    sys.exit("\n".join(errors) or None)


if __name__ == "__main__":
    main()
