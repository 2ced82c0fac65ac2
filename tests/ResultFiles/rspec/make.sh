debian ruby-rspec ruby-rspec-junit-formatter
version rspec --version
echo "# rspec_junit_formatter $(dpkg-query -W -f '${Version}' ruby-rspec-junit-formatter)" >> "$here/$runner/console.txt"
try() {
  local name=$1
  shift
  run "$name" rspec --force-color --format progress --format RspecJunitFormatter --out "$name.xml" "$@"
  keep "$name.xml" "$name.xml"
}
try green green_spec.rb
try red red_spec.rb
try pending pending_spec.rb
try pending-fixed pending_fixed_spec.rb
try before-fails before_fails_spec.rb
try before-all-fails before_all_fails_spec.rb
try after-fails after_fails_spec.rb
try after-all-fails after_all_fails_spec.rb
try after-suite-fails after_suite_fails_spec.rb
try load-error load_error_spec.rb green_spec.rb
try all-skipped all_skipped_spec.rb
try empty empty_spec.rb
try no-test-matches --example 'no such example' green_spec.rb
try crashed crashed_spec.rb
try exit-called exit_called_spec.rb
try colours colours_spec.rb
try stopped-at-first --fail-fast --order defined red_spec.rb
