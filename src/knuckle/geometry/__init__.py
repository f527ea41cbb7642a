"""Cameras, palms, boxes, ROIs and poses as arithmetic on numpy arrays."""
