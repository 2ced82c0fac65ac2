version dotnet --version
dotnet build -v quiet > build.log 2>&1 || { tail -5 build.log; exit 1; }
program=$(ls bin/Debug/net10.0/Shop.dll)
try() { # NAME CLASS...: one run, three formats
  local name=$1 classes=(); shift; for class in "$@"; do classes+=(-class "Shop.$class"); done; rm -f out.*
  run "$name" dotnet "$program" "${classes[@]}" -trx out.trx -jUnit out.xml -ctrf out.json
  keep out.trx "trx-$name.trx"; keep out.xml "junit-$name.xml"; keep out.json "ctrf-$name.json"
}
try green Green
try red Red Green
try skipped Skipped SkippedInside
try all-skipped AllSkipped
try set-up-fails SetUpFails
try tear-down-fails TearDownFails
try class-set-up-fails ClassSetUpFails
try class-tear-down-fails ClassTearDownFails
try explicit Explicit
try warning Warned
try timeout TimedOut
try crashed Crashed
try exit-called ExitCalled
try no-test-matches NoSuchClass
try colours Colours
