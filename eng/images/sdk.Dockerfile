FROM chainbridge-local/debian:12
COPY dotnet /usr/share/dotnet
# The machine's package source, so that `dotnet restore` in a build reaches what the machine reaches.
COPY nuget/ /root/.nuget/NuGet/
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true NUGET_CERT_REVOCATION_MODE=offline SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
