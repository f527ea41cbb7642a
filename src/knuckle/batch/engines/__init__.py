"""Engines: a pool of processes on this machine, and a Ray cluster."""
