debian golang-go gotestsum go-junit-report
version go version
version gotestsum --version
version go-junit-report --version
try() { # NAME PACKAGE...: once with gotestsum, once with go-junit-report over what go test printed
  local name=$1; shift
  run "gotestsum $name" gotestsum --no-color --junitfile "gotestsum-$name.xml" ${rerun:-} --packages "$*"
  keep "gotestsum-$name.xml" "gotestsum-$name.xml"
  [ -n "${rerun:-}" ] && return
  run "go-junit-report $name" \
    sh -c 'go test -v "$@" > out.txt 2>&1; go-junit-report -set-exit-code < out.txt > report.xml' sh "$@"
  keep report.xml "go-junit-report-$name.xml"
}
export GOFLAGS=-mod=mod GOPROXY=off GOCACHE=$work/.cache CGO_ENABLED=0
try green ./green
try red ./red ./green
try skipped ./skipped
try crashed ./crashed ./green
try exits ./exits
try does-not-compile ./broken ./green
try main-fails ./hooks
try no-tests ./none
try odd-names ./odd
try prints-a-failure ./prints
rerun='--rerun-fails=3' try flaky ./flaky
rm -f tried
rerun='--rerun-fails=2' try flaky-red ./red
run "go-junit-report json" \
  sh -c 'go test -json ./red ./green > out.json; go-junit-report -parser gojson < out.json > report.xml'
keep report.xml go-junit-report-json-red.xml
