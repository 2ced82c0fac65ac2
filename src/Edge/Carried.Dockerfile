# The door as the runner carries it, built: its image is this folder on a runtime, and needs no sources.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY . .
# A volume mounted here takes over this owner.
RUN install -d -o 1654 -g 1654 /state
VOLUME /state
EXPOSE 8080 8081
USER 1654
ARG VERSION=0.0.0
ARG COMMIT=unknown
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s --retries=3 CMD ["dotnet", "ChainBridge.Edge.dll", "health", "http://127.0.0.1:8081"]
ENTRYPOINT ["dotnet", "ChainBridge.Edge.dll"]
CMD ["http://0.0.0.0:8080", "http://0.0.0.0:8081", "/state/edge.json"]
