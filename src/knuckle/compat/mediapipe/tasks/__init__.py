"""Where MediaPipe keeps its Tasks API."""
