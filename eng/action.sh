#!/usr/bin/env bash
# What the action does (action.yml): one verb of the runner from the inputs in VERB, DEPLOY_ENVIRONMENT, MANIFEST, VERSION, SKIP_TESTS,
# FORCE_REBUILD and APPROVE; then what serves, in the job's summary. Ends with the runner's exit code.
set -euo pipefail
runner=${GITHUB_ACTION_PATH:?}/src/DeployRunner/bin/Release/net10.0/deployrunner.dll
common=(--manifest "${MANIFEST:-chainbridge.yml}")
[ -z "${DEPLOY_ENVIRONMENT:-}" ] || common+=(--environment "$DEPLOY_ENVIRONMENT")

case ${VERSION:-} in -* | @*) echo "::error::deployrunner: '$VERSION' is no version" >&2; exit 2 ;; esac

arguments=("${VERB:?}")
case $VERB in
  deploy)
    [ -z "${VERSION:-}" ] || arguments+=(--version "$VERSION")
    [ "${SKIP_TESTS:-}" != true ] || arguments+=(--skip-tests)
    [ "${FORCE_REBUILD:-}" != true ] || arguments+=(--force-rebuild)
    [ "${APPROVE:-}" != true ] || arguments+=(--approve) ;;
  rollback) [ -z "${VERSION:-}" ] || arguments+=("$VERSION") ;;
  promote | abort | resume | smoke | status | validate) ;;
  *) echo "::error::deployrunner: there is no verb '$VERB' for this action" >&2; exit 2 ;;
esac

# GitHub interrupts only this shell when the job is cancelled. The runner then has a few seconds for its way back. The signal is caught
# before the runner starts: one that came between the two would end this shell, and leave the runner to itself.
code=0 cancelled=
trap 'cancelled=1' INT TERM
dotnet "$runner" "${common[@]}" "${arguments[@]}" & child=$!
trap 'kill -TERM "$child" 2>/dev/null || true' INT TERM
[ -z "$cancelled" ] || kill -TERM "$child" 2>/dev/null || true
while :; do
  code=0
  wait "$child" || code=$?
  kill -0 "$child" 2>/dev/null || break
done
trap - INT TERM
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
if [ "$VERB" != validate ]; then
  {
    echo "### deployrunner $VERB ended with $code"
    echo '```'
    dotnet "$runner" "${common[@]}" status || true
    dotnet "$runner" "${common[@]}" history || true
    echo '```'
  } >>"$GITHUB_STEP_SUMMARY" 2>&1
fi
exit "$code"
