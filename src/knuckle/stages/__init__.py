"""The stages between a picture and its hands: pure functions on numpy arrays, without state."""
