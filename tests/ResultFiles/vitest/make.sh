npm_packages vitest@3.2.4 vitest-ctrf-json-reporter@0.0.3 @d2t/vitest-ctrf-json-reporter@1.3.0
version node_modules/.bin/vitest --version
try() { # NAME ARGUMENT...: one run, all reporters; vitest-ctrf-json-reporter leaves tests out, two of its files show that
  local name=$1; shift; rm -rf vitest-ctrf d2t junit.xml
  FORCE_COLOR=1 run "$name" node_modules/.bin/vitest run --reporter=default --reporter=junit --outputFile.junit=junit.xml \
    --reporter=vitest-ctrf-json-reporter --reporter=./d2t.mjs "$@"
  keep junit.xml "junit-$name.xml"; keep d2t/ctrf-report.json "ctrf-d2t-$name.json"
  case $name in green | red) keep vitest-ctrf/report.json "ctrf-$name.json" ;; esac
}
try green green.test
try red red.test green.test
try skipped skipped.test
try all-skipped nothing-runs.test
try before-all-fails before-all-fails.test
try after-all-fails after-all-fails.test
try suite-does-not-load broken.test green.test
try no-tests no-tests.test
try no-test-matches --testNamePattern 'no such test' green.test
try no-file-matches --passWithNoTests no-such-file
try crashed --pool=forks crashed.test green.test
try exit-called exit-called.test
try flaky --retry 2 flaky.test
try flaky-red --retry 2 never-lucky.test
try colours colours.test
try unhandled unhandled.test
try test-fails test-fails.test
try global-teardown-fails --config global-teardown.config.mjs green.test
