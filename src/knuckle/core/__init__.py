"""Pure functions on numpy arrays: no files, clocks, threads, prints or state."""
