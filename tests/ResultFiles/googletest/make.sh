debian libgtest-dev g++
echo "# libgtest-dev $(dpkg-query -W -f '${Version}' libgtest-dev)" >> "$here/$runner/console.txt"
c++ -std=c++17 -o tests tests.cpp -lgtest_main -lgtest -lpthread &&
  c++ -std=c++17 -o empty empty.cpp -lgtest_main -lgtest -lpthread || exit 1
try() { local name=$1; shift; run "$name" ./tests --gtest_color=yes --gtest_output="xml:$name.xml" "$@"; keep "$name.xml" "$name.xml"; }
try green --gtest_filter='Green*:*/Green*'
try red --gtest_filter='Green*:Red*'
try skipped --gtest_filter='Skipped.*'
try disabled --gtest_filter='Disabled.*'
try all-disabled --gtest_filter='AllDisabled.*'
try all-skipped --gtest_filter='AllSkipped.*'
try disabled-run --gtest_also_run_disabled_tests --gtest_filter='Disabled.*'
try disabled-run-green --gtest_also_run_disabled_tests --gtest_filter="AllDisabled.*"
try fixture-set-up-fails --gtest_filter='SetUpFails.*'
try suite-set-up-fails --gtest_filter='SuiteSetUpFails.*'
try suite-tear-down-fails --gtest_filter='SuiteTearDownFails.*'
try no-test-matches --gtest_filter='NoSuchTest.*'
try crashed --gtest_filter='Green*:Crashed*'
try colours --gtest_filter='Colours.*'
try repeated --gtest_repeat=2 --gtest_filter='SecondTimeLucky.*'
GTEST_TOTAL_SHARDS=2 GTEST_SHARD_INDEX=0 try shard --gtest_filter='GreenCart.*'
GTEST_TOTAL_SHARDS=9 GTEST_SHARD_INDEX=8 try empty-shard --gtest_filter='GreenCart.*'
run empty ./empty --gtest_output=xml:empty.xml; keep empty.xml empty.xml
