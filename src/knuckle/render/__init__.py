"""Hands drawn on pictures."""
