npm_packages @playwright/test@1.65.1 playwright-ctrf-json-reporter@0.0.29
version node_modules/.bin/playwright --version
try() { # NAME ARGUMENT...: one run, both reporters; no test opens a browser
  local name=$1; shift; rm -rf ctrf junit.xml
  FORCE_COLOR=1 run "$name" node_modules/.bin/playwright test "$@"
  keep junit.xml "junit-$name.xml"
  keep ctrf/ctrf-report.json "ctrf-$name.json"
}
try green green.spec.js
try red red.spec.js
try skipped skipped.spec.js
try all-skipped all-skipped.spec.js
try before-all-fails before-all-fails.spec.js
try after-all-fails after-all-fails.spec.js
try fixture-fails fixture-fails.spec.js
try does-not-load broken.spec.js green.spec.js
try no-tests no-tests.spec.js
try no-test-matches --grep 'no such test' green.spec.js
try crashed crashed.spec.js
try timeout timeout.spec.js
try flaky --retries 2 flaky.spec.js
try flaky-red --retries 1 red.spec.js
try flaky-fails --retries 2 --fail-on-flaky-tests flaky.spec.js
try expected-to-fail expected-to-fail.spec.js
try serial --retries 0 serial.spec.js
try max-failures --max-failures 1 --workers 1 red.spec.js
try colours colours.spec.js
try two-projects two-projects.spec.js --config two-projects.config.js
try global-teardown-fails --config global-teardown.config.js green.spec.js
