#!/bin/bash
set -euo pipefail
cp /lab-keys/host_key /lab-keys/authorized_keys /lab/ && chmod 600 /lab/host_key && chmod 644 /lab/authorized_keys
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -e
