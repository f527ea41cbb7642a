"""The command `knuckle`, also as `python -m knuckle`."""

import sys


def main() -> int:
    """Run the command line and return its exit status."""
    try:
        # In here, so that Ctrl-C while numpy and others are loaded is no traceback.
        from .cli import main as run

        return run()
    except KeyboardInterrupt:
        print("knuckle: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
