#!/usr/bin/env bash
# Every test that this machine can run, with its result files summed at the end.
# Usage: eng/test.sh [CATEGORY]
set -euo pipefail
cd "$(dirname "$0")/.."
category=${1:-}
results=$PWD/TestResults/make-test
rm -rf "$results"

bash eng/native-servers.sh
engine=no
if timeout 5 docker version >/dev/null 2>&1; then
  engine=yes
  bash eng/images.sh
  set -a; . ./.chainbridge/images.env; set +a
fi

dotnet build ChainBridge.Tests.sln -v quiet --nologo

# One project after the other: on a small machine suites that run at once eat each other's time budgets.
run() { # name, then what is tested, then further arguments
  local name=$1; shift
  echo "== $name"
  dotnet test "$@" --no-build --nologo -m:1 --results-directory "$results/$name" ${category:+--filter "Category=$category"} || failures="${failures:-} $name"
}

failures=
CHAINBRIDGE_PROVIDER=native run native ChainBridge.Tests.sln

# What every provider promises alike, once per provider; native had its turn above.
shared() { # name, then what runs it
  local name=$1; shift
  local filter="Provider=every&NotOn!=$name${category:+&Category=$category}"
  if [ -n "$category" ] && ! dotnet test tests/TestKit --no-build --list-tests --filter "$filter" 2>/dev/null | grep -q '^    '; then return; fi
  echo "== shared suite: $name"
  CHAINBRIDGE_PROVIDER=$name "$@" dotnet test tests/TestKit --no-build --nologo -m:1 --results-directory "$results/shared-$name" --filter "$filter" || failures="${failures:-} shared-$name"
}

shared external bash eng/with-external-servers.sh
if bash eng/npm.sh; then shared embedded env
else
  echo "== embedded: its half did not run"
  [ "${CHAINBRIDGE_REQUIRE_DOCKER:-0}" = 0 ] || failures="${failures:-} shared-embedded"
fi
if [ "$engine" = yes ]; then
  shared docker env
  # A category without a test in this project is no failure of it: the whole solution was judged above.
  if [ -z "$category" ] || dotnet test tests/Integration --no-build --list-tests --filter "Category=$category" 2>/dev/null | grep -q '^    '; then
    CHAINBRIDGE_PROVIDER=docker run docker tests/Integration
  fi
else
  echo "== docker: no engine answers, so its half did not run; make one available with: sudo eng/docker-engine.sh"
fi

[ -z "$failures" ] || echo "failed:$failures" >&2
bash eng/count-results.sh "$results" && [ -z "$failures" ]
