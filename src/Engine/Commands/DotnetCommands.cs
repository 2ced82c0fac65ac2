namespace ChainBridge.Engine.Commands;

/// <summary>What is asked of the .NET SDK, as argument lists.</summary>
internal static class DotnetCommands
{
    /// <summary>Builds the project file that publishes a release's services. Its build nodes end with it.</summary>
    public static Command Publish(string project, string version, string commit) =>
        Command.Of("dotnet", "msbuild", project, "-restore", "-m", "-nodeReuse:false", "-nologo", "-v:quiet",
            $"-p:ReleaseVersion={version}", $"-p:ReleaseCommit={commit}") with { Timeout = TimeSpan.FromMinutes(10) };
}
