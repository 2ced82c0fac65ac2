#!/usr/bin/env bash
# The same tests under VSTest and under Microsoft.Testing.Platform: green when they are to be, red with the same names
# when they are to be, and never a test less. Ends with 1 when anything is otherwise.
# Usage: eng/platforms.sh [--no-build]
set -euo pipefail
cd "$(dirname "$0")/.."
vstest=samples/Platforms/VSTest
platform=samples/Platforms/TestingPlatform
out=$PWD/TestResults/platforms
rm -rf "$out"; mkdir -p "$out"
[ "${1:-}" = --no-build ] || for project in "$vstest" "$platform"; do dotnet build "$project" -v quiet --nologo; done

# Nothing of the run that this script may be part of.
for name in $(compgen -e CHAINBRIDGE_ || true) GITHUB_STEP_SUMMARY; do unset "$name"; done
# With this seed the test that hangs comes before the one that must not be lost.
export TESTINGPLATFORM_TELEMETRY_OPTOUT=1 CHAINBRIDGE_DURATIONS=off CHAINBRIDGE_SEED=3
problems=0
problem() { echo "platforms: $*" >&2; problems=$((problems + 1)); }

outcomes() { # TRX: one line per test, sorted
  tr '\n' ' ' <"$1" | grep -o '<UnitTestResult [^>]*>' |
    sed -E 's/.* testName="([^"]*)".* outcome="([^"]*)".*/\1 = \2/; t; s/.* outcome="([^"]*)".* testName="([^"]*)".*/\2 = \1/' | sort
}

run() { # name of the run, the exit code it is to have, then the command
  local name=$1 wanted=$2 status=0; shift 2
  GITHUB_STEP_SUMMARY=$out/$name.md timeout 120 "$@" >"$out/$name.log" 2>&1 || status=$?
  [ "$status" = "$wanted" ] || { problem "$name ended with $status where $wanted was due; it said:"; tail -n 30 "$out/$name.log" >&2; }
}

vstest() {
  run "$1" "$2" dotnet test "$vstest/bin/Debug/net10.0/ChainBridge.Samples.VSTest.dll" --nologo \
    --logger "trx;LogFileName=$out/$1.trx"
}
platform() {
  run "$1" "$2" "$platform/bin/Debug/net10.0/ChainBridge.Samples.TestingPlatform" --results-directory "$out" \
    --report-xunit-trx --report-xunit-trx-filename "$1.trx" "${@:3}"
}

same() { # run, then the lines its result file is to have
  local name=$1; shift
  diff <(printf '%s\n' "$@" | sort) <(outcomes "$out/$name.trx") >"$out/$name.diff" ||
    { problem "$name reported other tests or other outcomes (< due, > reported):"; cat "$out/$name.diff" >&2; }
}

# Green.
green=('Passes in a scope of its own = Passed' 'Each row passes(row: 1) = Passed' 'Each row passes(row: 2) = Passed'
  'Fails when told to = Passed' 'Is flaky when told to = Passed'
  'Ends the process when told to = Passed' 'Misbehaves when told to = Passed' 'Each computed row passes(row: 1) = Passed'
  'Fails in quarantine = NotExecuted' 'Keeps its budget unless told otherwise = Passed'
  'Is not lost when the budget is over = Passed')
vstest vstest-green 0;     same vstest-green "${green[@]}"
platform platform-green 0; same platform-green "${green[@]}"

# Red: an assertion, a flaky test, a budget that is used up by a test that takes no notice. A test that comes after it is failed, not lost.
red=("${green[@]/Fails when told to = Passed/Fails when told to = Failed}")
red=("${red[@]/Is flaky when told to = Passed/Is flaky when told to = Failed}")
red=("${red[@]/Keeps its budget unless told otherwise = Passed/Keeps its budget unless told otherwise = Failed}")
red=("${red[@]/Is not lost when the budget is over = Passed/Is not lost when the budget is over = Failed}")
export PLATFORM_FAILS=1 PLATFORM_MARK=$out/tried CHAINBRIDGE_BUDGET_DATABASE=5s
vstest vstest-red 1;     same vstest-red "${red[@]}";   rm -f "$PLATFORM_MARK"
platform platform-red 2; same platform-red "${red[@]}"; rm -f "$PLATFORM_MARK"
unset PLATFORM_FAILS PLATFORM_MARK CHAINBRIDGE_BUDGET_DATABASE

# A test ends the process with 0: red, by name, and nothing lost.
export PLATFORM_EXITS=1
vstest vstest-exit 1
platform platform-exit 2
unset PLATFORM_EXITS
for name in vstest-exit platform-exit; do
  outcomes "$out/$name.trx" >"$out/$name.outcomes"
  grep -qx 'Ends the process when told to = Failed' "$out/$name.outcomes" &&
    [ "$(wc -l <"$out/$name.outcomes")" = ${#green[@]} ] ||
    { problem "$name reported:"; cat "$out/$name.outcomes" >&2; }
done

# What would keep a run from its end, or end it in silence, all at once: red, by name, and nothing lost. Under VSTest tests/TestKit
# tries it.
# Only what blocks needs a budget that is used up; on a busy machine a short one would fail the others before they begin.
for how in console endless thread kill; do
  budget=8s; case $how in thread | kill) budget=90s ;; esac
  (status=0; PLATFORM_MISBEHAVES=$how CHAINBRIDGE_BUDGET_SMOKE=$budget CHAINBRIDGE_CTRF=$out/$how \
    timeout 120 "$platform/bin/Debug/net10.0/ChainBridge.Samples.TestingPlatform" \
    --results-directory "$out" --report-xunit-trx --report-xunit-trx-filename "platform-$how.trx" \
    >"$out/platform-$how.log" 2>&1 || status=$?
  echo "$status" >"$out/platform-$how.status") &
done
wait
for how in console endless thread; do
  name='Misbehaves when told to'; [ "$how" != endless ] || name='Each computed row passes'
  outcomes "$out/platform-$how.trx" >"$out/platform-$how.outcomes"
  [ "$(cat "$out/platform-$how.status")" = 2 ] &&
    grep -qx "$name = Failed" "$out/platform-$how.outcomes" &&
    [ "$(wc -l <"$out/platform-$how.outcomes")" = ${#green[@]} ] ||
    { problem "platform-$how ended with $(cat "$out/platform-$how.status") and reported:"; cat "$out/platform-$how.outcomes" >&2; }
done
grep -o '"name":"Misbehaves when told to","status":"failed"' "$out/kill/ChainBridge.Samples.TestingPlatform.ctrf.json" >/dev/null ||
  problem "the run that was killed left no file that names its test"

# `dotnet test` under the platform: its folder's own global.json chooses it, the repository's stays as it is.
run platform-dotnet-test 0 env -C "$platform" dotnet test --no-build \
  --report-xunit-trx --report-xunit-trx-filename platform-dotnet-test.trx --results-directory "$out"
same platform-dotnet-test "${green[@]}"

# The page for GitHub's step summary says the same under both.
for page in "$out"/vstest-red.md "$out"/platform-red.md; do
  grep -q '^### .*: 4 failed, 6 passed, 1 skipped$' "$page" &&
    grep -q '^| Is flaky when told to | 2 |$' "$page" ||
    { problem "$page says:"; cat "$page" >&2; }
done

# Nothing ran: the platform says 8; who shards lets that pass and judges the sum.
platform platform-nothing 8 --filter-class Nobody
CHAINBRIDGE_SHARD=4/4 platform platform-empty-shard 0 --ignore-exit-code 8
CHAINBRIDGE_SHARD=5/4 platform platform-bad-shard 2
grep -q 'CHAINBRIDGE_SHARD=5/4 is no shard' "$out/platform-bad-shard.log" || problem "a bad shard was not named"

[ "$problems" = 0 ] || { echo "platforms: $problems problems" >&2; exit 1; }
echo "platforms: VSTest and Microsoft.Testing.Platform agree on ${#green[@]} tests, green and red"
