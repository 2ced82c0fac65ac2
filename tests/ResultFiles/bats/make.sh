debian bats
version bats --version
# bats ends before the process that writes its report does: a moment later the report is whole.
whole() { for _ in $(seq 100); do grep -q '</testsuites>' "$1" && return; sleep 0.1; done; }
try() {
  local name=$1
  shift
  mkdir -p "out-$name"
  run "$name" bats --report-formatter junit --output "out-$name" "$@"
  whole "out-$name/report.xml"
  keep "out-$name/report.xml" "$name.xml"
}
try green green.bats
try red red.bats green.bats
try skipped skipped.bats
try setup-fails setup-fails.bats
try setup-file-fails setup-file-fails.bats green.bats
try teardown-file-fails teardown-file-fails.bats
try all-skipped all-skipped.bats
try empty empty.bats
try crashed crashed.bats
try colours colours.bats
run printed-green sh -c 'bats --formatter junit green.bats > printed.xml'; keep printed.xml printed-green.xml
