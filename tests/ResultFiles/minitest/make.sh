debian ruby-minitest ruby-minitest-reporters
version ruby -e 'require "minitest"; puts "minitest #{Minitest::VERSION}"'
version ruby -e 'require "minitest/reporters"; puts "minitest-reporters #{Minitest::Reporters::VERSION}"'
try() {
  local name=$1
  shift
  run "$name" ruby -I. "$@"
  for f in test/reports/*.xml; do [ -f "$f" ] && keep "$f" "$name.xml"; done
  [ -d test/reports ] || keep none "$name.xml"
  rm -rf test
}
try green green_test.rb --seed 1
try red red_test.rb --seed 1
try skipped skipped_test.rb --seed 1
try all-skipped all_skipped_test.rb --seed 1
try set-up-fails set_up_fails_test.rb --seed 1
try teardown-fails teardown_fails_test.rb --seed 1
try after-run-fails after_run_fails_test.rb --seed 1
try load-error load_error_test.rb
try empty empty_test.rb
try no-test-matches green_test.rb --name no_such_test
try crashed crashed_test.rb --seed 1
try exit-called exit_called_test.rb --seed 1
try colours colours_test.rb
