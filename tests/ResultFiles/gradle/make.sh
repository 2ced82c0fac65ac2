debian gradle junit4
version bash -c 'gradle --version | grep -m1 Gradle'
try() { # NAME CLASS...: one file for each class
  local name=$1; shift; rm -rf build/test-results; local filters=(); for class in "$@"; do filters+=(--tests "shop.$class"); done
  run "$name" gradle --offline --no-daemon --console=plain -g "$work/.gradle-home" test "${filters[@]}"
  for file in build/test-results/test/TEST-*.xml; do
    [ -f "$file" ] && keep "$file" "$name-$(basename "$file" .xml | sed 's/.*\.//').xml"
  done
}
try green GreenTest
try red RedTest
try skipped SkippedTest
try all-skipped AllSkippedTest
try before-class-fails BeforeClassFailsTest
try after-class-fails AfterClassFailsTest
try constructor-fails ConstructorFailsTest
try crashed CrashedTest
try colours ColoursTest
