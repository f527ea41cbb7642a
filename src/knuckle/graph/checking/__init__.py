"""What is wrong with a graph, said before it runs."""
