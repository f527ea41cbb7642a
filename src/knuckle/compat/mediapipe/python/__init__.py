"""Where MediaPipe keeps its legacy interface."""
