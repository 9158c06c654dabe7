"""Environments apart from .venv, for what has dependencies that are none of the service's."""

import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def environment(name: str) -> Path:
    """Return the environment's folder of programs, installed when it is not there yet.

    requirements-NAME.txt says what is in it; hashes are checked. A lock that has changed
    installs anew. Raises subprocess.CalledProcessError when something cannot be fetched.
    """
    folder = ROOT / ".venv" / name
    lock, installed = ROOT / f"requirements-{name}.txt", folder / "installed"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "--no-input", "--require-hashes"]
        subprocess.run([*pip, "--requirement", str(lock)], cwd=ROOT, check=True)
        installed.write_bytes(lock.read_bytes())
    return folder / "bin"
