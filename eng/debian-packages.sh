#!/usr/bin/env bash
# Installs Debian packages whose servers are not to be started by their installation: ours are started per run.
#   eng/debian-packages.sh WHO PACKAGE...      WHO begins each line that is printed
# When not root it names the exact command to type and ends with 1.
set -euo pipefail
who=$1; shift
[ $# -gt 0 ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "$who: missing: $*. Type: sudo apt-get install -y --no-install-recommends $*" >&2
  exit 1
fi

echo "$who: installing $*"
# policy-rc.d forbids the start.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
packages=("$@")
install() { timeout 600 apt-get install -y --no-install-recommends "${packages[@]}" >"$log" 2>&1; }
install || { timeout 300 apt-get update >>"$log" 2>&1 && install; } || {
  echo "$who: apt-get could not install $*:" >&2
  tail -n 15 "$log" >&2
  exit 1
}
rm -f "$log"
