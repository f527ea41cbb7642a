"""The pipeline as a graph of calculators, as MediaPipe describes it."""
