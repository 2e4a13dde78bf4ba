"""Settings that hold for all tests."""

import os
import sys
from pathlib import Path

from hypothesis import settings

# How fast a machine is must not decide a test: speed is measured in benchmarks/.
settings.register_profile("kgbuild", deadline=None)
settings.load_profile("kgbuild")

# Tests start some two hundred processes. Where Python is told to keep no compiled modules beside their sources, each of
# them would compile all of kgbuild again; so they are kept beside what pytest keeps.
if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(Path(__file__).parents[1] / ".pytest_cache" / "python")
    del os.environ["PYTHONDONTWRITEBYTECODE"]
