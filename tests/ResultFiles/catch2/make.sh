debian catch2 g++
echo "# catch2 $(dpkg-query -W -f '${Version}' catch2)" >> "$here/$runner/console.txt"
c++ -std=c++17 -o tests tests.cpp && c++ -std=c++17 -o empty empty.cpp || exit 1
try() {
  local name=$1
  shift
  run "$name" ./tests "$@"
  run "$name, to its file" ./tests -r junit -o "$name.xml" "$@"
  keep "$name.xml" "$name.xml"
}
try green '[green]'
try red '[green],[red]'
try sections '[sections]'
try sections-red '[sections-red]'
try should-fail '[!shouldfail]'
try may-fail '[!mayfail],[green]'
try generators '[generators]'
try no-assertions '[no-assertions]'
try no-assertions-warned -w NoAssertions '[no-assertions]'
try crashed '[green],[crashed]'
try colours '[colours]'
try no-test-matches 'no such test'
run empty ./empty -r junit -o empty.xml; keep empty.xml empty.xml
