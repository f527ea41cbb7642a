"""Builds the documentation site: the reference pages, the build itself and the checks after it."""
