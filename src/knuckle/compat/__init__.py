"""The interfaces of other libraries, answered by knuckle."""
