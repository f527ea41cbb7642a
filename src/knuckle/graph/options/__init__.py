"""The options of nodes, as messages and by their addresses."""
