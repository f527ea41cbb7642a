"""Write the golden vectors: `python -m tests.web.vectors --write`."""

from __future__ import annotations

import argparse

from . import GOLDEN, path_of, rooms, text_of, vectors_of


def main() -> None:
    """Write every file anew."""
    parser = argparse.ArgumentParser(prog="python -m tests.web.vectors", description=__doc__)
    parser.add_argument("--write", action="store_true", required=True, help=f"write {GOLDEN}")
    parser.add_argument("--rooms", nargs="+", default=rooms(), choices=rooms(), metavar="ROOM")
    for room in parser.parse_args().rooms:
        for name, value in vectors_of(room).items():
            path = path_of(room, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text_of(value))
            print(f"{path.relative_to(GOLDEN)}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
