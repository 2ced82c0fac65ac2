#!/usr/bin/env bash
# Shows that `dotnet test --filter` cannot lie: nothing matched fails and says so; a match in one project passes.
# Usage: eng/verify-filter.sh [--no-build]
set -euo pipefail
cd "$(dirname "$0")/.."

output=$(mktemp)
trap 'rm -f "$output"' EXIT

if dotnet test "$@" --filter Category=Nope >"$output" 2>&1; then
  echo "verify-filter: a filter that matches nothing passed; see Directory.Solution.targets" >&2
  exit 1
fi
grep -q "No test ran: nothing in the solution matches" "$output" || {
  echo "verify-filter: the run failed, but not because nothing matched:" >&2
  tail -n 20 "$output" >&2
  exit 1
}

if ! dotnet test "$@" --filter Category=Smoke >"$output" 2>&1; then
  echo "verify-filter: a category that lives in one project failed:" >&2
  tail -n 40 "$output" >&2
  exit 1
fi
echo "verify-filter: Category=Nope fails and says so; Category=Smoke passes"
