"""Ground truth: annotation files and clips that are read, pictures that are made harder."""
