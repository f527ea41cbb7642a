"""Ground truth: readers of annotation files and clips, and changes that make pictures harder."""
