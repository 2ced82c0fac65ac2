#!/usr/bin/env bash
# Compiles the runner to native code for machines like this one.
#   eng/native-runner.sh FOLDER    puts the program there, with what it carries
#   eng/native-runner.sh           prints what machines like this one are called, and sees to a linker
set -euo pipefail
cd "$(dirname "$0")/.."
case "$(uname -s) $(uname -m)" in
  "Linux x86_64") runtime=linux-x64 ;;
  "Linux aarch64") runtime=linux-arm64 ;;
  *) echo "native-runner: the runner is not compiled for $(uname -s) on $(uname -m); take the one for any machine" >&2; exit 1 ;;
esac
links() { echo 'int main(void) { return 0; }' | "$1" -x c - -o /dev/null 2>/dev/null; }
links clang || links gcc || bash eng/debian-packages.sh native-runner gcc libc6-dev >&2
if [ $# = 0 ]; then echo "$runtime"; exit 0; fi
# What a build for one kind of machine restores is its own: the lock files are those of the other builds.
dotnet publish src/DeployRunner -c Release -r "$runtime" -v quiet --nologo "-p:NativeRuntime=$runtime" \
  -p:NuGetLockFilePath=obj/native.lock.json -p:RestoreLockedMode=false -o "$1"
