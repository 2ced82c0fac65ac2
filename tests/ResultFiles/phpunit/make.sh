debian phpunit
version phpunit --version
try() { local name=$1; shift; run "$name" phpunit --colors=always --log-junit "$name.xml" "$@"; keep "$name.xml" "$name.xml"; }
try green GreenTest.php
try red RedTest.php
try skipped SkippedTest.php
try risky RiskyTest.php
try risky-fails --fail-on-risky RiskyTest.php
try warning WarningTest.php
try no-tests NoTests.php
try no-test-matches --filter NoSuchTest GreenTest.php
try before-class-fails BeforeClassFailsTest.php
try after-class-fails AfterClassFailsTest.php
try set-up-fails SetUpFailsTest.php
try provider-fails ProviderFailsTest.php
try crashed CrashedTest.php
try isolated-crash --process-isolation CrashedTest.php
try all-skipped AllSkippedTest.php
try colours ColoursTest.php
try suite -c phpunit.xml
