using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Hosts.Ssh;

/// <summary>Why a connection did not come to be.</summary>
internal enum SshTrouble
{
    /// <summary>No SSH server listens there.</summary>
    Refused,
    /// <summary>Nothing answers in time.</summary>
    TimedOut,
    /// <summary>Its name leads to no address.</summary>
    UnknownName,
    /// <summary>The network does not lead there.</summary>
    NoRoute,
    /// <summary>The host's key is in no list of known hosts.</summary>
    HostKeyUnknown,
    /// <summary>The host's key is another one than the list of known hosts says.</summary>
    HostKeyChanged,
    /// <summary>The host takes none of the keys.</summary>
    KeyRejected,
    /// <summary>Something else; in the words of ssh.</summary>
    Other,
}

/// <summary>What ssh says at <c>-v</c>, as far as it matters; and what a failed connection means.</summary>
internal sealed class SshWords(HostAddress address)
{
    private const int Most = 40;
    private const string HostKey = "debug1: Server host key: ", Offered = "debug1: Offering public key: ";
    private readonly Lock _adding = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _offered = [];
    private string? _hostKey;

    /// <summary>The server's refusal to lead a port or socket on; null while there was none.</summary>
    public string? ForwardRefused { get; private set; }

    public void Add(string line)
    {
        line = line.TrimEnd('\r');
        lock (_adding)
        {
            // Of a jump host and its target the last one is the one that the connection came to.
            if (line.StartsWith(HostKey, StringComparison.Ordinal)) _hostKey = line[HostKey.Length..];
            else if (line.StartsWith(Offered, StringComparison.Ordinal)) _offered.Add(line[Offered.Length..]);
            else if (!line.StartsWith("debug", StringComparison.Ordinal) && !line.StartsWith("OpenSSH_", StringComparison.Ordinal)
                && line.Trim().Length > 0 && _lines.Count < Most) _lines.Add(line);
            if (line.Contains("administratively prohibited", StringComparison.Ordinal)) ForwardRefused = line;
        }
    }

    /// <summary>The failure in the runner's words.</summary>
    public EngineException Failed(SshTrouble? known = null)
    {
        lock (_adding)
        {
            var trouble = known ?? Trouble(string.Join('\n', _lines));
            var (what, next) = Words(trouble);
            return new(Failure.Unreachable, $"{address} cannot be reached: {what}", next);
        }
    }

    /// <summary>What kind of failure these words are about.</summary>
    public static SshTrouble Trouble(string words)
    {
        bool Says(string text) => words.Contains(text, StringComparison.OrdinalIgnoreCase);
        return Says("HOST IDENTIFICATION HAS CHANGED") || Says("differs from the key for the IP address") ? SshTrouble.HostKeyChanged
            : Says("host key is known for") || Says("Host key verification failed") ? SshTrouble.HostKeyUnknown
            : Says("Permission denied (") || Says("Too many authentication failures") ? SshTrouble.KeyRejected
            : Says("Connection refused") ? SshTrouble.Refused
            : Says("Could not resolve hostname") ? SshTrouble.UnknownName
            : Says("No route to host") || Says("Network is unreachable") ? SshTrouble.NoRoute
            : Says("timed out") ? SshTrouble.TimedOut
            : SshTrouble.Other;
    }

    private (string What, string Next) Words(SshTrouble trouble) => trouble switch
    {
        SshTrouble.HostKeyUnknown => ($"its host key is not known here: {_hostKey ?? "ssh did not say which"}",
            $"compare it on the host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub); when it is the same: {Scan} >> "
                + "~/.ssh/known_hosts, or the UserKnownHostsFile of your ssh configuration"),
        SshTrouble.HostKeyChanged => ($"its host key is another one than the known one: {_hostKey ?? "ssh did not say which"}"
            + (_lines.Find(line => line.StartsWith("Offending", StringComparison.Ordinal)) is { } place ? $" ({place})" : ""),
            "find out why: a host that was set up anew has a new key, and so has a stranger who stands in between. Compare it on the "
                + "host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub); when it is right, remove the old one (ssh-keygen -R "
                + $"'{KnownName}') and add the new: {Scan} >> ~/.ssh/known_hosts"),
        SshTrouble.KeyRejected => ("it takes none of the keys: "
            + (_offered.Count == 0 ? "there was none to offer" : string.Join(", ", _offered)) + Unreadable,
            "add the public key to ~/.ssh/authorized_keys of the user there, or name the right private key with STAGING_SSH_KEY_FILE, "
                + "STAGING_SSH_KEY or IdentityFile of your ssh configuration; one with a passphrase must be in the agent (ssh-add)"),
        SshTrouble.Refused => ("no SSH server listens there (connection refused)",
            "check host and port in the manifest's hosts, and whether sshd runs there"),
        SshTrouble.TimedOut => ("nothing answered in time", "check the address, and whether a firewall or VPN is in between"),
        SshTrouble.UnknownName => ("its name leads to no address", "correct the name in the manifest's hosts, or add it to DNS"),
        SshTrouble.NoRoute => ("the network does not lead there", "check the address and the network (a VPN?)"),
        _ => (_lines.Count == 0 ? "ssh ended without a word" : string.Join("; ", _lines.TakeLast(5)),
            $"try it by hand: ssh -v {(address.Port is { } port ? $"-p {port} " : "")}{(address.User is { } user ? $"{user}@" : "")}"
                + address.Name),
    };

    private string Unreadable => _lines.Find(line => line.StartsWith("Load key", StringComparison.Ordinal)) is { } broken
        ? $"; {broken}"
        : "";

    private string Scan => $"ssh-keyscan {(address.Port is { } port ? $"-p {port} " : "")}{address.Name}";

    private string KnownName => address.Port is { } port and not 22 ? $"[{address.Name}]:{port}" : address.Name;
}
