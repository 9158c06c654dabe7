# The browser of the browser tests: Debian's Chromium. Run by `make test`, never by `make run`.
set -eu

if [ -x /usr/bin/chromium ]; then
  exit 0
fi
install='apt-get update && apt-get install --yes --no-install-recommends chromium'
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "The browser tests need /usr/bin/chromium. As root: $install" >&2
  exit 1
fi
echo 'Installing Chromium for the browser tests' >&2
export DEBIAN_FRONTEND=noninteractive
sh -c "$install" >/dev/null
