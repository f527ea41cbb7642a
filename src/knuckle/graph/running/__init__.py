"""Graphs that run: the plan, the streams, the scheduler."""
