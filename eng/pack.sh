#!/usr/bin/env bash
# Packs every src/TestKit* and the runner into a feed folder and looks into what came out; fails when something lacks.
# Usage: [NATIVE=1] eng/pack.sh [FEED] [VERSION]   (default: .chainbridge/feed, and the version of Directory.Build.props)
# NATIVE=1: the runner for machines like this one is compiled to native code, in a package of its own, which they install by themselves;
# other kinds of machines install the one for any. Takes a linker, and two minutes more. It needs this machine's C library or a newer one:
# a feed for Alpine, or for an older Linux than this one, is packed without, because these would take the native one too.
set -euo pipefail
cd "$(dirname "$0")/.."
feed=$(realpath -m "${1:-.chainbridge/feed}")
version=${2:-}

[ "${NATIVE:-}" != 1 ] || runtime=$(bash eng/native-runner.sh)
rm -rf "$feed"
mkdir -p "$feed"
pack() { dotnet pack "$@" -c Release -v quiet --nologo -p:ContinuousIntegrationBuild=true ${version:+-p:Version=$version} -o "$feed"; }
for project in src/TestKit*/; do pack "$project"; done
if [ "${NATIVE:-}" = 1 ]; then
  for one in "" "-r $runtime" "-r any"; do
    # shellcheck disable=SC2086 # an option and its value
    pack src/DeployRunner "-p:NativeRuntime=$runtime" -p:NuGetLockFilePath=obj/native.lock.json -p:RestoreLockedMode=false $one
  done
else
  pack src/DeployRunner
fi
dotnet run --project eng/PackageCheck -c Release -v quiet -- "$feed"
if [ $# = 0 ]; then
  cat <<EOF
pack: the packages are in $feed. In your own repository:
  dotnet new nugetconfig
  dotnet nuget add source $feed --name chainbridge --configfile nuget.config
  dotnet add package ChainBridge.TestKit                       # in a test project
  dotnet new tool-manifest
  dotnet tool install ChainBridge.DeployRunner
next: dotnet deployrunner init, beside a compose file
EOF
fi
