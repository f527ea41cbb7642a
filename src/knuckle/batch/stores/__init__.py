"""Where tables go: a disk or an object store. A file there is whole, or it is absent."""
