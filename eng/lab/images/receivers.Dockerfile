# Where a run reports to: mail, a webhook, and GitHub's API as far as the runner asks it.
FROM chainbridge-local/debian:12
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
COPY receivers.py /usr/local/bin/receivers.py
EXPOSE 2525 8025 8026
ENTRYPOINT ["python3", "-u", "/usr/local/bin/receivers.py"]
