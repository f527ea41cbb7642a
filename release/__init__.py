"""Builds knuckle for release, and shows that what was built is whole and works.

`scripts/release` runs it in an environment of its own; `python -m release --help` has the options.
"""
