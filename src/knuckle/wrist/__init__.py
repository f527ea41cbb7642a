"""The wrist as robots want it: the palm's frame, its place before a camera, the joints' angles."""
