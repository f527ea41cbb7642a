"""Benchmarks.

against_mediapipe.py   knuckle beside mediapipe 0.10.21: `python bench/against_mediapipe.py`
    scenarios.py       what both are given: the same pictures, in .npy files
    environment.py     a Python that has mediapipe
    contestants.py     one of the two, in a process of its own; runs on either's Python
    processes.py       the other end of that process
    measurement.py     rounds, side by side -> figures
    report.py          figures -> table
"""
