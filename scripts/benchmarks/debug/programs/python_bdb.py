"""The peer: Python's own bdb with a breakpoint set, on the twin of a script."""

import bdb
import runpy
import sys

script, line, count = sys.argv[1:]
sys.argv = [script, count]
debugger = bdb.Bdb()
debugger.set_break(script, int(line))
debugger.runcall(runpy.run_path, script, run_name="__main__")
