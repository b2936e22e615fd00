"""An adapter on standard input and output that launches toy scripts (`scenarios.toy_script`)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from debug.dap.server import serve_standard_streams
from scenarios.dap_talk import ToyLauncher

serve_standard_streams(ToyLauncher())
