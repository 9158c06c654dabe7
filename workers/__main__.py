"""`python -m workers …` is Dramatiq's own command, with every module imported before it forks.

Its processes then begin at once, where each would import for itself, and share what was
imported in memory. Whatever is each process' own begins after the fork: no thread and no
connection is made by an import, and middleware.py gives each a name of its own.
"""

import gc
import sys
from importlib import import_module

from dramatiq.cli import main, make_argument_parser


def preload() -> None:
    """Import the modules that the command line names, as every worker process would."""
    arguments = make_argument_parser().parse_args()
    sys.path[:0] = arguments.path
    gc.disable()  # there is nothing to collect, and to look for it takes a sixth of the time
    for module in (arguments.broker, *arguments.modules):
        import_module(module.partition(":")[0])
    gc.freeze()  # a look at these objects would copy their pages into each process
    gc.enable()


if __name__ == "__main__":
    preload()
    sys.exit(main())
