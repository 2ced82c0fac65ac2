#!/usr/bin/env bash
# Packs every src/TestKit* and the runner into a feed folder and looks into what came out; fails when something lacks.
# Usage: eng/pack.sh [FEED] [VERSION]   (default: .chainbridge/feed, and the version of Directory.Build.props)
set -euo pipefail
cd "$(dirname "$0")/.."
feed=$(realpath -m "${1:-.chainbridge/feed}")
version=${2:-}

rm -rf "$feed"
mkdir -p "$feed"
for project in src/TestKit*/ src/DeployRunner/; do
  dotnet pack "$project" -c Release -v quiet --nologo -p:ContinuousIntegrationBuild=true ${version:+-p:Version=$version} -o "$feed"
done
dotnet run --project eng/PackageCheck -c Release -v quiet -- "$feed"
if [ $# = 0 ]; then
  cat <<EOF
pack: the packages are in $feed. In your own repository:
  dotnet add package ChainBridge.TestKit --source $feed        # in a test project
  dotnet new tool-manifest
  dotnet tool install ChainBridge.DeployRunner --add-source $feed
next: dotnet deployrunner init, beside a compose file
EOF
fi
