# Cypress itself cannot be had from a registry (its package downloads the program), so the events that it would send are
# written down in drive.js; the reporter is the real one.
npm_packages cypress-ctrf-json-reporter@0.0.14
echo '# cypress-ctrf-json-reporter 0.0.14, events written by hand' >> "$here/$runner/console.txt"
for name in green red pending hook-fails flaky all-pending no-tests; do
  rm -rf ctrf; run "$name" node drive.js "$name"; keep ctrf/ctrf-report.json "ctrf-$name.json"
done
