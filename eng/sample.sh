#!/usr/bin/env bash
# The number that decides what a run takes of the test matrix; nothing for all of it (docs/decisions/0030).
# DEPTH=full: all. CHAINBRIDGE_SAMPLE=N: as a run before. Else the commit decides.
set -euo pipefail
case "${DEPTH:-}" in
  full) ;;
  "")
    commit=$(git rev-parse --short=6 HEAD 2>/dev/null) || commit=0
    echo "${CHAINBRIDGE_SAMPLE:-$((16#$commit))}" ;;
  *) echo "DEPTH is '$DEPTH': write DEPTH=full for the whole matrix, or leave it away for a sample" >&2; exit 2 ;;
esac
