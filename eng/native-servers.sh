#!/usr/bin/env bash
# Makes sure that PostgreSQL and Redis server binaries are on this machine; starts nothing.
# Installs Debian's packages when root; otherwise names the exact command and ends with 1.
set -euo pipefail

have_postgres() { command -v postgres >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

missing=()
have_postgres || missing+=(postgresql)
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "native-servers: missing: ${missing[*]}. Type: sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

echo "native-servers: installing ${missing[*]}"
# The packages start their servers on installation; policy-rc.d forbids it, since ours are started per run.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
install() { timeout 600 apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; }
install || { timeout 300 apt-get update >>"$log" 2>&1 && install; } || {
  echo "native-servers: apt-get could not install ${missing[*]}:" >&2
  tail -n 15 "$log" >&2
  exit 1
}
rm -f "$log"
