"""Hands in one picture: the detector, and what it does at high effort."""
