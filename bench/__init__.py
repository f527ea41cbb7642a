"""Races and costs. The race: `python bench/race.py`.

race.py             the driver: sets everybody up, measures, writes docs/benchmarks.md and .json
contestants.py      who races; `knuckle.evaluate.peers` runs each in a process of its own
scenarios.py        what all are given: the same pictures, in .npy files
measurement.py      rounds, side by side -> figures
sizes.py            what an installation takes on the disk
stages.py           knuckle's own time, stage by stage
report.py           figures -> the page and the record
parity.py           the same numbers as a real mediapipe
soak.py             flat memory
search.py           the cost of each search policy, and the curve in docs/search.md
steadiness.py       the jitter and lag of each smoothing, and the curve in docs/steadiness.md
confidence_cost.py  what the confidence of joints takes of a frame
wrist.py            places before a camera against 3D truth
"""
