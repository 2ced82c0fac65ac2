#!/usr/bin/env bash
# The lab: what deployments over SSH are tried on, made of Debian packages alone and reached at 127.0.0.1.
#   eng/lab.sh         two staging hosts (sshd and a Docker engine each), one with a small disk, a jump host before them, a registry with
#                      TLS and a password, and receivers of mail, webhooks and GitHub's API
#   eng/lab.sh down    removes all of it: containers, volumes, network, images, keys
# Keys, known hosts and a configuration for ssh are in .chainbridge/lab.
set -euo pipefail
cd "$(dirname "$0")/.."
lab=$PWD/.chainbridge/lab
label=chainbridge.lab

down() {
  local left
  left=$(docker ps --all --quiet --filter "label=$label"); [ -z "$left" ] || docker rm --force --volumes $left >/dev/null
  left=$(docker network ls --quiet --filter "label=$label"); [ -z "$left" ] || docker network rm $left >/dev/null
  left=$(docker volume ls --quiet --filter "label=$label"); [ -z "$left" ] || docker volume rm $left >/dev/null
  left=$(docker image ls --quiet --filter "label=$label" | sort -u); [ -z "$left" ] || docker image rm --force $left >/dev/null
  rm -rf "$lab"
}

if [ "${1:-up}" = down ]; then
  down
  for kind in "ps --all" "network ls" "volume ls" "image ls"; do
    left=$(docker $kind --quiet --filter "label=$label")
    [ -z "$left" ] || { echo "lab: still there: docker $kind --filter label=$label" >&2; exit 1; }
  done
  echo "lab: nothing is left"
  exit 0
fi

bash eng/docker-engine.sh
CHAINBRIDGE_AIRGAPPED=1 bash eng/images.sh
mirror=$(sed -nE 's#^URIs: *(\S+/debian)/?$#\1#p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -n 1 || true)

build() { # name
  echo "lab: image $1"
  timeout 900 docker build --quiet --network host --label "$label=1" --build-arg "MIRROR=${mirror:-http://deb.debian.org/debian}" \
    -t "chainbridge-local/lab-$1:12" -f "eng/lab/images/$1.Dockerfile" eng/lab/images >/dev/null
}
build host
build registry
build jump
build receivers

mkdir -p "$lab"
chmod 700 "$lab"
[ -f "$lab/key" ] || ssh-keygen -q -t ed25519 -N '' -C chainbridge-lab -f "$lab/key"
mkdir -p "$lab/registry"
[ -f "$lab/registry/registry.password" ] || (umask 077; head -c 18 /dev/urandom | base64 >"$lab/registry/registry.password")
docker network inspect chainbridge-lab >/dev/null 2>&1 || docker network create --label "$label=1" chainbridge-lab >/dev/null

start() { # name, then options of docker run, then the image
  local name=chainbridge-lab-$1; shift
  if [ "$(docker inspect --format '{{.State.Running}}' "$name" 2>/dev/null)" = true ]; then return; fi
  docker rm --force --volumes "$name" >/dev/null 2>&1 || true
  docker run --detach --label "$label=1" --name "$name" --hostname "$name" --network chainbridge-lab "$@" >/dev/null
}

mkdir -p "$lab/receivers/received"
[ -f "$lab/receivers/hook.secret" ] || (umask 077; head -c 18 /dev/urandom | base64 >"$lab/receivers/hook.secret")
[ -f "$lab/receivers/github.json" ] || cat >"$lab/receivers/github.json" <<'TRUTH'
{
  "checkRuns": [{ "name": "build", "status": "completed", "conclusion": "success" }],
  "statuses": [],
  "issues": []
}
TRUTH
start receivers --publish 127.0.0.1:2525:2525 --publish 127.0.0.1:8025:8025 --publish 127.0.0.1:8026:8026 \
  --volume "$lab/receivers:/lab" --stop-signal KILL chainbridge-local/lab-receivers:12
start registry --publish 127.0.0.1:5443:5443 --volume "$lab/registry:/lab" chainbridge-local/lab-registry:12

: >"$lab/known_hosts.new"
keys() { # name, port: of its sshd
  local name=$1 port=$2
  mkdir -p "$lab/$name"
  [ -f "$lab/$name/host_key" ] || ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$lab/$name/host_key"
  cp "$lab/key.pub" "$lab/$name/authorized_keys"
  echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 <"$lab/$name/host_key.pub")" >>"$lab/known_hosts.new"
}
host() { # name, port, then further options
  local name=$1 port=$2; shift 2
  keys "$name" "$port"
  start "$name" --privileged --publish "127.0.0.1:$port:22" --volume "$lab/$name:/lab-keys:ro" --tmpfs /lab "$@" chainbridge-local/lab-host:12
}
keys jump 2200
start jump --publish 127.0.0.1:2200:22 --volume "$lab/jump:/lab-keys:ro" --tmpfs /lab chainbridge-local/lab-jump:12
host alpha 2201
host beta 2202 --env SLOW_PROFILE=1
# In memory, with room for two releases of a small stack: what fills it takes nothing from this machine's disk.
host small 2203 --tmpfs /var/lib/docker:rw,exec,suid,dev,size=2g
mv "$lab/known_hosts.new" "$lab/known_hosts"
cat >"$lab/ssh_config" <<CONFIG
# What ssh is to use in the lab, and nothing of yours: ssh -F $lab/ssh_config alpha
Host alpha
  HostName 127.0.0.1
  Port 2201
  User deploy
Host beta
  HostName 127.0.0.1
  Port 2202
  User deploy
Host small
  HostName 127.0.0.1
  Port 2203
  User deploy
Host jump
  HostName 127.0.0.1
  Port 2200
  User jump
# alpha as it is reached where only the jump host has an address here
Host alpha-by-jump
  HostName chainbridge-lab-alpha
  User deploy
  ProxyJump jump
  HostKeyAlias [127.0.0.1]:2201
Host *
  IdentityFile $lab/key
  IdentitiesOnly yes
  UserKnownHostsFile $lab/known_hosts
  GlobalKnownHostsFile /dev/null
CONFIG

wait_for() { # what, then a command that succeeds when it is there
  local what=$1 deadline=$((SECONDS + 90)); shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "lab: $what did not come up within 90 s; docker logs chainbridge-lab-${what%% *}" >&2; exit 1; }
    sleep 0.3
  done
  echo "lab: $what"
}
answers() { ssh -F "$lab/ssh_config" -o BatchMode=yes "$1" docker version; }
wait_for "alpha is at ssh://deploy@127.0.0.1:2201" answers alpha
wait_for "beta is at ssh://deploy@127.0.0.1:2202, with a slow login profile" answers beta
wait_for "small is at ssh://deploy@127.0.0.1:2203, with 2 GB for its engine" answers small
wait_for "alpha-by-jump is alpha, reached through the jump host at port 2200" answers alpha-by-jump
wait_for "receivers of mail, webhooks and GitHub's API are at ports 2525, 8025, 8026, and write to .chainbridge/lab/receivers/received" \
  curl --silent --fail http://127.0.0.1:8026/repos/lab/lab/issues
wait_for "registry is at https://127.0.0.1:5443, user lab, password in .chainbridge/lab/registry/registry.password" \
  curl --silent --fail --cacert "$lab/registry/registry.crt" --user "lab:$(cat "$lab/registry/registry.password")" https://127.0.0.1:5443/v2/
for name in alpha beta; do
  docker exec "chainbridge-lab-$name" mkdir -p /etc/docker/certs.d/127.0.0.1:5443
  docker cp --quiet "$lab/registry/registry.crt" "chainbridge-lab-$name:/etc/docker/certs.d/127.0.0.1:5443/ca.crt"
done
echo "lab: ready; deployrunner --environment lab deploy, and make lab-down removes it"
