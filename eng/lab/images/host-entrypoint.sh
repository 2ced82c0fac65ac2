#!/bin/bash
# Starts the engine, then sshd. SLOW_PROFILE=1 gives the user a login profile that takes its time and says something.
set -euo pipefail
cp /lab-keys/host_key /lab-keys/authorized_keys /lab/ && chmod 600 /lab/host_key && chmod 644 /lab/authorized_keys

if [ "${SLOW_PROFILE:-0}" = 1 ] && ! grep -q 'Welcome to' /home/deploy/.bashrc; then
  { echo 'echo "Welcome to the lab"; sleep 1'; cat /home/deploy/.bashrc; } >/home/deploy/.bashrc.new
  mv /home/deploy/.bashrc.new /home/deploy/.bashrc && chown deploy:deploy /home/deploy/.bashrc
fi

# The lab's registry is at 127.0.0.1 for everyone, here too.
socat TCP-LISTEN:5443,bind=127.0.0.1,fork,reuseaddr TCP:chainbridge-lab-registry:5443 &

# With the second version of control groups a group that has processes cannot have groups below it.
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/init
  xargs -rn1 </sys/fs/cgroup/cgroup.procs >/sys/fs/cgroup/init/cgroup.procs || true
  sed -e 's/ / +/g' -e 's/^/+/' </sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control || true
fi

# Started again when it ends, as by an init; ended with the host.
keep_engine() {
  local engine='' ending=''
  trap 'ending=1; kill $engine || true' TERM
  while [ -z "$ending" ]; do
    rm -f /var/run/docker.pid
    dockerd --host unix:///var/run/docker.sock >>/var/log/dockerd.log 2>&1 &
    engine=$!
    # A signal ends the waiting, not the engine.
    while kill -0 $engine 2>/dev/null; do wait $engine || true; done
  done
}
# After a boot nothing is left there.
rm -rf /run/docker /run/docker.sock /run/containerd
keep_engine &
engine=$!
for _ in $(seq 1 300); do
  docker version >/dev/null 2>&1 && break
  sleep 0.1
done
docker version >/dev/null 2>&1 || { tail -n 20 /var/log/dockerd.log >&2; exit 1; }
mkdir -p /run/sshd
trap 'kill $engine; wait $engine || true' TERM
/usr/sbin/sshd -D -e &
wait $!
