"""Pure functions that compare predictions with ground truth, and bootstrap intervals."""
