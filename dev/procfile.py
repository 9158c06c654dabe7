"""The Procfile is the one list of what runs: a host reads it, and so do we."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from dev.errors import CannotRun

#: Dramatiq's command, or ours in front of it.
DRAMATIQ = re.compile(r"(?:exec )?((?:dramatiq|python -m workers) [^;&|<>]*)")


def read(path: Path) -> dict[str, str]:
    """Read the commands by the names of their processes."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CannotRun(f"{path} cannot be read: {error.strerror}") from error
    entries = (line.partition(":") for line in lines if line.strip())
    return {name.strip(): command.strip() for name, _, command in entries}


def shell(command: str) -> list[str]:
    """Answer how to run a command of the Procfile: with bash, as a host does."""
    return ["bash", "-c", command]


def worker_processes(command: str, env: Mapping[str, str]) -> int:
    """Count the worker processes that a command starts: none, if it is not Dramatiq's."""
    dramatiq = DRAMATIQ.fullmatch(command)
    if not dramatiq:
        return 0
    words = _expanded(dramatiq[1], env)
    return int(words[words.index("--processes") + 1]) if "--processes" in words else 2


def _expanded(command: str, env: Mapping[str, str]) -> list[str]:
    """Let bash itself put in what ${NAME:-default} stands for."""
    printed = subprocess.run(
        ["bash", "-c", f'printf "%s\\n" {command}'],
        env={**env, "PATH": env.get("PATH", os.defpath)},
        capture_output=True,
        text=True,
        check=True,
    )
    return printed.stdout.split()
