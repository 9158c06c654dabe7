"""`make audit`: known weaknesses of what is pinned, its licenses, and a bill of materials.

pip-audit runs in an environment of its own, so that its dependencies are none of the service's.
It asks a service on the network. Where that cannot be reached, or knows nothing of a package,
nothing is proved: then the exit status is 3, where a known weakness makes it 1. Licenses and
the bill of materials (CycloneDX) come from the lock files and from what is installed, with no
network. All is written below var/audit, which git ignores.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from dev.apart import environment

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "var" / "audit"
LOCKS = ("requirements.txt", "requirements-dev.txt")
WEAK, UNPROVED = 1, 3

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)
_LICENSE_FIELDS = ("License-Expression", "License")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Pin(NamedTuple):
    """A package of a lock file."""

    name: str
    version: str
    hashes: tuple[str, ...]


class Verdict(NamedTuple):
    """What pip-audit has found: weaknesses, and packages that nothing is known of."""

    weak: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def status(self) -> int:
        if self.weak:
            return WEAK
        return UNPROVED if self.unknown else 0


def main() -> int:
    """Write the reports, print what they come to, and return the worst exit status."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    status = 0
    for lock in LOCKS:
        pins = read_lock((ROOT / lock).read_text(encoding="utf-8"))
        name = lock.removesuffix(".txt")
        _write(f"{name}.cdx.json", bill_of_materials(pins))
        _write(f"{name}.licenses.json", {each.name: license_of(each.name) for each in pins})
        counted = Counter(license_of(each.name) for each in pins)
        print(f"{lock}: {len(pins)} packages")
        print("".join(f"  {many:3} {words}\n" for words, many in counted.most_common()), end="")
        found = _ask(lock, name)
        print(_told(found))
        status = max(status, found.status) if WEAK not in {status, found.status} else WEAK
    print(f"The reports are in {REPORTS.relative_to(ROOT)}")
    return status


def read_lock(text: str) -> list[Pin]:
    """Return what a lock file pins, each with its hashes."""
    starts = [*_PIN.finditer(text)]
    ends = [*(each.start() for each in starts[1:]), len(text)]
    return [
        Pin(pin[1].lower(), pin[2], tuple(_HASH.findall(text[pin.start() : end])))
        for pin, end in zip(starts, ends, strict=True)
    ]


def verdict(report: dict[str, Any]) -> Verdict:
    """Read a report of pip-audit."""
    weak, unknown = [], []
    for each in report["dependencies"]:
        if "skip_reason" in each:
            unknown.append(each["name"])
        weak += [
            f"{each['name']} {each['version']}: {found['id']}"
            for found in each.get("vulns", ())
        ]
    return Verdict(tuple(weak), tuple(unknown))


def license_of(name: str) -> str:
    """Return what an installed package says of its license."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed on this machine"
    classifiers = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or ()
        if each.startswith("License :: ")
    ]
    expression, short = ((told.get_all(field) or [""])[0] for field in _LICENSE_FIELDS)
    return expression or ", ".join(classifiers) or short.partition("\n")[0] or "not told"


def bill_of_materials(pins: list[Pin]) -> dict[str, Any]:
    """Return the packages in CycloneDX's form."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": [
            {
                "type": "library",
                "name": each.name,
                "version": each.version,
                "purl": f"pkg:pypi/{each.name}@{each.version}",
                "licenses": [{"license": {"name": license_of(each.name)}}],
                "properties": [{"name": "sha256", "value": hash_} for hash_ in each.hashes],
            }
            for each in pins
        ],
    }


def _ask(lock: str, name: str) -> Verdict:
    """Have pip-audit look every package of a lock file up."""
    report = REPORTS / f"{name}.audit.json"
    report.unlink(missing_ok=True)
    command = [
        str(environment("audit") / "pip-audit"),
        "--requirement",
        lock,
        "--require-hashes",
        "--disable-pip",
    ]
    command += ["--progress-spinner", "off", "--format", "json", "--output", str(report)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not report.exists():
        why = ran.stderr.strip().rpartition("\n")[2]
        return Verdict((), (f"all of them ({why[:200]})",))
    return verdict(json.loads(report.read_text(encoding="utf-8")))


def _told(found: Verdict) -> str:
    if found.weak:
        return "  KNOWN WEAKNESSES: " + "; ".join(found.weak)
    if found.unknown:
        many = "all" if found.unknown[0].startswith("all") else len(found.unknown)
        return f"  NOT PROVED: the vulnerability service told nothing of {many} packages."
    return "  no known weakness"


def _write(name: str, told: object) -> None:
    (REPORTS / name).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    sys.exit(main())
