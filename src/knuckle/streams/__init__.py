"""Hands in a stream or a clip: identity, search, smoothing, both directions."""
