"""What the nodes of a graph did, and when; MediaPipe's traces, too."""
