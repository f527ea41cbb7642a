"""The stages from a picture to its hands: pure functions on numpy arrays, without state."""
