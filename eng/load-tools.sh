#!/usr/bin/env bash
# The generators that ours is measured beside: wrk and hey from Debian, autocannon from the npm registry.
# Installs what lacks when root on Debian; otherwise names the exact command and ends with 1.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=()
for program in wrk hey node; do
  command -v $program >/dev/null 2>&1 || packages+=("${program/#node/nodejs}")
done
if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "load-tools: type: sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  install() { timeout 600 apt-get install -y -q --no-install-recommends "${packages[@]}" >/dev/null; }
  install || { timeout 300 apt-get update -q >/dev/null && install; }
fi
bash eng/npm.sh
if [ ! -f .chainbridge/autocannon/node_modules/autocannon/autocannon.js ]; then
  mkdir -p .chainbridge/autocannon
  npm install --silent --no-fund --no-audit --prefix .chainbridge/autocannon autocannon@9.0.0
fi
