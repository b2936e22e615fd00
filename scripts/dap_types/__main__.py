"""Writes debug/dap/types.py anew.

python -m scripts.dap_types                        from the schema of the version below, downloaded
python -m scripts.dap_types schema.json            from a file
python -m scripts.dap_types --check schema.json    writes nothing; the exit code is 1 where it would
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

from scripts.dap_types.generate import generate

VERSION = "1.71.0"
URL = (
    f"https://raw.githubusercontent.com/microsoft/debug-adapter-protocol/v{VERSION}/debugAdapterProtocol.json"
)
TYPES = Path(__file__).resolve().parents[2] / "debug" / "dap" / "types.py"


def rendered(schema: bytes) -> str:
    """The file, formatted, from the text of the schema."""
    text = generate(json.loads(schema), VERSION)
    command = (sys.executable, "-m", "ruff", "format", "--quiet", "--stdin-filename", str(TYPES), "-")
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="scripts.dap_types", description=__doc__)
    parser.add_argument(
        "schema", nargs="?", type=Path, help=f"debugAdapterProtocol.json of version {VERSION}"
    )
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if arguments.schema is not None:
        schema = arguments.schema.read_bytes()
    else:
        with urllib.request.urlopen(URL, timeout=60) as response:
            schema = response.read()
    text = rendered(schema)
    if arguments.check:
        return int(text != TYPES.read_text(encoding="utf-8"))
    TYPES.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
