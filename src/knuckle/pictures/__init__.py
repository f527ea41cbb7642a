"""Hands in one picture: the detector, and its tiled search at high effort."""
