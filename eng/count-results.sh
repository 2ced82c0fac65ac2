#!/usr/bin/env bash
# Sums the TRX files below a folder and prints `N passed, N failed, N skipped` as its last line;
# before it, every failed test with the head of its message: often the end of a log is all that is kept of it.
# Ends with 1 when nothing ran, when a test failed, when a file is empty or truncated, or,
# with CHAINBRIDGE_REQUIRE_DOCKER=1, when a test was skipped.
# Usage: eng/count-results.sh FOLDER
set -euo pipefail
folder=${1:?folder with TRX files}
passed=0 failed=0 skipped=0 broken=0

while IFS= read -r file; do
  counters=$(grep -o '<Counters [^>]*>' "$file" | head -n 1 || true)
  if [ -z "$counters" ] || ! tail -c 200 "$file" | grep -q '</TestRun>'; then
    echo "count-results: not a whole result file: $file" >&2
    broken=$((broken + 1))
    continue
  fi
  attribute() { sed -nE "s/.* $1=\"([0-9]+)\".*/\1/p" <<<"$counters"; }
  total=$(attribute total) executed=$(attribute executed) good=$(attribute passed)
  passed=$((passed + good))
  failed=$((failed + executed - good))
  skipped=$((skipped + total - executed))
done < <(find "$folder" -name '*.trx' 2>/dev/null | sort)

# Name, first lines of the message, and the first place in the stack that names a file.
# (Some writers put the whole file on one line, so each element begins one here.)
failures() {
  sed -E 's/<(UnitTestResult |Message>|StackTrace>)/\n<\1/g; s/<\/(Message|StackTrace)>/&\n/g; s/&#xD;|\r//g; s/&#xA;/\n/g' "$1" | awk '
    function text(line) {
      gsub(/<[^>]*>/, "", line); gsub(/&lt;/, "<", line); gsub(/&gt;/, ">", line); gsub(/&quot;/, "\"", line)
      gsub(/&#39;|&apos;/, "\047", line); gsub(/&amp;/, "\\&", line); return line
    }
    /<UnitTestResult / {
      failed = / outcome="(Failed|Error|Timeout|Aborted)"/; name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name)
      if (failed) print "  " text(name)
    }
    failed && /<Message>/ { message = 1; shown = 0 }
    message { line = text($0); if (line ~ /[^ ]/ && shown++ < 12) print "      " substr(line, 1, 240) }
    message && /<\/Message>/ { message = 0 }
    failed && /<StackTrace>/ { stack = 1 }
    stack && / in .*:line [0-9]+/ { line = text($0); sub(/^ */, "", line); print "      " substr(line, 1, 240); stack = 0 }
    /<\/StackTrace>/ { stack = 0 }
  '
}

status=0
if [ "$failed" -gt 0 ]; then
  echo "failed:" >&2
  while IFS= read -r file; do failures "$file" >&2; done < <(find "$folder" -name '*.trx' | sort)
fi
if [ $((passed + failed)) -eq 0 ]; then echo "count-results: no test ran below $folder" >&2; status=1; fi
if [ "$failed" -gt 0 ] || [ "$broken" -gt 0 ]; then status=1; fi
if [ "${CHAINBRIDGE_REQUIRE_DOCKER:-0}" = 1 ] && [ "$skipped" -gt 0 ]; then
  echo "count-results: $skipped tests were skipped where none may be:" >&2
  find "$folder" -name '*.trx' -exec grep -ho 'testName="[^"]*"[^>]*outcome="NotExecuted"' {} + |
    sed -E 's/testName="([^"]*)".*/  \1/' >&2 || true
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
