#!/bin/sh
# Serves Redis as the public image does: options alone are passed to redis-server; root steps down to redis.
set -e
case "${1:-}" in -*|*.conf) set -- redis-server "$@";; esac
if [ "$1" = redis-server ]; then
  set -- "$@" --protected-mode no
  if [ "$(id -u)" -eq 0 ]; then exec gosu redis "$@"; fi
fi
exec "$@"
