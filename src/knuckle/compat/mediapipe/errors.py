"""Errors with two types: the one that MediaPipe raises, and the one that fits the mistake.

Programs written for MediaPipe catch the first. MediaPipe's releases differ in some of them.
"""

from __future__ import annotations

from knuckle.errors import GraphError, KnuckleError


class FlatImage(IndexError, ValueError):
    """A picture without channels. Legacy MediaPipe: an IndexError from its own check."""


class NoArray(AttributeError, TypeError):
    """Something that is not an array. Legacy MediaPipe: an AttributeError from its own check."""


class NoImage(AttributeError, ValueError, TypeError):
    """Something that is not an `mp.Image`. Tasks: a ValueError in 0.10, AttributeError in 1.x."""


class Unusable(ValueError, RuntimeError):
    """A value that MediaPipe's graph refuses with a RuntimeError."""


class AssetMissing(FileNotFoundError, RuntimeError):
    """A named model file that does not exist, or has no network.

    Tasks: a RuntimeError in 0.10, a FileNotFoundError in 1.x.
    """


class AssetUnusable(RuntimeError, ValueError):
    """A file that is not a model, or not one for hands. Tasks: a RuntimeError."""


class Unavailable(KnuckleError, NotImplementedError):
    """A part of MediaPipe that knuckle lacks."""


class NameUnavailable(AttributeError, Unavailable):
    """A name that an existing module lacks. It makes `hasattr` return False."""


class ImportUnavailable(ModuleNotFoundError, Unavailable):
    """A module, or a name imported from one. `except ImportError` catches it."""


class GraphFailed(GraphError, Unusable):
    """A graph cannot be read or run, or has failed.

    MediaPipe raises a ValueError or a RuntimeError, by a code of each calculator.
    """


def failed(error: GraphError) -> GraphFailed:
    """The error to raise for one of knuckle's graphs."""
    return GraphFailed(str(error), node=error.node, timestamp=error.timestamp)
