lines=14
debian junit5 maven libsurefire-java maven-debian-helper libmaven-resources-plugin-java \
  libmaven-compiler-plugin-java libmaven-jar-plugin-java junit4
echo "# maven-surefire-plugin $(dpkg-query -W -f '${Version}' libsurefire-java)" >> "$here/$runner/console.txt"
# Debian's repository is copied because Maven writes into the one it reads.
cp -rL /usr/share/maven-repo .repository 2> /dev/null
maven() { mvn -o -B -Dmaven.repo.local="$work/.repository" "$@"; }
maven test-compile > compile.log 2>&1 || tail -5 compile.log
try() { # NAME CLASSES ARGUMENT...: one file for each class
  local name=$1 classes=$2 file; shift 2; rm -rf target/surefire-reports
  run "$name" mvn -o -B "-Dmaven.repo.local=$work/.repository" \
    org.apache.maven.plugins:maven-surefire-plugin:2.22.3:test \
    "-Dtest=$classes" -DfailIfNoTests=false "$@"
  sed -i -e '/== '"$name"':/,$ { /INFO\]  *$/d; /INFO\] -*$/d }' \
    -e '/== '"$name"':/,$ { /Total time\|Finished at\|Help 1\|re-run Maven\|To see the full/d }' "$here/$runner/console.txt"
  for file in target/surefire-reports/TEST-*.xml; do
    [ -f "$file" ] || continue
    sed -i -e '/<property name="/d' "$file"
    keep "$file" "$name-$(basename "$file" .xml | sed 's/.*\.//').xml"
  done
}
try green GreenTest
try red RedTest,GreenTest
try skipped SkippedTest
try all-skipped AllSkippedTest
try before-fails BeforeFailsTest
try before-class-fails BeforeClassFailsTest
try after-class-fails AfterClassFailsTest
try constructor-fails ConstructorFailsTest
try crashed CrashedTest,GreenTest
try exit-called ExitCalledTest
try flaky FlakyTest -Dsurefire.rerunFailingTestsCount=2
try flaky-red RedTest -Dsurefire.rerunFailingTestsCount=1
try colours ColoursTest
cd junit5 && maven test-compile > compile.log 2>&1 || tail -5 compile.log
in_junit5() { # NAME CLASS: as try, in the project with JUnit 5
  run "$1" mvn -o -B -f junit5/pom.xml "-Dmaven.repo.local=$work/.repository" \
    org.apache.maven.plugins:maven-surefire-plugin:2.22.3:test \
    "-Dtest=$2" -DfailIfNoTests=false
  for file in "$work"/junit5/target/surefire-reports/TEST-*.xml; do
    [ -f "$file" ] || continue
    sed -i -e '/<property name="/d' "$file"
    keep "${file#"$work/"}" "$1-$(basename "$file" .xml | sed 's/.*\.//').xml"
  done
  rm -rf "$work/junit5/target/surefire-reports"
}
in_junit5 junit5-green CartTest
in_junit5 junit5-red PricesTest
in_junit5 junit5-before-all-fails BeforeAllFailsTest
in_junit5 junit5-after-all-fails AfterAllFailsTest
