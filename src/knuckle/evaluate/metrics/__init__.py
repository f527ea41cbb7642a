"""Figures as pure functions: predictions against ground truth, with bootstrap intervals."""
