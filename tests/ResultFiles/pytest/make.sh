debian python3-pytest python3-pytest-subtests python3-pytest-rerunfailures python3-pytest-xdist
version pytest-3 --version
try() {
  local name=$1
  shift
  run "$name" pytest-3 -q -p no:cacheprovider --color=no --junitxml="$name.xml" "$@"
  keep "$name.xml" "$name.xml"
}
try green test_green.py
try red test_red.py
try skipped test_skipped.py
try xpass-strict test_xpass_strict.py
try fixture-error test_fixture_error.py
try teardown-error test_teardown_error.py
try session-teardown-error test_session_teardown_error.py
try import-error test_import_error.py test_green.py
try module-skipped test_module_skipped.py
try all-skipped test_all_skipped.py
try empty test_empty.py
try flaky --reruns 2 test_flaky.py
try flaky-red --reruns 2 test_red.py
try subtests-green test_subtests_green.py
try subtests-red test_subtests_red.py
try subtests-skipped test_subtests_skipped.py
try crashed test_crashed.py
try worker-crashed -n 2 test_crashed.py
try stopped-at-first -x test_red.py
try exit-called test_exit_called.py
try colours -o junit_logging=all test_colours.py
try output-green -o junit_logging=all test_output_green.py
try xunit1-red -o junit_family=xunit1 test_red.py
