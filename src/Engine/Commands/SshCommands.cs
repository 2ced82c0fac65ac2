using System.Globalization;

namespace ChainBridge.Engine.Commands;

/// <summary>What is asked of the OpenSSH client, as argument lists.</summary>
internal static class SshCommands
{
    /// <summary>Where a client of the control connection says its host would be; the connection knows it already.</summary>
    private const string Host = "chainbridge";

    /// <summary>Seconds of silence after which the other side is asked, and how often in vain before the connection is given up.</summary>
    private const int AliveInterval = 5, AliveCount = 3;

    /// <summary>
    /// The control connection. Configuration, agent and jump hosts are the team's; that no question is asked and no unknown host key is
    /// believed is not theirs to choose.
    /// </summary>
    /// <param name="name">Of the host, for ssh.</param>
    /// <param name="user">Null for the one of ssh's configuration.</param>
    /// <param name="port">Null likewise.</param>
    /// <param name="config">In the place of the user's configuration and the machine's; null for those.</param>
    /// <param name="key">A private key's file; null for those of the configuration and the agent.</param>
    public static Command Connect(
        string name, string? user, int? port, string? config, string? key, string control, TimeSpan timeout) => Command.Of("ssh",
    [
        // What it says at -v holds the host's key and the keys that were offered.
        "-v", "-M", "-N", "-T", .. Configuration(config),
        .. Options($"ControlPath={control}", "ControlPersist=no", "ForkAfterAuthentication=no", "RemoteCommand=none",
            "PermitLocalCommand=no", "ClearAllForwardings=yes", "BatchMode=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no",
            $"ConnectTimeout={Text((int)Math.Ceiling(timeout.TotalSeconds))}", $"ServerAliveInterval={Text(AliveInterval)}",
            $"ServerAliveCountMax={Text(AliveCount)}"),
        .. key is null ? [] : Options("IdentitiesOnly=yes", $"IdentityFile={key}"),
        .. user is null ? Array.Empty<string>() : ["-l", user],
        .. port is { } named ? ["-p", Text(named)] : Array.Empty<string>(),
        "--", name,
    ]);

    /// <summary>One shell that stays, whatever the account's own is.</summary>
    public static Command Shell(string control) => Client(control, ["-T"], ["exec", "/bin/sh"]);

    /// <summary>Leads from a socket or port here to one on the host.</summary>
    /// <param name="from">A path, or <c>address:port</c>.</param>
    public static Command Forward(string control, string from, string to) => Client(control, ["-O", "forward", "-L", $"{from}:{to}"], []);

    /// <summary>Uses the control connection, and makes no other one when that is gone.</summary>
    private static Command Client(string control, IEnumerable<string> what, IEnumerable<string> remote) =>
        Command.Of("ssh", [.. Configuration("none"), .. Options($"ControlPath={control}", "ControlMaster=no", "ProxyCommand=false",
            "BatchMode=yes"), .. what, "--", Host, .. remote]);

    private static string[] Configuration(string? file) => file is null ? [] : ["-F", file];

    private static IEnumerable<string> Options(params IEnumerable<string> options) =>
        options.SelectMany(option => new[] { "-o", option });

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
