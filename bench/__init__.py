"""Benchmarks: races against other trackers, and costs of our own options.

race.py             starts all contestants, measures, writes docs/benchmarks.md and .json
contestants.py      the contestants; `knuckle.evaluate.peers` runs each in its own process
scenarios.py        the pictures that all contestants read, in .npy files
measurement.py      figures from rounds that are run side by side
sizes.py            the disk space of an installation
stages.py           knuckle's own time, stage by stage
report.py           the page and the record of the figures
parity.py           how well our numbers agree with those of a real mediapipe
soak.py             whether memory stays flat
streams.py          what one step in several streams brings over a step in each
search.py           the cost and delay of each search policy, and the plot in docs/search.md
steadiness.py       the jitter and delay of each smoothing, and the plot in docs/steadiness.md
confidence_cost.py  the time that the confidence of joints takes per frame
served.py           what `knuckle serve` costs beside the library, and whether it holds out
windowed.py         what the window costs beside the tracker alone, and its latency
batch.py            `knuckle batch` beside `knuckle track` and mediapipe in a pool; its parts are in
                    batch_rates.py and batch_costs.py, and write with batch_report.py
by_hand.py          the same clips by one process, for batch.py
pool_mediapipe.py   the same clips by mediapipe in a pool, for batch.py
sections.py         the parts of docs/benchmarks.md that other races than race.py write
wrist.py            hand poses against 3D ground truth
"""
