#!/usr/bin/env bash
# Tries the whole way in the lab: a stack of three services is deployed to a host behind a jump host, with its images through the registry,
# after a question to GitHub's API; a broken release is taken back; mail, webhook and GitHub have the reports. Leaves no lab that it made.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
lab=$root/.chainbridge/lab
work=$(mktemp -d)
made=
[ -d "$lab" ] || made=yes
runner() { (cd "$work/stack" && dotnet "$root/src/DeployRunner/bin/Release/net10.0/deployrunner.dll" --manifest reported.yml "$@"); }
finish() {
  if [ -d "$work/stack/.chainbridge" ]; then runner down --volumes >/dev/null || true; fi
  rm -rf "$work"
  [ -z "$made" ] || bash eng/lab.sh down
}
trap finish EXIT
fail() { echo "lab-check: $*" >&2; exit 1; }

bash eng/queue-images.sh
bash eng/lab.sh
dotnet build src/DeployRunner -c Release -v quiet --nologo
if docker image inspect chainbridge-local/scripting:12 >/dev/null 2>&1; then export NODE_IMAGE=chainbridge-local/scripting:12; fi
set -a; if [ -f .chainbridge/images.env ]; then . ./.chainbridge/images.env; fi; set +a
export LAB_SSH_CONFIG=$lab/ssh_config LAB_REGISTRY_PASSWORD_FILE=$lab/registry/registry.password
export HOOK_SECRET_FILE=$lab/receivers/hook.secret GITHUB_TOKEN=lab
rm -f "$lab"/receivers/received/*
cp -r eng/lab/stack "$work/stack"
commit() { git -C "$work/stack" add -A; git -C "$work/stack" -c user.name=lab -c user.email=lab@localhost commit -qm "$1"; }
git -C "$work/stack" init -q -b main
commit "A good release"

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
left=$(docker exec -i chainbridge-lab-alpha grep -rlF -f /dev/stdin /home/deploy /root /tmp <"$LAB_REGISTRY_PASSWORD_FILE" || true)
[ -z "$left" ] || fail "the registry's password is on the host, in $left"
runner down --volumes
left=$(docker exec chainbridge-lab-alpha docker ps --all --quiet --filter label=chainbridge.environment)
[ -z "$left" ] || fail "containers are left on the host: $left"
echo "lab-check: deployed over jump host and registry, taken back, refused, reported; nothing is left"
