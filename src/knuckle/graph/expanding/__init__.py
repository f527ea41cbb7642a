"""Subgraphs and switches in a graph, replaced by the nodes inside them."""
