"""Cameras, palms, boxes, ROIs and poses: pure functions on numpy arrays."""
