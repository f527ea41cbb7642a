"""Messages that others consist of."""
