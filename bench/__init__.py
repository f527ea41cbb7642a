"""The race: `python bench/race.py`.

race.py          the driver: sets everybody up, measures, writes docs/benchmarks.md and .json
contestants.py   who races; `knuckle.evaluate.peers` runs each in a process of its own
scenarios.py     what all are given: the same pictures, in .npy files
measurement.py   rounds, side by side -> figures
sizes.py         what an installation takes on the disk
stages.py        knuckle's own time, stage by stage
report.py        figures -> the page and the record
"""
