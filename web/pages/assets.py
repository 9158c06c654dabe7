"""Style sheets, scripts and images: kept by browsers for a year, under a name that changes.

The address holds a hash of the content, so that what changed is fetched and the rest is not.
"""

import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response

from web.problems import Problem

bp = Blueprint("assets", __name__)

STATIC = Path(__file__).parents[1] / "static"

_HASH_LETTERS = 12
_A_YEAR = "public, max-age=31536000, immutable"


def asset(name: str) -> str:
    """Return the address of a file in web/static."""
    path = STATIC / name
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    return f"/assets/{_hash(name, changed)}/{name}"


@bp.get("/assets/<version>/<path:name>")
def send_asset(version: str, name: str) -> Response:
    path = (STATIC / name).resolve()
    if STATIC not in path.parents or not path.is_file():
        raise Problem(404, "not-found")
    response = Response(path.read_bytes(), mimetype=mimetypes.guess_type(name)[0])
    current = version == _hash(name, path.stat().st_mtime_ns)
    response.headers["Cache-Control"] = _A_YEAR if current else "no-cache"
    return response


@lru_cache(maxsize=256)
def _hash(name: str, _changed: int) -> str:
    path = STATIC / name
    written = path.read_bytes() if path.is_file() else b""
    return hashlib.sha256(written).hexdigest()[:_HASH_LETTERS]
