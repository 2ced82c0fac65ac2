#!/usr/bin/env bash
# Tries the whole way in the lab: a stack of three services is deployed to a host behind a jump host, with its images through the registry,
# after a question to GitHub's API; a broken release is taken back; mail, webhook and GitHub have the reports; the key and the registry's
# password are nowhere but where they were given. Then hosts fail (eng/lab-crash.sh). Leaves no lab that it made.
# NATIVE=1 eng/lab-check.sh tries the runner compiled to native code.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
lab=$root/.chainbridge/lab
work=$(mktemp -d)
made=
[ -d "$lab" ] || made=yes
runner() {
  (cd "$work/stack" && "${program[@]}" --manifest reported.yml "$@" 2>&1) |
    tee -a "$work/printed"
}
looking=
finish() {
  [ -z "$looking" ] || kill "$looking"
  if [ -d "$work/stack/.chainbridge" ]; then runner down --volumes >/dev/null || true; fi
  rm -rf "$work"
  [ -z "$made" ] || bash eng/lab.sh down
}
trap finish EXIT
fail() { echo "lab-check: $*" >&2; exit 1; }

bash eng/queue-images.sh
bash eng/lab.sh
dotnet build src/DeployRunner -c Release -v quiet --nologo
if [ "${NATIVE:-}" = 1 ]; then
  bash eng/native-runner.sh "$work/native"
  program=("$work/native/deployrunner")
else
  program=(dotnet "$root/src/DeployRunner/bin/Release/net10.0/deployrunner.dll")
fi
if docker image inspect chainbridge-local/scripting:12 >/dev/null 2>&1; then export NODE_IMAGE=chainbridge-local/scripting:12; fi
set -a; if [ -f .chainbridge/images.env ]; then . ./.chainbridge/images.env; fi; set +a
# The host's key comes as text; the jump host has its own way.
sed -e '/^  IdentityFile/d' -e "s#^Host jump\$#&\n  IdentityFile $lab/key#" "$lab/ssh_config" >"$work/ssh_config"
STAGING_SSH_KEY=$(cat "$lab/key")
export STAGING_SSH_KEY
export LAB_SSH_CONFIG=$work/ssh_config LAB_REGISTRY_PASSWORD_FILE=$lab/registry/registry.password
export HOOK_SECRET_FILE=$lab/receivers/hook.secret GITHUB_TOKEN=lab
rm -f "$lab"/receivers/received/*
cp -r eng/lab/stack "$work/stack"
commit() { git -C "$work/stack" add -A; git -C "$work/stack" -c user.name=lab -c user.email=lab@localhost commit -qm "$1"; }
git -C "$work/stack" init -q -b main
commit "A good release"

# The key's lines, the password, and the password as a login has it. A container's processes are this machine's too.
(umask 077; grep -v -- ----- "$lab/key"; cat "$LAB_REGISTRY_PASSWORD_FILE"; printf 'lab:%s' "$(cat "$LAB_REGISTRY_PASSWORD_FILE")" |
  base64 --wrap 0; echo) >"$work/secrets"
mkdir "$work/tmp"
export TMPDIR=$work/tmp
look() { # at every command line of this machine, again and again
  while :; do
    grep -asF -f "$work/secrets" /proc/[0-9]*/cmdline | tr '\0' ' ' >>"$work/seen" || true
    sleep 0.05
  done
}
: >"$work/seen"
look &
looking=$!
bash -c 'sleep 30; :' planted "$(cat "$LAB_REGISTRY_PASSWORD_FILE")" &
planted=$! deadline=$((SECONDS + 30))
until grep -q planted "$work/seen"; do
  [ "$SECONDS" -lt "$deadline" ] || fail "a password that was put into a command line on purpose was not seen within 30 s"
  sleep 0.1
done
kill $planted
wait $planted 2>/dev/null || true

echo "lab-check: a good release, over the jump host and the registry"
runner deploy
echo "lab-check: a release whose public door answers wrongly"
touch "$work/stack/broken"
commit "A release that is wrong through its public door"
code=0; runner deploy || code=$?
[ "$code" = 11 ] || fail "the broken release should have ended with 11 (rolled back), and ended with $code"
echo "lab-check: a check that failed at GitHub"
before=$(ls "$lab/receivers/received" | wc -l)
cp "$lab/receivers/github.json" "$work/github.json"
sed -i 's/"success"/"failure"/' "$lab/receivers/github.json"
code=0; runner deploy || code=$?
cp "$work/github.json" "$lab/receivers/github.json"
[ "$code" = 16 ] || fail "a commit whose check failed should have been refused with 16, and ended with $code"
[ "$(ls "$lab/receivers/received" | wc -l)" -gt "$before" ] || fail "the refusal was not reported"

received() { # kind, text
  grep -l -- "$2" "$lab"/receivers/received/*-"$1".* >/dev/null 2>&1 || fail "no $1 with '$2' in $lab/receivers/received"
}
received mail 'was rolled back'
received webhook '"verdict":"rolled-back"'
received webhook '"verdict":"deployed"'
received github '/statuses/'
received github '/deployments'
left=$(docker exec -i chainbridge-lab-alpha grep -rlF -D skip -f /dev/stdin /home /root /tmp /run /etc /var/log /var/lib/docker/containers \
  <"$work/secrets" || true)
[ -z "$left" ] || fail "the key or the registry's password is on the host, in $left"
runner down --volumes
kill $looking
wait $looking 2>/dev/null || true
looking=
sed -i '/planted/d' "$work/seen"
[ ! -s "$work/seen" ] || fail "a command line had the key or the registry's password: $(head -n 3 "$work/seen")"
left=$(grep -rlF -f "$work/secrets" "$work/printed" "$work/tmp" "$work/stack" "$lab/receivers" || true)
[ -z "$left" ] || fail "the key or the registry's password was written by the runner, in $left"
left=$(docker exec chainbridge-lab-alpha docker ps --all --quiet --filter label=chainbridge.environment)
[ -z "$left" ] || fail "containers are left on the host: $left"
echo "lab-check: deployed over jump host and registry, taken back, refused, reported; no secret was shown, nothing is left"
unset TMPDIR STAGING_SSH_KEY
bash eng/lab-crash.sh
