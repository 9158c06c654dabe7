"""`make demo`: `make run` with one process more, which makes live fake traffic (dev/traffic).

The supervisor keeps it, and stops it, like every other process of the Procfile.
"""

import sys
import tempfile
from pathlib import Path

from dev import run
from dev.child import ROOT

TRAFFIC = "traffic: exec python -m dev.traffic\n"


def main() -> int:
    """Run until a signal comes; the status is that of `make run`."""
    with tempfile.TemporaryDirectory(prefix="optin-demo-") as folder:
        procfile = Path(folder) / "Procfile"
        procfile.write_text((ROOT / "Procfile").read_text(encoding="utf-8") + TRAFFIC)
        sys.argv += ["--procfile", str(procfile)]  # what make run's own options are read from
        return run.main()


if __name__ == "__main__":
    sys.exit(main())
