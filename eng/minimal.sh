#!/usr/bin/env bash
# A stranger's project, from the packages alone: packs, restores into a folder that has never seen them, builds, runs.
# Then the runner, the same way (eng/minimal-tool.sh), as native code; NATIVE= for the one for any machine. Fails when no test ran.
# Usage: eng/minimal.sh [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A version of its own, and a packages folder of its own: no cache of any kind can hide what a package lacks.
# What is not ours is taken from the machine's cache where that has it.
version=0.1.0-minimal.$(date +%s).$$
NATIVE=${NATIVE-1} bash eng/pack.sh "$work/feed" "$version"
cp -r samples/Minimal "$work/Minimal"
rm -rf "$work/Minimal/bin" "$work/Minimal/obj"
sed -i "s|\.\./\.\./\.chainbridge/feed|$work/feed|" "$work/Minimal/nuget.config"

cache=$(dotnet nuget locals global-packages --list | sed 's/^[^/]*//')
cd "$work/Minimal"
export NUGET_PACKAGES=$work/packages ChainBridgeVersion=$version
status=0
dotnet test --nologo -p:RestoreFallbackFolders="$cache" --logger "trx;LogFileName=minimal.trx" \
  --results-directory "$work/results" || status=$?

passed=$(sed -nE 's/.*<Counters .*passed="([0-9]+)".*/\1/p' "$work/results/minimal.trx" 2>/dev/null || true)
if [ "$status" -ne 0 ] || [ "${passed:-0}" -eq 0 ]; then
  echo "minimal: ${passed:-0} tests passed and dotnet test ended with $status:" \
    "a stranger could not use $(ls "$work/feed" | tr '\n' ' ')" >&2
  exit 1
fi
[ -d "$NUGET_PACKAGES/chainbridge.testkit/$version" ] || { echo "minimal: the package was not what was used" >&2; exit 1; }
cd "$root"
lines=$(grep -cv '^\s*$' samples/Minimal/OrderTests.cs)
[ "$lines" -lt 30 ] || { echo "minimal: the sample has grown to $lines lines of code; under 30 were promised" >&2; exit 1; }
bash eng/minimal-tool.sh "$work/feed" "$version" "$@"
echo "minimal: a project outside the repository passes $passed test(s) with $version and $lines lines of code"
