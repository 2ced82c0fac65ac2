#!/usr/bin/env bash
# The main job on this machine: a good release is deployed and promoted, a broken one is rolled back by itself,
# with traffic running through the public door the whole time.
#   eng/staging.sh         do it        eng/staging.sh down    remove everything
#   eng/staging.sh logs    follow the services' logs
#   eng/staging.sh build   only build what a release is made of
# TRAFFIC_RATE=5 sends that many requests a second, for a machine with other work (default 20).
# CHAINBRIDGE_OBSERVE=10s observes a release so long before its promotion (default 5s here, where traffic always runs).
# CHAINBRIDGE_TARGET=process|compose chooses the target; default: compose when a Docker engine answers, else process.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export CHAINBRIDGE_OBSERVE=${CHAINBRIDGE_OBSERVE:-5s}
export CHAINBRIDGE_STATE=${CHAINBRIDGE_STATE:-$root/.chainbridge/staging}
runner=$root/src/DeployRunner/bin/Release/net10.0/deployrunner.dll
traffic=$root/eng/Traffic/bin/Release/net10.0/ChainBridge.Traffic.dll
report=$root/.chainbridge/traffic.json
broken=$root/.chainbridge/broken
mkdir -p .chainbridge

say() { printf '\n== %s\n' "$*"; }

choose_target() {
  # What stands is worked on with the target it was made with; the runner keeps that beside its journal.
  if [ -z "${CHAINBRIDGE_TARGET:-}" ] && [ -f "$CHAINBRIDGE_STATE/target" ]; then CHAINBRIDGE_TARGET=$(cat "$CHAINBRIDGE_STATE/target"); fi
  if [ -z "${CHAINBRIDGE_TARGET:-}" ]; then
    if timeout 5 docker version >/dev/null 2>&1 && docker compose version >/dev/null 2>&1
    then CHAINBRIDGE_TARGET=compose; else CHAINBRIDGE_TARGET=process; fi
  fi
  export CHAINBRIDGE_TARGET
  if [ -f .chainbridge/images.env ]; then set -a; . ./.chainbridge/images.env; set +a; fi
}

deployrunner() { dotnet "$runner" --environment staging "$@"; }

case "${1:-up}" in
  down)
    choose_target
    [ -f "$runner" ] || dotnet build -c Release -v quiet --nologo src/DeployRunner
    deployrunner down --volumes
    rm -rf "$broken" "$report"
    exit 0 ;;
  logs) choose_target; exec dotnet "$runner" --environment staging logs --follow ;;
  up | build) ;;
  *) echo "usage: eng/staging.sh [build|down|logs]" >&2; exit 2 ;;
esac

choose_target
say "target: $CHAINBRIDGE_TARGET"
# The gates need a PostgreSQL and a Redis of their own on either target.
bash eng/native-servers.sh
if [ "$CHAINBRIDGE_TARGET" = compose ]; then
  bash eng/images.sh
  set -a; . ./.chainbridge/images.env; set +a
fi

say "building the runner, the gates and the services (a minute or two the first time)"
dotnet build eng/Staging.slnf -c Release -v quiet --nologo

if [ "${1:-up}" = build ]; then exec dotnet "$runner" --environment staging build; fi

sender=
finish() {
  if [ -n "$sender" ]; then kill -TERM "$sender" 2>/dev/null || true; wait "$sender" 2>/dev/null || true; fi
}
trap finish EXIT

if ! deployrunner status >/dev/null 2>&1; then
  say "nothing serves yet: a first release, so that the next one has something to stand beside"
  deployrunner deploy
fi

door=http://127.0.0.1:${CHAINBRIDGE_PORT:-8088}
rate=${TRAFFIC_RATE:-20}
say "traffic: $rate requests a second through $door, from now to the end"
rm -f "$report"
dotnet "$traffic" "$door" "$report" "$rate" &
sender=$!

began=$(date +%s%N)
say "a good release"
deployrunner deploy

say "a broken release: its gateway takes the public door for one with TLS"
# A commit of its own with a fixed date: the same source gives the same version, and its builds are found again.
patch=$root/samples/ChainBridge/broken/gateway-forgets-its-door.patch
rm -rf "$broken"
git clone -q --shared "$root" "$broken"
(
  cd "$broken"
  git apply "$patch"
  date=$(git log -1 --format=%cI)
  GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date git -c user.name=staging -c user.email=staging@localhost \
    commit -qam "Take every request through a proxy for one over TLS"
  # The gates are the same programs; only the services differ.
  printf "tests/*/bin\n" >>.git/info/exclude
  for suite in Integration Smoke; do ln -s "$root/tests/$suite/bin" "tests/$suite/bin"; done
)
code=0
(cd "$broken" && deployrunner deploy --skip-tests) || code=$?
[ "$code" = 11 ] || { echo "staging: the broken release should have ended with 11 (rolled back), and ended with $code" >&2; exit 1; }
took=$(( ($(date +%s%N) - began) / 1000000 ))

kill -TERM "$sender"; lost=0; wait "$sender" || lost=$?
sender=

say "what the runner says about it"
deployrunner versions
deployrunner status
deployrunner history
say "traffic: $(cat "$report")"
[ "$lost" = 0 ] || { echo "staging: requests failed while releases changed" >&2; exit 1; }
took=$((took / 1000)).$(printf '%03d' $((took % 1000)))
say "one promotion, one rollback, no failed request; $took s for the good release, the broken one and its rollback"
