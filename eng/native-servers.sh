#!/usr/bin/env bash
# Makes sure that PostgreSQL and Redis server binaries are on this machine; starts nothing.
# Installs Debian's packages when root; otherwise names the exact command and ends with 1.
set -euo pipefail

have_postgres() { command -v postgres >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

missing=()
have_postgres || missing+=(postgresql)
command -v redis-server >/dev/null 2>&1 || missing+=(redis-server)
bash "$(dirname "$0")/debian-packages.sh" native-servers "${missing[@]}"
