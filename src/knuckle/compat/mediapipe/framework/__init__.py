"""Where MediaPipe keeps its data formats."""
