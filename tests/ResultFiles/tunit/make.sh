version dotnet --version
dotnet build -v quiet > build.log 2>&1 || { grep -E 'error' build.log | sort -u | tail -5; exit 1; }
try() { # NAME CLASS...: one run, both reports
  local name=$1 class; shift; class=$1; rm -rf out
  TUNIT_ENABLE_JUNIT_REPORTER=true JUNIT_XML_OUTPUT_PATH=$work/out/out.xml \
      run "$name" dotnet bin/Debug/net10.0/Shop.dll --treenode-filter "/*/*/$class/*" \
      --results-directory out --report-trx --report-trx-filename out.trx
  keep out/out.trx "trx-$name.trx"; keep out/out.xml "junit-$name.xml"
}
for name in Green Red Skipped AllSkipped SetUpFails TearDownFails ClassSetUpFails ClassTearDownFails Depends Crashed ExitCalled \
  Flaky TimedOut NoSuchClass Colours; do
  try "$(sed 's/\([a-z]\)\([A-Z]\)/\1-\2/g' <<< "$name" | tr '[:upper:]' '[:lower:]')" "$name"
done
