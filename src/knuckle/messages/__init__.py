"""Protocol-buffer messages with MediaPipe's names, fields and numbers; needs the extra `graph`.

The modules `formats`, `graph_config` and `graph_options` are tables. `tables.py` makes classes of
them, in a descriptor pool of our own: MediaPipe registers the same names in the process's default
pool, which takes each name only once. So ours work whether MediaPipe is imported before, after or
never.
"""
