#!/usr/bin/env bash
# The generators that ours is measured beside: wrk, hey and h2load from Debian, autocannon from the npm registry; and the servers: nginx,
# and uvicorn on Debian's Python.
# Installs what lacks when root on Debian; otherwise names the exact command and ends with 1. Starts nothing.
# Usage: eng/load-tools.sh
set -euo pipefail
cd "$(dirname "$0")/.."
declare -A programs=([wrk]=wrk [hey]=hey [node]=nodejs [nginx]=nginx [h2load]=nghttp2-client [redis-benchmark]=redis-tools)
modules=(uvicorn httptools uvloop)
packages=()
for program in "${!programs[@]}"; do
  command -v "$program" >/dev/null 2>&1 || packages+=("${programs[$program]}")
done
for module in "${modules[@]}"; do
  /usr/bin/python3 -c "import $module" 2>/dev/null || packages+=("python3-$module")
done
if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "load-tools: type: sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
    exit 1
  fi
  # nginx is started when it is installed; policy-rc.d forbids it, since ours are started per run.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  install() { timeout 600 apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null; }
  install || { timeout 300 apt-get update -q >/dev/null && install; }
fi
bash eng/npm.sh
if [ ! -f .chainbridge/autocannon/node_modules/autocannon/autocannon.js ]; then
  mkdir -p .chainbridge/autocannon
  timeout 300 npm install --silent --no-fund --no-audit --prefix .chainbridge/autocannon autocannon@9.0.0
fi
