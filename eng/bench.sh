#!/usr/bin/env bash
# The measurements: ours and the alternative in turn, in one run.
# Usage: eng/bench.sh [NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
bash eng/native-servers.sh
if timeout 5 docker version >/dev/null 2>&1; then
  bash eng/images.sh
  set -a; . ./.chainbridge/images.env; set +a
fi
exec dotnet run --project bench -c Release --no-launch-profile -- "$@"
