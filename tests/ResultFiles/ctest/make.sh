debian cmake g++
version ctest --version
cmake -S . -B build > /dev/null && cmake --build build > /dev/null
try() { local name=$1; shift; run "$name" ctest --test-dir build --output-junit "$work/$name.xml" "$@"; keep "$name.xml" "$name.xml"; }
try green -L green
try red -L 'green|red'
try skipped -L 'green|skipped'
try disabled -L 'green|disabled'
try all-disabled -L disabled
try all-skipped -L skipped
try timeout -L timeout
try crashed -L crashed
try fixture-fails -L fixture
try not-found -L not-found
try not-found-among-green -L 'green|not-found'
try no-test-matches -L no-such-label
try flaky -L flaky --repeat until-pass:3
try will-fail -L will-fail
try colours -L colours
