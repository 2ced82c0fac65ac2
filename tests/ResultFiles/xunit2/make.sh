version dotnet --version
dotnet build -v quiet > build.log 2>&1 || { tail -5 build.log; exit 1; }
try() { # NAME CLASS...: one run, both loggers
  local name=$1 filter; shift; filter=$(printf '|FullyQualifiedName~Shop.%s.' "$@"); rm -rf out
  run "$name" dotnet test --no-build --results-directory out --logger 'trx;LogFileName=out.trx' \
    --logger 'junit;LogFilePath=out/out.xml' --filter "${filter#|}"
  keep out/out.trx "trx-$name.trx"; keep out/out.xml "junit-$name.xml"
}
try green Green
try red Red Green
try skipped Skipped
try all-skipped AllSkipped
try set-up-fails SetUpFails
try tear-down-fails TearDownFails
try class-set-up-fails ClassSetUpFails
try class-tear-down-fails ClassTearDownFails
try crashed Crashed
try exit-called ExitCalled
try no-test-matches NoSuchClass
try colours Colours
