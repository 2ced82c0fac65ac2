#!/bin/bash
# Serves PostgreSQL with the variables of the public image: POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD(_FILE),
# POSTGRES_HOST_AUTH_METHOD. `docker run IMAGE -c fsync=off` passes options on, as there.
set -euo pipefail
[ "${1:0:1}" != - ] || set -- postgres "$@"
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chown -R postgres:postgres "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  exec gosu postgres "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  database=${POSTGRES_DB:-$user}
  password=${POSTGRES_PASSWORD:-}
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  [ -n "$password" ] || [ "$method" = trust ] || { echo "Error: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" >&2; exit 1; }
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-local=trust \
    --auth-host="$method" --no-sync -E UTF8 --locale=C.UTF-8 >/dev/null
  printf 'host all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
  # The server listens on its socket only while it is set up, so no client sees it half set up.
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start >/dev/null
  [ "$database" = postgres ] || createdb --username="$user" "$database"
  pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
  echo "PostgreSQL init process complete; ready for start up."
fi
exec "$@" -c listen_addresses='*'
