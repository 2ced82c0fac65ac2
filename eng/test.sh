#!/usr/bin/env bash
# Every test that this machine can run, with its result files summed at the end.
# Usage: eng/test.sh [CATEGORY]; COVERAGE=1 measures code coverage too, into the folders of the result files.
# Of the runner's scenarios, the kit's longest classes, the load tests, and the providers beside native and docker a run takes a sample
# (eng/sample.sh); DEPTH=full is all. SCENARIOS=none: none of those that have turns.
set -euo pipefail
cd "$(dirname "$0")/.."
# Tests send SIGINT to what they start. A script in the background of another begins with it ignored, and so would they.
if ignored=$(sed -nE 's/^SigIgn:\s*//p' "/proc/$$/status" 2>/dev/null) && [ $((0x${ignored:-0} & 2)) -ne 0 ]; then
  exec env --default-signal=INT bash eng/test.sh "$@"
fi
category=${1:-}

others() { # how many turns, and which has come: the filter that leaves out the others
  local turn filter=
  for ((turn = 0; turn < $1; turn++)); do [ $turn = "$2" ] || filter+="&Turn!=$turn"; done
  echo "${filter#&}"
}

coverage=()
if [ -n "${COVERAGE:-}" ]; then coverage=(--collect "XPlat Code Coverage"); fi
# Most processes here live for seconds: what the compiler learns about them for later is never used.
export DOTNET_TieredPGO=0
CHAINBRIDGE_SAMPLE=$(bash eng/sample.sh)
if [ -n "$CHAINBRIDGE_SAMPLE" ]; then export CHAINBRIDGE_SAMPLE; else unset CHAINBRIDGE_SAMPLE; fi
# What the sample leaves out of the kit's suite: the classes whose turn is another one. A category is taken whole.
kit=
if [ -n "${CHAINBRIDGE_SAMPLE:-}" ] && [ -z "$category" ]; then
  turns=$(sed -nE 's/.*const int Turns = ([0-9]+);.*/\1/p' tests/TestKit/Infrastructure/InTurnAttribute.cs)
  mine=$(bash eng/sample.sh "$turns")
  kit=$(others "$turns" "$mine")
  echo "== sample $CHAINBRIDGE_SAMPLE: the kit's classes that start runs of their own have turn $mine of 0 to $((turns - 1))"
fi
results=$PWD/TestResults/make-test
rm -rf "$results"
mkdir -p "$results"

bash eng/native-servers.sh
bash eng/ssh-server.sh || echo "== ssh: what needs an SSH server does not run"
engine=no
if timeout 5 docker version >/dev/null 2>&1; then
  engine=yes
  bash eng/queue-images.sh
  set -a; . ./.chainbridge/images.env; set +a
fi

dotnet build ChainBridge.Tests.sln -v quiet --nologo

failed() { echo "$1" >>"$results/failed"; }

run() { # name, then what is tested, then further arguments
  local name=$1; shift
  local threads=() start=()
  # A third of the time the tests of the kit wait for what they started.
  [ "$name" != native-TestKit ] || threads=(-- "xUnit.MaxParallelThreads=$((2 * $(nproc)))")
  # The scenarios start programs of a few seconds, which never use what is optimized for later. The delay is hexadecimal: 60 s.
  [ "$name" != native-Deployment ] || start=(env DOTNET_TC_CallCountingDelayMs=EA60)
  echo "== $name"
  "${start[@]}" dotnet test "$@" --no-build --nologo -m:1 --results-directory "$results/$name" "${coverage[@]}" \
    ${category:+--filter "Category=$category"} "${threads[@]}" || failed "$name"
}

# What every provider promises alike, once per provider; native has its turn with the whole suite.
shared() { # name, then what runs it
  local name=$1; shift
  local filter="Provider=every&NotOn!=$name${category:+&Category=$category}${kit:+&$kit}"
  if [ -n "$category" ] && ! dotnet test tests/TestKit --no-build --list-tests --filter "$filter" 2>/dev/null | grep -q '^    '
  then return; fi
  echo "== shared suite: $name"
  CHAINBRIDGE_PROVIDER=$name "$@" dotnet test tests/TestKit --no-build --nologo -m:1 --results-directory "$results/shared-$name" \
    "${coverage[@]}" --filter "$filter" || failed "shared-$name"
}

testkit() { # the kit and the sample stack, on every provider this machine has
  if [ -n "$category" ]; then CHAINBRIDGE_PROVIDER=native run native ChainBridge.Tests.sln
  else
    for suite in Unit TestKit Integration Smoke; do
      local turn=()
      if [ $suite = TestKit ] && [ -n "$kit" ]; then turn=(--filter "$kit"); fi
      CHAINBRIDGE_PROVIDER=native run "native-$suite" "tests/$suite" "${turn[@]}"
    done
  fi
  local other=both
  if [ -n "${CHAINBRIDGE_SAMPLE:-}" ] && [ -z "$category" ]; then
    # Two of four samples have neither: CI has the slowest of its other parts in them.
    case $(bash eng/sample.sh 4) in 2) other=embedded ;; 3) other=external ;; *) other=neither ;; esac
    echo "== providers: native, docker, and of embedded and external $other in this sample; make test DEPTH=full takes all"
  fi
  if [ $other = both ] || [ $other = external ]; then shared external bash eng/with-external-servers.sh; fi
  if [ $other = both ] || [ $other = embedded ]; then
    if bash eng/npm.sh; then shared embedded env
    else
      echo "== embedded: its half did not run"
      [ "${CHAINBRIDGE_REQUIRE_DOCKER:-0}" = 0 ] || failed shared-embedded
    fi
  fi
  if [ "$engine" = yes ]; then
    shared docker env
    # A category without a test in this project is no failure of it: the whole solution was judged above.
    if [ -z "$category" ] || dotnet test tests/Integration --no-build --list-tests --filter "Category=$category" 2>/dev/null |
      grep -q '^    '; then
      CHAINBRIDGE_PROVIDER=docker run docker tests/Integration
    fi
  else
    echo "== docker: no engine answers, so its half did not run; make one available with: sudo eng/docker-engine.sh"
  fi
}

# One suite after the other: on a small machine suites that run at once take each other's time.
testkit
if [ -z "$category" ]; then
  turn=()
  if [ -n "${CHAINBRIDGE_SAMPLE:-}" ]; then
    turns=$(sed -nE 's/.*const int Turns = ([0-9]+);.*/\1/p' tests/Deployment/Harness/Sample.cs)
    mine=$((CHAINBRIDGE_SAMPLE % turns))
    if [ "${SCENARIOS:-}" = none ]; then mine=none; fi
    turn=(--filter "$(others "$turns" $mine)")
    echo "== scenarios: sample $CHAINBRIDGE_SAMPLE takes turn $mine of 0 to $((turns - 1)), each on one target; make test DEPTH=full takes all of them"
  fi
  CHAINBRIDGE_PROVIDER=native run native-Deployment tests/Deployment "${turn[@]}"
  if [ "$(bash eng/sample.sh 2)" = 1 ]; then echo "== performance: has no turn in this sample; make test CATEGORY=Performance runs it"
  else CHAINBRIDGE_PROVIDER=native run native-Performance tests/Performance; fi
fi

[ ! -f "$results/failed" ] || echo "failed: $(tr '\n' ' ' <"$results/failed")" >&2
bash eng/count-results.sh "$results" && [ ! -f "$results/failed" ]
