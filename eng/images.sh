#!/usr/bin/env bash
# Makes the images that the stack is built on, from Debian packages and this machine's .NET SDK,
# for machines that reach no public image registry. Cached by a hash of the recipe.
#   eng/images.sh    builds what is missing and writes .chainbridge/images.env (KEY=VALUE lines)
# With CHAINBRIDGE_AIRGAPPED=0 nothing is built and the public images are used.
set -euo pipefail
cd "$(dirname "$0")/.."
out=.chainbridge/images.env
mkdir -p .chainbridge

public_registry_answers() { timeout 8 docker manifest inspect postgres:15 >/dev/null 2>&1; }

if [ "${CHAINBRIDGE_AIRGAPPED:-auto}" = 0 ] || { [ "${CHAINBRIDGE_AIRGAPPED:-auto}" = auto ] && public_registry_answers; }; then
  : >"$out"
  echo "images: the public registry answers; using the public images"
  exit 0
fi

dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
sdk_version=$(dotnet --version)
recipe=$(cat eng/images.sh eng/images/* | sha256sum | cut -c1-16)-$sdk_version
have() { [ "$(docker image inspect --format '{{index .Config.Labels "chainbridge.recipe"}}' "$1" 2>/dev/null)" = "$recipe" ]; }

work=$(mktemp -d /tmp/chainbridge-images.XXXXXX)
trap 'rm -rf "$work"' EXIT

ensure_base() {
  have chainbridge-local/debian:12 && return 0
  command -v debootstrap >/dev/null 2>&1 || {
    [ "$(id -u)" -eq 0 ] || { echo "images: needs debootstrap: sudo apt-get install -y debootstrap" >&2; exit 1; }
    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get install -y --no-install-recommends debootstrap >/dev/null
  }
  echo "images: debootstrap of Debian 12"
  local mirror
  mirror=$(sed -nE 's#^URIs: *(\S+/debian)/?$#\1#p' /etc/apt/sources.list.d/*.sources | head -n 1 || true)
  timeout 600 debootstrap --variant=minbase --include=ca-certificates,gosu,libssl3,zlib1g,libstdc++6,libgcc-s1 \
    bookworm "$work/base" "$mirror" >"$work/debootstrap.log" 2>&1 || { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
  # The machine's own sources and certificates: what it may reach, its containers may reach. The image never leaves it.
  cp /etc/apt/sources.list.d/debian.sources "$work/base/etc/apt/sources.list.d/"
  : >"$work/base/etc/apt/sources.list"
  cp -a /etc/apt/apt.conf.d/. "$work/base/etc/apt/apt.conf.d/" 2>/dev/null || true
  cp /etc/ssl/certs/ca-certificates.crt "$work/base/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$work/base/var/cache/apt/archives/"*.deb
  tar -C "$work/base" -c . | docker import --change "LABEL chainbridge.recipe=$recipe" - chainbridge-local/debian:12 >/dev/null
}

# The servers are copied in from Debian's packages with apt inside a chroot-free build: plain RUN steps.
build() { # image, dockerfile, context, further arguments
  local image=$1 file=$2 context=$3; shift 3
  have "$image" && return 0
  echo "images: building $image"
  timeout 900 docker build --quiet --network host --label "chainbridge.recipe=$recipe" -t "$image" -f "$file" "$@" "$context" >/dev/null
}

ensure_base
build chainbridge-local/postgres:15 eng/images/postgres.Dockerfile eng/images
build chainbridge-local/redis:7 eng/images/redis.Dockerfile eng/images

if ! have chainbridge-local/aspnet:10.0 || ! have chainbridge-local/sdk:10.0; then
  # A context of the parts needed; hard links where the disk allows, so that nothing large is copied twice.
  mkdir -p "$work/dotnet" "$work/nuget"
  cp -al "$dotnet_root/." "$work/dotnet/" 2>/dev/null || cp -a "$dotnet_root/." "$work/dotnet/"
  if [ -f "$HOME/.nuget/NuGet/NuGet.Config" ]; then cp "$HOME/.nuget/NuGet/NuGet.Config" "$work/nuget/"; fi
  build chainbridge-local/aspnet:10.0 eng/images/aspnet.Dockerfile "$work"
  build chainbridge-local/sdk:10.0 eng/images/sdk.Dockerfile "$work"
fi

cat >"$out" <<'ENV'
CHAINBRIDGE_POSTGRES_IMAGE=chainbridge-local/postgres:15
CHAINBRIDGE_REDIS_IMAGE=chainbridge-local/redis:7
CHAINBRIDGE_SDK_IMAGE=chainbridge-local/sdk:10.0
CHAINBRIDGE_RUNTIME_IMAGE=chainbridge-local/aspnet:10.0
TESTCONTAINERS_RYUK_DISABLED=true
ENV
echo "images: ready; see $out"
