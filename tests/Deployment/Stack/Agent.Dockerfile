# The load tool as an agent.
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY published-agent/ .
EXPOSE 7070
USER 1654
ENTRYPOINT ["dotnet", "ChainBridge.TestKit.Load.Tool.dll", "agent", "--listen", "0.0.0.0:7070"]
