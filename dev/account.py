"""`make account`: a further account on the running copy, told as first-run.json tells one.

One line of JSON on standard output.
"""

import json
import os
import subprocess
import sys

from dev import settings
from dev.child import ROOT
from dev.command import running_copy
from dev.errors import CannotRun
from dev.first_run import FILE, described, made_account
from dev.home import read_json


def main() -> int:
    """Make it; 1 when it could not be made."""
    try:
        print(json.dumps(make_account(sys.argv[1])))
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make_account(email: str) -> dict[str, object]:
    """Make an account for that operator and describe it."""
    where = running_copy(os.environ)
    env = settings.for_processes(where, os.environ)
    made = subprocess.run(
        [sys.executable, "-m", "models.commands", "account", "--email", email],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    account = made_account(made.stdout.splitlines())
    if made.returncode or account is None:
        raise CannotRun(f"No account was made for {email}. {made.stdout}".rstrip())
    running = read_json(where.home / FILE)  # the ports of this copy may not be the usual ones
    told = described(where, env, account)
    addresses = {name: running.get(name, told[name]) for name in ("base_url", "simulator_url")}
    return {
        **told,
        **addresses,
        "endpoint_url": f"{addresses['base_url']}{account['endpoint_path']}",
    }


if __name__ == "__main__":
    sys.exit(main())
