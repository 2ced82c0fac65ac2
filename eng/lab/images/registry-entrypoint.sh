#!/bin/bash
# Makes its certificate once, and the password file from the password that it is given.
set -euo pipefail
if [ ! -f /lab/registry.crt ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=chainbridge-lab-registry \
    -addext 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:chainbridge-lab-registry' \
    -keyout /lab/registry.key -out /lab/registry.crt 2>/dev/null
fi
htpasswd -Bni lab </lab/registry.password >/etc/docker/registry.htpasswd
cat >/etc/docker/registry.yml <<'CONFIG'
version: 0.1
storage: { filesystem: { rootdirectory: /var/lib/docker-registry }, delete: { enabled: true } }
http: { addr: 0.0.0.0:5443, tls: { certificate: /lab/registry.crt, key: /lab/registry.key } }
auth: { htpasswd: { realm: lab, path: /etc/docker/registry.htpasswd } }
CONFIG
exec docker-registry serve /etc/docker/registry.yml
