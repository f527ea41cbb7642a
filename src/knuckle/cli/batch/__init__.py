"""`knuckle batch`: a folder of clips, or a million, to tables."""

from .command import batch as batch
