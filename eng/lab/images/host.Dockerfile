# A staging host: sshd, a Docker engine, and a user without root in the group docker.
FROM chainbridge-local/debian:12
ARG MIRROR
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openssh-server iptables iproute2 socat procps \
 && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_*
# The engine comes from the next Debian suite, and brings that one's libc along; OpenSSH stays this one's.
RUN printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
      "$MIRROR" >/etc/apt/sources.list.d/trixie.sources \
 && printf 'Package: *\nPin: release n=trixie\nPin-Priority: 100\n' >/etc/apt/preferences.d/trixie && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -t trixie docker.io docker-cli containerd runc \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --shell /bin/bash --groups docker deploy && usermod --password '*' deploy \
 && for line in 'PasswordAuthentication no' 'PermitRootLogin no' 'UsePAM no' 'HostKey /lab/host_key' 'StrictModes no' \
      'AuthorizedKeysFile /lab/authorized_keys'; do echo "$line"; done >/etc/ssh/sshd_config.d/lab.conf
COPY --chmod=755 host-entrypoint.sh /usr/local/bin/host-entrypoint.sh
VOLUME /var/lib/docker
EXPOSE 22
ENTRYPOINT ["host-entrypoint.sh"]
