#!/usr/bin/env bash
# The number that decides what a run takes of the test matrix; nothing for all of it (docs/decisions/0030).
# DEPTH=full: all. CHAINBRIDGE_SAMPLE=N: as a run before. Else the commit decides.
# Usage: eng/sample.sh        the number
#        eng/sample.sh N      which of N turns, from 0, has come
set -euo pipefail
cd "$(dirname "$0")/.."
case "${DEPTH:-}" in
  full) exit 0 ;;
  "") ;;
  *) echo "DEPTH is '$DEPTH': write DEPTH=full for the whole matrix, or leave it away for a sample" >&2; exit 2 ;;
esac
commit=$(git rev-parse --short=6 HEAD 2>/dev/null) || commit=0
number=${CHAINBRIDGE_SAMPLE:-$((16#$commit))}
# Divided by the turns of the scenarios first, so that every choice meets every scenario.
turns=$(sed -nE 's/.*const int Turns = ([0-9]+);.*/\1/p' tests/Deployment/Harness/Sample.cs)
if [ -n "${1:-}" ]; then echo $((number / turns % $1)); else echo "$number"; fi
