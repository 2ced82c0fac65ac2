#!/usr/bin/env bash
# A load run as a gate: a good release of the sample stack is promoted, one whose scoring waits for a slow query is refused by an
# absolute limit, and one whose query is short enough for that limit by the comparison with the release that serves, measured in turn:
# each with the reason in one line. On the process target, in a state directory and at a port of its own; it removes all of it at its end.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
place=$root/.chainbridge/load-gate
export CHAINBRIDGE_TARGET=process CHAINBRIDGE_STATE=$place/state CHAINBRIDGE_PORT=${CHAINBRIDGE_PORT:-18098} CHAINBRIDGE_OBSERVE=2s
runner=$root/src/DeployRunner/bin/Release/net10.0/deployrunner.dll
load=$root/src/TestKit.Load.Tool/bin/Release/net10.0/ChainBridge.TestKit.Load.Tool.dll

down() { [ ! -d "$place/good" ] || (cd "$place/good" && dotnet "$runner" --manifest gated.yml down --volumes) || true; rm -rf "$place"; }
trap down EXIT

bash eng/native-servers.sh
dotnet build eng/Staging.slnf -c Release -v quiet --nologo
dotnet build src/TestKit.Load.Tool -c Release -v quiet --nologo
rm -rf "$place/good" "$place/slow" "$place/slower"
mkdir -p "$place"

# A clone whose manifest has both load commands among the smoke gate's.
clone() {
  git clone -q --shared "$root" "$place/$1"
  (
    cd "$place/$1"
    awk -v tool="$load" '
      function command(name, verb, scenario) {
        print "      - name: " name
        print "        run: [dotnet, " tool ", " verb ", samples/ChainBridge/load/" scenario ", --quiet, --ctrf, \"{results}/load.json\"]"
        print "        results: \"{results}/*.json\""
        print "        format: ctrf"
        print "        timeout: 120s"
      }
      { print } /^  smoke:/ { inside = 1; print "    budget: 300s" }
      inside && /^    commands:/ { inside = 0
        command("load", "run", "scoring.yml")
        command("compared", "compare", "scoring-compared.yml") }' chainbridge.yml >gated.yml
    grep -q "name: load" gated.yml || { echo "load-gate: chainbridge.yml has no smoke commands to add one to" >&2; exit 1; }
    printf "tests/*/bin\ngated.yml\n" >>.git/info/exclude
    for suite in Integration Smoke; do ln -s "$root/tests/$suite/bin" "tests/$suite/bin"; done
  )
}

clone good
printf '\n== a good release\n'
(cd "$place/good" && dotnet "$runner" --manifest gated.yml deploy --skip-tests)

# refused NAME SECONDS PATTERN: a release whose scoring waits so long for a query is refused, and the runner says why in such a line.
refused() {
  clone "$1"
  printf '\n== a release whose scoring waits %s s for a slow query\n' "$2"
  local code=0
  (
    cd "$place/$1"
    sed "s/pg_sleep(0.5)/pg_sleep($2)/" samples/ChainBridge/broken/chainiq-asks-slowly.patch | git apply
    git -c user.name=load -c user.email=load@localhost commit -qam "Look before each score whether others have the same driver"
    dotnet "$runner" --manifest gated.yml deploy --skip-tests
  ) 2>&1 | tee "$place/$1.log" || code=${PIPESTATUS[0]}
  [ "$code" = 11 ] || { echo "load-gate: the $1 release should have ended with 11, and ended with $code" >&2; exit 1; }
  printf '\n== refused, because\n'
  grep -m1 -E "$3" "$place/$1.log" || { echo "load-gate: the reason is not in what the runner said" >&2; exit 1; }
}

refused slow 0.5 'scoring: (p95|p50|inconclusive)'
refused slower 0.1 'scoring-compared: p50 <= baseline'
