npm_packages mocha@11.7.5 mocha-junit-reporter@2.2.1 mocha-ctrf-json-reporter@0.0.11
version node_modules/.bin/mocha --version
try() { # NAME ARGUMENT...: one run for each reporter
  local name=$1; shift; rm -rf ctrf *.xml tried
  run "$name" node_modules/.bin/mocha --color "$@"; rm -f tried
  run "$name, mocha-junit-reporter" node_modules/.bin/mocha --reporter mocha-junit-reporter --reporter-options mochaFile=junit.xml "$@"
  keep junit.xml "junit-$name.xml"
  rm -f tried
  run "$name, xunit" node_modules/.bin/mocha --reporter xunit --reporter-options output=xunit.xml "$@"
  keep xunit.xml "xunit-$name.xml"
  rm -f tried
  run "$name, ctrf" node_modules/.bin/mocha --reporter mocha-ctrf-json-reporter "$@"; keep ctrf/ctrf-report.json "ctrf-$name.json"
}
try green green.js
try red red.js green.js
try pending pending.js
try all-pending all-pending.js
try before-fails before-fails.js green.js
try before-each-fails before-each-fails.js
try after-fails after-fails.js
try after-each-fails after-each-fails.js
try root-before-fails root-before-fails.js
try does-not-load broken.js green.js
try no-tests no-tests.js
try no-test-matches --grep 'no such test' green.js
try crashed crashed.js
try exit-called exit-called.js
try flaky --retries 2 flaky.js
try flaky-red --retries 2 red.js
try colours colours.js
try bail --bail red.js green.js
run "pending, with the option" node_modules/.bin/mocha --reporter mocha-junit-reporter \
  --reporter-options mochaFile=junit.xml,includePending=true pending.js
keep junit.xml junit-pending-included.xml
run "nested suites" node_modules/.bin/mocha --reporter mocha-junit-reporter \
  --reporter-options mochaFile=junit.xml,outputs=true,testsuitesTitle=shop,jenkinsMode=true red.js green.js
keep junit.xml junit-jenkins-mode.xml
