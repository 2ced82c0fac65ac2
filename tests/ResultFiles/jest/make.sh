npm_packages jest@30.5.2 jest-junit@17.0.0 jest-ctrf-json-reporter@0.0.11
version node_modules/.bin/jest --version
try() { # NAME ARGUMENT...: one run, both reporters
  local name=$1; shift; rm -rf ctrf junit.xml
  run "$name" node_modules/.bin/jest "$@" --colors --ci --reporters=default --reporters=jest-junit --reporters=jest-ctrf-json-reporter
  keep junit.xml "junit-$name.xml"; keep ctrf/ctrf-report.json "ctrf-$name.json"
}
try green green.test.js
try red red.test.js green.test.js
try skipped /skipped.test.js
try todo todo.test.js
try all-skipped all-skipped.test.js
try before-all-fails before-all-fails.test.js
try after-all-fails after-all-fails.test.js
try suite-does-not-load broken.test.js green.test.js
export JEST_JUNIT_REPORT_TEST_SUITE_ERRORS=true
try suite-does-not-load-reported broken.test.js green.test.js
unset JEST_JUNIT_REPORT_TEST_SUITE_ERRORS
try no-tests no-tests.test.js
try no-test-matches --testNamePattern 'no such test' green.test.js
try no-file-matches --passWithNoTests no-such-file
try crashed --maxWorkers=2 --workerIdleMemoryLimit=1GB crashed.test.js green.test.js
try exit-called -i exit-called.test.js
try flaky flaky.test.js
try flaky-red flaky-red.test.js
try colours colours.test.js
try test-failing test-failing.test.js
try bail --bail -i red.test.js green.test.js
try only only.test.js
