# A gate command that leaves the result file it is told to: gate.sh HOW RESULTS-FOLDER
set -eu
how=$1 file=$2/results.json
report() { # tests passed failed entries
  printf '{"results":{"tool":{"name":"gate"},"summary":{"tests":%s,"passed":%s,"failed":%s,' "$1" "$2" "$3"
  printf '"skipped":0,"pending":0,"other":0},"tests":[%s]}}' "$4"
}
good='{"name":"a","status":"passed","duration":1},{"name":"b","status":"passed","duration":1}'
case $how in
  fine) report 2 2 0 "$good" >"$file" ;;
  # Each door is told to a gate's commands, at the candidate's own address too.
  asks-for-doors) report 2 2 0 "$good" >"$file"; test -n "${CHAINBRIDGE_DOOR_SHOP:-}" -a -n "${CHAINBRIDGE_DOOR_INSIDE:-}" ;;
  missing) ;;
  empty) : >"$file" ;;
  truncated) report 2 2 0 "$good" | head -c 150 >"$file" ;;
  stale) report 2 2 0 "$good" >"$file"; touch -d '2001-01-01' "$file" ;;
  huge) truncate -s 200M "$file" ;;
  no-test) report 0 0 0 '' >"$file" ;;
  lying) report 2 2 0 '{"name":"a","status":"passed","duration":1},{"name":"b","status":"failed","duration":1}' >"$file" ;;
  red) report 2 1 1 '{"name":"a","status":"passed","duration":1},{"name":"b","status":"failed","duration":1}' >"$file" ;;
  # Holds the gate of the public door until it is ended from outside; the deadline is the gate's own.
  held-at-the-door)
    [ "${CHAINBRIDGE_BASE_URL:-}" != "http://127.0.0.1:$TINY_PORT" ] || exec sleep 60
    report 2 2 0 "$good" >"$file" ;;
  # Holds it until the scenario says go on, by making the file $TINY_TOLD.
  told-at-the-door)
    [ "${CHAINBRIDGE_BASE_URL:-}" != "http://127.0.0.1:$TINY_PORT" ] || until [ -e "$TINY_TOLD" ]; do sleep 0.05; done
    report 2 2 0 "$good" >"$file" ;;
  # The same for the gate of the candidate, before it has traffic.
  told-before-the-door)
    [ "${CHAINBRIDGE_BASE_URL:-}" = "http://127.0.0.1:$TINY_PORT" ] || until [ -e "$TINY_TOLD" ]; do sleep 0.05; done
    report 2 2 0 "$good" >"$file" ;;
  green-but-broken) report 2 2 0 "$good" >"$file"; exit 9 ;;
  *) echo "gate.sh does not know '$how'" >&2; exit 64 ;;
esac
