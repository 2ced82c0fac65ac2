#!/usr/bin/env bash
# Makes sure that the OpenSSH client and server are on this machine; starts nothing. Tests start servers of their own on high ports.
# Installs Debian's packages when root; otherwise names the exact command and ends with 1.
set -euo pipefail
missing=()
command -v ssh >/dev/null 2>&1 || missing+=(openssh-client)
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
bash "$(dirname "$0")/debian-packages.sh" ssh-server "${missing[@]}"
