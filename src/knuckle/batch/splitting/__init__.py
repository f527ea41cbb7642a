"""Long clips in parts, and how the tables of the parts become one."""
