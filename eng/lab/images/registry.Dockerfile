# A registry with TLS and a password.
FROM chainbridge-local/debian:12
RUN apt-get update && apt-get install -y --no-install-recommends docker-registry openssl apache2-utils && rm -rf /var/lib/apt/lists/*
COPY --chmod=755 registry-entrypoint.sh /usr/local/bin/registry-entrypoint.sh
VOLUME /var/lib/docker-registry
EXPOSE 5443
ENTRYPOINT ["registry-entrypoint.sh"]
