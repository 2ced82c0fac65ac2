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
case "${1:-}" in
  load | load-servers | release | "") bash eng/load-tools.sh ;;
esac
case "${1:-}" in
  release | "")
    # Deployments over SSH need hosts: those of the lab, which goes with this run unless it was there before.
    bash eng/queue-images.sh
    if docker image inspect chainbridge-local/scripting:12 >/dev/null 2>&1; then export NODE_IMAGE=chainbridge-local/scripting:12; fi
    [ -d .chainbridge/lab ] || trap 'bash eng/lab.sh down' EXIT
    bash eng/lab.sh
    bash eng/native-runner.sh .chainbridge/bench/native ;;
esac
if [ "${1:-}" = queue ]; then
  # No time is measured here but parcels: none may be lost or sorted twice, over many more releases than in the suite.
  bash eng/queue-images.sh
  dotnet build tests/Deployment -c Release -v quiet --nologo
  QUEUE_ROUNDS=${QUEUE_ROUNDS:-20} exec tests/Deployment/bin/Release/net10.0/ChainBridge.Tests.Deployment -class "*QueueTests" -class "*WorkersAsProcessesTests" -showLiveOutput
fi
dotnet run --project bench -c Release --no-launch-profile -- "$@"
