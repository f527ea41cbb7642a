"""The networks knuckle runs, and the runtimes that run them."""
