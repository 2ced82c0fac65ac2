npm_packages node-test-junit-reporter@2.0.1
version node --version
try() { # NAME ARGUMENT...: node's own reporter and the package that does the same for older versions
  local name=$1; shift
  run "$name" node --test --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination=junit.xml "$@"
  keep junit.xml "$name.xml"
  rm -f junit.xml
}
try green green.test.mjs
try red red.test.mjs
try skipped skipped.test.mjs
try all-skipped all-skipped.test.mjs
try todo-fails todo-fails.test.mjs
try before-fails before-fails.test.mjs
try after-fails after-fails.test.mjs
try before-each-fails before-each-fails.test.mjs
try does-not-load broken.test.mjs green.test.mjs
try no-tests no-tests.test.mjs
try no-test-matches --test-name-pattern='no such test' green.test.mjs
try crashed crashed.test.mjs green.test.mjs
try exit-called exit-called.test.mjs
try never-ends never-ends.test.mjs
try cancelled cancelled.test.mjs
try brackets brackets.test.mjs
try colours colours.test.mjs
run package node --test --test-reporter=node-test-junit-reporter --test-reporter-destination=package.xml red.test.mjs skipped.test.mjs
keep package.xml package-red.xml
