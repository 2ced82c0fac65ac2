#!/usr/bin/env bash
# A steady load of minutes on two services of the sample stack: their memory, sockets and connections must not grow.
# Usage: eng/soak.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
export CHAINBRIDGE_SOAK_SECONDS=${1:-300}
export CHAINBRIDGE_BUDGET_PERFORMANCE=$((CHAINBRIDGE_SOAK_SECONDS + 120))s
bash eng/native-servers.sh
dotnet build tests/Performance -c Release -v quiet --nologo
exec tests/Performance/bin/Release/net10.0/ChainBridge.Tests.Performance -class "*SoakTests" -showLiveOutput
