"""Graphs as files: text and binary, read and written, with the lines where things stand."""
