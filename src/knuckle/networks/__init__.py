"""The neural networks, and the inference engines that run them."""
