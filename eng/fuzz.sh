#!/usr/bin/env bash
# Mutates the result files of the tests and lets the gate's readers read them. What is read wrongly is kept in .chainbridge/fuzz.
# Usage: eng/fuzz.sh [SEED] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run --project eng/Fuzz -c Release --no-launch-profile -- "${1:-1}" "${2:-60}" .chainbridge/fuzz \
  tests/Unit/Engine/Gates/Formats/Files tests/ResultFiles
