#!/usr/bin/env bash
# Runs a command beside a PostgreSQL and a Redis that it did not start, as a CI job's service containers are: with
# passwords, a role of their own, 16 numbered databases of which one holds another user's key.
# Usage: eng/with-external-servers.sh COMMAND…
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
folder=$(mktemp -d "${TMPDIR:-/tmp}/chainbridge-external.XXXXXX")
as_server=()
if [ "$(id -u)" -eq 0 ]; then
  chown nobody "$folder"
  as_server=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
cd "$folder"
pids=()
stop() {
  for pid in "${pids[@]}"; do kill -INT "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  cd / && rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

free_port() { # a port without a listener
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}
until_answers() { # seconds, command
  local deadline=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "with-external-servers: gave up waiting for: $1" >&2; cat "$folder"/*.log >&2; exit 1; }
    sleep 0.1
  done
}

password=$(head -c 18 /dev/urandom | base64 | tr -d '/+=')
(umask 077; printf '%s\n' "$password" >pw)
[ "$(id -u)" -ne 0 ] || chown nobody pw
"${as_server[@]}" "$bin/initdb" --no-sync --auth=scram-sha-256 --username=admin --pwfile=pw \
  --encoding=UTF8 --locale=C.UTF-8 -D data >initdb.log
port=$(free_port)
"${as_server[@]}" "$bin/postgres" -D data -p "$port" -k "$folder" -c fsync=off \
  -c max_connections=200 -c listen_addresses=127.0.0.1 >postgres.log 2>&1 &
pids+=($!)
admin() { PGPASSWORD=$password "$bin/psql" -h 127.0.0.1 -p "$port" -U admin -d postgres -v ON_ERROR_STOP=1 -qAt "$@"; }
until_answers 30 admin -c 'SELECT 1'
admin <<SQL
CREATE ROLE tester LOGIN SUPERUSER PASSWORD '$password';
CREATE DATABASE theirs OWNER tester;
SQL

redis_port=$(free_port)
(umask 077; printf 'port %s\nbind 127.0.0.1\nsave ""\ndir %s\nrequirepass %s\n' "$redis_port" "$folder" "$password" >redis.conf)
redis-server redis.conf >redis.log 2>&1 &
pids+=($!)
asked() { REDISCLI_AUTH=$password redis-cli -h 127.0.0.1 -p "$redis_port" "$@" | grep -q "${expect:-PONG}"; }
until_answers 15 asked PING
expect=OK asked -n 1 SET theirs kept

export CHAINBRIDGE_PROVIDER=external
export CHAINBRIDGE_POSTGRES="Host=127.0.0.1;Port=$port;Username=tester;Password=$password;Database=theirs"
export CHAINBRIDGE_REDIS="127.0.0.1:$redis_port,password=$password"
cd "$OLDPWD"
status=0
"$@" || status=$?
# What is killed as the last thing is tidied up after by its reaper: 15 s are promised for that.
# Templates stay on purpose: the next run finds them.
left_now() {
  admin -c "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1', 'theirs')
    AND datname !~ '^cbtest_[0-9a-f]{8}_template_[0-9a-f]{24}\$'"
}
deadline=$((SECONDS + 15))
while left=$(left_now); [ -n "$left" ] && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.2; done
[ -z "$left" ] || { echo "with-external-servers: databases were left behind: $left" >&2; status=1; }
expect=kept asked -n 1 GET theirs || { echo "with-external-servers: another user's key is gone" >&2; status=1; }
exit "$status"
