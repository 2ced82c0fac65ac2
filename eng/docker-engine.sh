#!/usr/bin/env bash
# Makes a Docker engine with Compose v2 and buildx answer on this machine.
#   eng/docker-engine.sh          answers already: says so. Else, as root on Debian: installs and starts it.
#   eng/docker-engine.sh stop     stops the engine that this script started; touches no other.
set -euo pipefail

state=/var/run/chainbridge-dockerd
socket=/var/run/docker.sock

answers() { timeout 5 docker version >/dev/null 2>&1; }

stop_engine() {
  [ -f "$state/pid" ] || return 0
  local pid; pid=$(cat "$state/pid")
  if kill -TERM "$pid" 2>/dev/null; then
    for _ in $(seq 1 60); do kill -0 "$pid" 2>/dev/null || break; sleep 0.5; done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  rm -rf "$state"
}

if [ "${1:-}" = stop ]; then stop_engine; exit 0; fi

if answers && docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; then
  echo "docker-engine: answers ($(docker version --format '{{.Server.Version}}'))"
  exit 0
fi

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "docker-engine: no engine answers. Install Docker Engine with the compose and buildx plugins and start it" \
    "(sudo systemctl start docker), or go on without: CHAINBRIDGE_TARGET=process" >&2
  exit 1
fi

install_engine() {
  # Debian 12's own engine has no Compose v2; the next suite has, and needs only a libc this one has.
  local mirror
  mirror=$(sed -nE 's#^URIs: *(\S+/debian)/?$#\1#p; s#^deb +(\[[^]]*\] +)?(\S+/debian)/? .*#\2#p' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
  [ -n "$mirror" ] || { echo "docker-engine: found no Debian mirror in the machine's apt sources" >&2; return 1; }
  cat >/etc/apt/sources.list.d/chainbridge-trixie.sources <<SOURCES
Types: deb
URIs: $mirror
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  cat >/etc/apt/preferences.d/chainbridge-trixie <<'PIN'
Package: *
Pin: release n=trixie
Pin-Priority: 100
PIN
  export DEBIAN_FRONTEND=noninteractive
  timeout 300 apt-get update >/dev/null
  local policy=/usr/sbin/policy-rc.d made=no
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; made=yes; }
  timeout 900 apt-get install -y --no-install-recommends -t trixie \
    docker.io docker-cli docker-compose docker-buildx containerd runc iptables >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }
  [ "$made" = no ] || rm -f "$policy"
}

log=$(mktemp); trap 'rm -f "$log"' EXIT
if ! command -v dockerd >/dev/null 2>&1 || ! docker compose version >/dev/null 2>&1 || ! docker buildx version >/dev/null 2>&1; then
  echo "docker-engine: installing the engine, compose and buildx"
  install_engine
  hash -r
fi

if ! answers; then
  mkdir -p "$state"
  rm -f /var/run/docker.pid
  echo "docker-engine: starting dockerd (log: $state/log)"
  setsid nohup dockerd --host "unix://$socket" >"$state/log" 2>&1 </dev/null &
  echo $! >"$state/pid"
  deadline=$((SECONDS + 60))
  until answers; do
    if ! kill -0 "$(cat "$state/pid")" 2>/dev/null || [ "$SECONDS" -ge "$deadline" ]; then
      echo "docker-engine: dockerd did not answer on $socket within 60 s; its last lines:" >&2
      tail -n 20 "$state/log" >&2
      exit 1
    fi
    sleep 0.2
  done
fi
echo "docker-engine: answers ($(docker version --format '{{.Server.Version}}'), $(docker compose version --short)," \
  "driver $(docker info --format '{{.Driver}}'))"
