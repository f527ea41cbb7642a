"""Draw the hands on every picture of a folder, into another folder.

pip install .                                           # in a clone of knuckle
python examples/annotate_folder.py holiday/ annotated/
"""

import argparse
import sys
from pathlib import Path

import knuckle
from PIL import Image

ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def annotate(path: Path, output: Path) -> int:
    """Write a picture with its hands drawn on it; returns how many hands there are."""
    image = knuckle.read_image(path)
    hands = knuckle.detect(image, max_hands=4)
    Image.fromarray(knuckle.draw(image, hands)).save(output)
    return len(hands)


def main() -> None:
    """Annotate one picture after another; one that cannot be read does not stop the others."""
    parser = argparse.ArgumentParser(description="Draw the hands on every picture of a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path, help="another folder, for the annotated pictures")
    options = parser.parse_args()
    if options.output.resolve() == options.folder.resolve():
        parser.error("name another folder for the output, or your pictures would be overwritten")
    paths = [path for path in sorted(options.folder.glob("*")) if path.suffix.lower() in ENDINGS]
    if not paths:
        sys.exit(f"{options.folder} holds no pictures")
    options.output.mkdir(parents=True, exist_ok=True)
    failures = 0
    for path in paths:
        try:
            count = annotate(path, options.output / path.name)
        except knuckle.SourceError as error:
            failures += 1
            print(error, file=sys.stderr)
        else:
            print(f"{path}: {count} {'hand' if count == 1 else 'hands'}")
    if failures:
        sys.exit(f"{failures} of {len(paths)} pictures could not be read")


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, OSError) as error:
        sys.exit(str(error) or "stopped")
