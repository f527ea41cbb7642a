"""Errors that are of two types: the one MediaPipe raises, and the one that says what is wrong.

A program that was written for MediaPipe catches the first, by accident or not; releases disagree.
"""

from __future__ import annotations

from knuckle.errors import KnuckleError


class FlatImage(IndexError, ValueError):
    """A picture without channels. Legacy MediaPipe: an IndexError of its own check."""


class NoArray(AttributeError, TypeError):
    """Something that is no array at all. Legacy MediaPipe: an AttributeError of its own check."""


class NoImage(AttributeError, ValueError, TypeError):
    """Something that is no `mp.Image`. Tasks: a ValueError in 0.10, an AttributeError in 1.x."""


class Unusable(ValueError, RuntimeError):
    """A value that the graph of MediaPipe refuses, with a RuntimeError."""


class AssetMissing(FileNotFoundError, RuntimeError):
    """No file, or no network in one, where it is named.

    Tasks: a RuntimeError in 0.10, a FileNotFoundError in 1.x.
    """


class AssetUnusable(RuntimeError, ValueError):
    """A model file that is none, or not for hands. Tasks: a RuntimeError."""


class Unavailable(KnuckleError, NotImplementedError):
    """A part of MediaPipe that knuckle does not have."""


class NameUnavailable(AttributeError, Unavailable):
    """A name in a module that is here; so `hasattr` says that the name is not."""


class ImportUnavailable(ModuleNotFoundError, Unavailable):
    """A module, or a name that is imported from one; so `except ImportError` catches it."""
