"""Hands over time, in streams and in recorded clips: tracking, identity, search and smoothing."""
