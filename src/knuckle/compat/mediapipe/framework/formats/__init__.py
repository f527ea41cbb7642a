"""Protocol-buffer messages with MediaPipe's names, fields and numbers."""
