"""`import mediapipe` in processes that a redirected program starts.

`python -m knuckle.compat.mediapipe` puts this folder on their path: worker processes that are
spawned, kernels of notebooks, other programs. A Python without knuckle goes on to the mediapipe
that it has.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

try:
    from knuckle.compat.mediapipe import redirect, switches
except ModuleNotFoundError as error:
    if error.name != "knuckle":
        raise
    sys.path = [entry for entry in sys.path if Path(entry) != Path(__file__).parent]
    del sys.modules[__name__]
    import_module(__name__)
else:
    switches.set_defaults(switches.inherited())
    redirect.redirect_imports()
