"""`python -m knuckle` is the command `knuckle`."""

import sys

from .cli import main

sys.exit(main())
