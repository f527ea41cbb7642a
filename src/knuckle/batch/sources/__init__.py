"""The frames of a clip, and where its bytes come from."""
