"""Measures how good any tracker's predictions are on data sets and clips, and writes a report."""
