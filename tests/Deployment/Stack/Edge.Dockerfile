# The door as it was built beside the runner: what src/Edge/Dockerfile makes, without building it once more for each scenario.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY published-edge/ .
RUN install -d -o 1654 -g 1654 /state
VOLUME /state
EXPOSE 8080 8081
USER 1654
HEALTHCHECK --interval=2s --timeout=4s --start-period=20s --retries=3 CMD ["dotnet", "ChainBridge.Edge.dll", "health", "http://127.0.0.1:8081"]
ENTRYPOINT ["dotnet", "ChainBridge.Edge.dll"]
CMD ["http://0.0.0.0:8080", "http://0.0.0.0:8081", "/state/edge.json"]
