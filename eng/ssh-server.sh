#!/usr/bin/env bash
# Makes sure that the OpenSSH client and server are on this machine; starts nothing. Tests start servers of their own on high ports.
# Installs Debian's packages when root; otherwise names the exact command and ends with 1.
set -euo pipefail
missing=()
command -v ssh >/dev/null 2>&1 || missing+=(openssh-client)
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "ssh-server: missing: ${missing[*]}. Type: sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

echo "ssh-server: installing ${missing[*]}"
# The package starts its server on installation; policy-rc.d forbids it.
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
  echo "ssh-server: apt-get could not install ${missing[*]}:" >&2
  tail -n 15 "$log" >&2
  exit 1
}
rm -f "$log"
