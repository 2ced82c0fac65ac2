# A host that only leads to others: sshd, and a user who gets no shell.
FROM chainbridge-local/debian:12
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openssh-server \
 && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_*
RUN useradd --create-home --shell /usr/sbin/nologin jump && usermod --password '*' jump \
 && for line in 'PasswordAuthentication no' 'PermitRootLogin no' 'UsePAM no' 'HostKey /lab/host_key' 'StrictModes no' \
      'AuthorizedKeysFile /lab/authorized_keys' 'AllowUsers jump' 'PermitTTY no' 'AllowStreamLocalForwarding no'; do echo "$line"; done \
      >/etc/ssh/sshd_config.d/lab.conf
COPY --chmod=755 jump-entrypoint.sh /usr/local/bin/jump-entrypoint.sh
EXPOSE 22
ENTRYPOINT ["jump-entrypoint.sh"]
