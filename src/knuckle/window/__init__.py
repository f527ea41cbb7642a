"""A desktop window for a camera or a clip.

Read `state.py` first: what the window shows is a function of one value, and keys and frames change
that value by `update`. `worker.py` reads and tracks in threads, `scene.py` lays out the picture,
and only `screen.py` knows the windowing library.
"""
