#!/usr/bin/env bash
# Makes the image with Python and Node that samples/Queue is built on, for machines that reach no public image registry, from what
# eng/images.sh has made there. Elsewhere the public images are used and nothing is made.
set -euo pipefail
cd "$(dirname "$0")/.."
bash eng/images.sh
grep -q chainbridge-local .chainbridge/images.env || exit 0
docker image inspect chainbridge-local/scripting:12 >/dev/null 2>&1 && exit 0
timeout 600 docker build --quiet --network host -t chainbridge-local/scripting:12 - <<'DOCKERFILE' >/dev/null
FROM chainbridge-local/debian:12
RUN apt-get update && apt-get install -y --no-install-recommends python3 nodejs && rm -rf /var/lib/apt/lists/*
DOCKERFILE
