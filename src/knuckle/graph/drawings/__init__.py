"""Graphs to look at: pages, pictures, Mermaid, the editor."""
