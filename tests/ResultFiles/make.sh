#!/usr/bin/env bash
# Writes the result files of one runner again, with the real runner:
#   bash tests/ResultFiles/make.sh RUNNER        (a folder beside this script that has a make.sh)
# The runner is installed where it is missing. Its project is copied to a temporary folder and run there; paths of that
# folder become /project and the machine's name becomes host, nothing else in the files is changed. console.txt keeps how
# each run ended: its exit code and the last lines that the runner printed. New times and stack traces differ from run to run.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
runner=$1
[ -f "$here/$runner/make.sh" ] || { echo "there is no $runner/make.sh" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/$runner/project/." "$work/"
: > "$here/$runner/console.txt"
export LC_ALL=C.UTF-8 CI=true DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

plain() { sed -e "s|$work|/project|g" -e "s|$(uname -n)|host|g" -e 's/[[:space:]]*$//'; }

# debian PACKAGE...: installs those that are missing.
debian() { dpkg -s "$@" > /dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

# npm_packages PACKAGE@VERSION...: installs them in the project's copy.
npm_packages() { (cd "$work" && npm install --no-package-lock --no-audit --no-fund --prefer-offline "$@" > /dev/null); }

# version COMMAND...: writes down which runner it was.
version() { echo "# $("$@" 2>&1 | head -1)" | plain >> "$here/$runner/console.txt"; }

# run NAME COMMAND...: runs it in the project; a red run is meant to fail.
run() {
  local name=$1 code=0; shift
  (cd "$work" && timeout 300 "$@") > "$work/.console" 2>&1 < /dev/null || code=$?
  {
    echo "== $name: exit code $code"
    grep -av '^[[:space:]]*$' "$work/.console" | tail -"${lines:-4}" |
      sed -E -e 's/\x1b\[[0-9;?]*[A-Za-z]//g' -e 's/[^[:print:][:space:]]//g' -e 's/^(.{200}).*/\1/' | plain
  } >> "$here/$runner/console.txt"
}

# keep WRITTEN NAME: takes a file that the runner wrote.
keep() {
  if [ ! -f "$work/$1" ]; then
    echo "-- no file for $2: the runner wrote none" | tee -a "$here/$runner/console.txt"; rm -f "$here/$runner/$2"; return
  fi
  LC_ALL=C sed -e "s|$work|/project|g" -e "s|${work,,}|/project|g" -e "s|$(uname -n)|host|g" "$work/$1" > "$here/$runner/$2"
}

cd "$work" && . "$here/$runner/make.sh"
cat "$here/$runner/console.txt"
