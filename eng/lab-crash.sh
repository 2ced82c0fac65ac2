#!/usr/bin/env bash
# Hosts of the lab that fail in the middle of a deployment: the engine is restarted or killed, the host is rebooted or loses its power, its
# disk fills. Afterwards one of two releases serves, alone, and the door answered without help. The lab runs; eng/lab-check.sh calls this.
# Usage: eng/lab-crash.sh [ROW...]   without rows two of them, as eng/sample.sh has it; all with DEPTH=full
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
lab=$root/.chainbridge/lab
work=$(mktemp -d)
host=alpha port=18720
rows=(engine-restarted-at-the-start engine-killed-while-observed rebooted-while-observed powerless-at-the-switch
  rebooted-while-waiting powerless-while-waiting disk-fills-while-images-come disk-full)
if [ $# -gt 0 ]; then rows=("$@")
elif turn=$(bash eng/sample.sh ${#rows[@]}) && [ -n "$turn" ]; then
  rows=("${rows[turn]}" "${rows[(turn + 3) % ${#rows[@]}]}")
  echo "lab-crash: this sample has ${rows[*]}; DEPTH=full has all rows"
fi

# One process, so that $! of it in the background is the runner's.
runner=(env -C "$work/stack" dotnet "$root/src/DeployRunner/bin/Release/net10.0/deployrunner.dll" --manifest crash.yml)
finish() {
  for host in alpha small; do
    [ ! -e "$work/$host" ] || "${runner[@]}" --environment $host down --volumes >"$work/down.log" 2>&1 || cat "$work/down.log" >&2
  done
  docker exec chainbridge-lab-small rm -f /var/lib/docker/filler || true
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "lab-crash: $*" >&2
  [ ! -f "$work/run" ] || tail -n 30 "$work/run" >&2
  exit 1
}
wait_for() { # what, seconds, then a command that succeeds when it is there
  local what=$1 deadline=$((SECONDS + $2)) began=$SECONDS; shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || fail "$what: not within $((SECONDS - began)) s"
    sleep 0.1
  done
}

export LAB_SSH_CONFIG=$lab/ssh_config
if docker image inspect chainbridge-local/scripting:12 >/dev/null 2>&1; then export NODE_IMAGE=chainbridge-local/scripting:12; fi
set -a; if [ -f .chainbridge/images.env ]; then . ./.chainbridge/images.env; fi; set +a
cp -r eng/lab/stack "$work/stack"
git -C "$work/stack" init -q -b main
number=0
change() { # further bytes of its images
  number=$((number + 1))
  echo "// release $number" >>"$work/stack/service.js"
  [ -z "${1:-}" ] || head -c "$1" /dev/urandom >"$work/stack/broken.bytes"
  git -C "$work/stack" add -A
  git -C "$work/stack" -c user.name=lab -c user.email=lab@localhost commit -qm "$number"
}

on_host() { docker exec "chainbridge-lab-$host" "$@"; }
# What the public door answers, head and body: bash of the host asks, which has no other client.
door() { on_host timeout 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port && printf 'GET /wait/0 HTTP/1.0\r\n\r\n' >&3 && cat <&3"; }
serving() { door | tr -d '\r' | sed -nE 's/^X-ChainBridge-Release: //Ip'; }
answers() { door | grep -q fine; }
deploy() { # options: begins one, its lines are in $work/run
  : >"$work/run"
  "${runner[@]}" --environment $host --output json deploy "$@" >"$work/run" 2>&1 &
  run=$!
}
begins() { wait_for "step $1 begins" 180 grep -q "\"event\":\"step-begun\".*\"step\":\"$1\"" "$work/run"; }
named() { sed -nE 's/.*"event":"release-named".*"version":"([^"]+)".*/\1/p' "$work/run" | head -n 1; }
ends() { # sets $code and $new
  code=0; wait "$run" || code=$?
  new=$(named)
  echo "lab-crash:   the run ended with $code: $(sed -nE 's/.*"event":"finished".*"summary":"(([^"\\]|\\.)*)".*/\1/p' "$work/run")"
}
must() { # verb: ends with 0; sets $new where it is about a release
  "${runner[@]}" --environment $host --output json "$@" >"$work/run" 2>&1 || fail "$* ended with $?"
  [ -z "$(named)" ] || new=$(named)
}
comes_back() { # the door answers again, and nobody did anything
  local began=$SECONDS
  wait_for "the door of $host answers after what happened to it" 120 answers
  echo "lab-crash:   the door answered again after $((SECONDS - began)) s, with $(serving)"
}
settled() { # the releases one of which may serve; it is alone on the host
  local now names
  now=$(serving)
  [[ " $* " = *" $now "* ]] || fail "$now serves, and only $* may"
  names=$(on_host docker ps --all --filter label=chainbridge.environment --format '{{.Names}} {{.Label "chainbridge.version"}}' | sort)
  [ "$(wc -l <<<"$names")" = 4 ] || fail "the edge and three services should be there, and these are: $names"
  [ "$(grep -c " $now\$" <<<"$names")" = 3 ] || fail "all three services should be of $now: $names"
  must status
  grep -q "current release: $now" "$work/run" || fail "status should say that $now is current"
  old=$now
}
host_boots() { wait_for "$host answers over SSH" 90 ssh -F "$lab/ssh_config" -o BatchMode=yes $host docker version; }

ended_with() { # exit codes: the run may have ended with one of them, and a person is then helped by resume
  [[ " $* " = *" $code "* ]] || fail "the run should have ended with one of $*, and ended with $code"
  [ "$code" != 13 ] || must resume
}
# As systemctl restart docker has it; the host's own start keeps an engine running.
restart_engine() { on_host pkill "-$1" -x dockerd; }
reboot() { docker stop --time 60 "chainbridge-lab-$host" >/dev/null; docker start "chainbridge-lab-$host" >/dev/null; }
lose_power() { docker kill "chainbridge-lab-$host" >/dev/null; docker start "chainbridge-lab-$host" >/dev/null; }
begin() { # a first release on the host
  [ ! -e "$work/$host" ] || return 0
  touch "$work/$host"
  change
  must deploy
  old=$(serving)
  echo "lab-crash: $old serves on $host"
}

engine-restarted-at-the-start() {
  change; deploy; begins startSlot
  restart_engine TERM
  ends; comes_back; ended_with 0 11 13; settled "$old" "$new"
}
engine-killed-while-observed() {
  change; deploy; begins observe
  restart_engine KILL
  ends; comes_back; ended_with 0 11 13 14
  # What was inconclusive waits beside the old release.
  [ "$code" != 14 ] || must abort
  settled "$old" "$new"
}
rebooted-while-observed() {
  change; deploy; begins observe
  reboot
  ends; host_boots; comes_back; ended_with 0 11 13 14
  [ "$code" != 14 ] || must abort
  settled "$old" "$new"
}
powerless-at-the-switch() {
  change; deploy; begins switch
  kill -KILL $run
  lose_power
  ends; host_boots; comes_back
  must deploy
  settled "$new"
}
waits_through() { # what happens to a host on which a candidate waits, and the verb afterwards
  change; deploy --approve; ends; ended_with 0
  "$1"
  host_boots; comes_back
  [ "$(serving)" = "$old" ] || fail "a candidate that waits has the traffic after the boot"
  must "$2"
  settled "$new"
}
rebooted-while-waiting() { waits_through reboot promote; }
powerless-while-waiting() { waits_through lose_power deploy; }
disk-fills-while-images-come() {
  local host=small port=18721 old filler
  begin
  old=$(serving)
  # Room enough beforehand. The engine puts what comes into a folder of this name first: from then on there is none.
  on_host timeout 180 sh -c 'until ls -d /var/lib/docker/tmp/docker-import-* >/dev/null 2>&1; do sleep 0.01; done
    fallocate -l $(df --output=avail -B1 /var/lib/docker | tail -n 1) /var/lib/docker/filler' & filler=$!
  change 64M; deploy; ends; ended_with 16
  wait $filler || fail "the disk was not filled"
  grep -q 'the disk of ssh://small is full (.* of .* are free at /var/lib/docker)' "$work/run" || fail "the run should name host and disk"
  settled "$old"
  on_host rm /var/lib/docker/filler
  must deploy
  settled "$new"
}
disk-full() {
  local host=small port=18721 old
  begin
  old=$(serving)
  # What is left takes the small things of a deployment, and not the images of the next release: it is refused before it is built.
  on_host sh -c 'fallocate -l $(($(df --output=avail -B1 /var/lib/docker | tail -n 1) - 20000000)) /var/lib/docker/filler'
  change 64M; deploy; ends; ended_with 16
  grep -q 'are free at /var/lib/docker, and .* are needed' "$work/run" || fail "the run should say where there is no room"
  settled "$old"
  on_host rm /var/lib/docker/filler
  must deploy
  settled "$new"
}

begin
for row in "${rows[@]}"; do
  echo "lab-crash: $row"
  $row
done
echo "lab-crash: after ${#rows[@]} rows one release serves on each host, alone"
