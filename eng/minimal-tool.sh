#!/usr/bin/env bash
# The runner as a stranger has it: installed as a tool from a feed into a repository that knows nothing of this one, which it
# then deploys and rolls back, on the targets named: process and, where an engine answers, compose when none is.
# Usage: eng/minimal-tool.sh FEED VERSION [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD feed=$(realpath "$1") version=$2
shift 2
work=$(mktemp -d /tmp/shop-XXXXXX)
runner() { SHOP_TARGET=$target SHOP_PROJECT=$project timeout 300 dotnet deployrunner "$@"; }
standing=
finish() {
  [ -z "$standing" ] || { cd "$work/shop" && runner down --volumes >/dev/null 2>&1 || true; }
  rm -rf "$work"
}
trap finish EXIT
wrong() { echo "minimal: $target: $*" >&2; exit 1; }
must() { runner "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; wrong "deployrunner $* ended with $?"; }; cat "$work/said"; }

cp -r samples/Shop "$work/shop"
cd "$work/shop"
rm -rf bin obj published .chainbridge
git init -q . && git config user.email shop@example.org && git config user.name Shop
git add . && git commit -qm "Open the shop"
export NUGET_PACKAGES=$work/packages DOTNET_CLI_HOME=$work/home DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet new tool-manifest >/dev/null
dotnet tool install ChainBridge.DeployRunner --version "$version" --add-source "$feed" >/dev/null
git add . && git commit -qm "Take the runner"

# A first manifest from a compose file alone, in a folder that has no other.
target=auto project=shop
mkdir "$work/draft" && cp docker-compose.yml "$work/draft"
must --manifest "$work/draft/chainbridge.yml" init >/dev/null
head -1 "$work/draft/chainbridge.yml" | grep -q 'yaml-language-server: $schema=https://' || wrong "init names no schema"
must --manifest "$work/draft/chainbridge.yml" validate >/dev/null

try=("$@")
if [ ${#try[@]} = 0 ]; then
  try=(process)
  if docker version >/dev/null 2>&1; then try+=(compose); fi
fi
if docker version >/dev/null 2>&1; then
  [ -z "${CHAINBRIDGE_RUNTIME_IMAGE:-}" ] && [ -f "$root/.chainbridge/images.env" ] && { set -a; . "$root/.chainbridge/images.env"; set +a; }
elif [ "${CHAINBRIDGE_REQUIRE_DOCKER:-}" = 1 ]; then
  target=compose; wrong "no Docker engine answers"
fi
for target in "${try[@]}"; do
  project=shop-$$-$target
  rm -rf .chainbridge
  [ "$target" = process ] || dotnet publish Shop.csproj -c Release -v quiet --nologo -o published
  must validate >/dev/null
  standing=1
  must deploy --version one >/dev/null
  must status | grep -q "current release: one" || wrong "the first release is not the current one: $(cat "$work/said")"
  [ -z "$(git status --porcelain)" ] || wrong "git sees what the runner keeps: $(git status --porcelain)"
  sed -i 's/"tea 3"/"tea 4"/' Program.cs && git commit -qam "Raise the price"
  [ "$target" = process ] || dotnet publish Shop.csproj -c Release -v quiet --nologo -o published
  must deploy --version two >/dev/null
  must status | grep -q "current release: two" || wrong "the second release is not the current one: $(cat "$work/said")"
  must rollback >/dev/null
  must status | grep -q "current release: one" || wrong "the way back did not lead to the first release: $(cat "$work/said")"
  must down --volumes >/dev/null
  standing=
  ! pgrep -f "^dotnet $work" >/dev/null || wrong "down left processes: $(pgrep -af "^dotnet $work")"
  git checkout -q -- . && git revert --no-edit HEAD >/dev/null
done
echo "minimal: a repository that has only the tool $version deploys, goes back and ends on ${try[*]}"
