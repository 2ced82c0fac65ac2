using System.Globalization;
using System.Text.Json;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>Logins to the registry of an environment, each in a private folder that goes with it.</summary>
/// <param name="workshop">Where releases are built.</param>
/// <param name="folder">Logins lie in it while images travel, a folder for each runner; full path, on this machine.</param>
/// <param name="secret">Returns a secret by its name; null where there is none.</param>
internal sealed class RegistryLogins(
    IHost host, DockerEngine workshop, RegistrySpec registry, string folder, Func<SecretName, string?> secret)
{
    /// <summary>What its answers mean.</summary>
    public RegistryTrouble Trouble => new(registry.Host, registry.User is { } user
        ? $"give {user} the right to write to {registry.Server}"
        : $"docker login {registry.Host}, with the right to write to {registry.Server}");

    /// <summary>Logs in; the user's own configuration where the manifest names no login.</summary>
    /// <exception cref="EngineException">The password is missing, or the registry does not take it.</exception>
    public async Task<RegistryLogin> TakeAsync(CancellationToken cancellationToken)
    {
        if (registry is not { User: { } user, Password: { } name }) return new(null);
        if (host.OnlyPlans) return new(null);
        var password = secret(name) ?? throw new EngineException(Failure.Usage,
            $"{name.Place}: neither {name.Variable} nor {name.Variable}_FILE is set", "set one of them: it has the registry's password");
        var login = new RegistryLogin(Path.Combine(folder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        var next = $"check the password in {name.Variable}, and whether {registry.Host} answers";
        try
        {
            await workshop.MustAsync(login.With(DockerCommands.Login(registry.Host, user, password)),
                failed => (Trouble with { Rights = next }).Of(failed, Failure.Refused, next), cancellationToken);
            return login;
        }
        catch
        {
            login.Dispose();
            throw;
        }
    }

    /// <summary>Removes the logins that runners left which were killed.</summary>
    public void Forget()
    {
        if (!Directory.Exists(folder)) return;
        foreach (var left in Directory.GetDirectories(folder).Where(left => !Lives(Path.GetFileName(left))))
            Directory.Delete(left, recursive: true);
    }

    private static bool Lives(string processId)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(int.Parse(processId, CultureInfo.InvariantCulture));
            return !process.HasExited;
        }
        catch (Exception gone) when (gone is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }
}

/// <summary>A configuration of the client in a private folder; what a runner that was killed left there goes first.</summary>
internal sealed class RegistryLogin : IDisposable
{
    private readonly string? _folder;

    /// <param name="folder">Null for the user's own configuration.</param>
    public RegistryLogin(string? folder)
    {
        _folder = folder;
        if (folder is null) return;
        Dispose();
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Where it has an entry, docker keeps a login in this file; else it takes the keychain of the user, where it would stay. The
        // user's plugins are looked for beside the user's own configuration.
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"auths":{"chainbridge.invalid":{}},"cliPluginsExtraDirs":["""
            + $"\"{JsonEncodedText.Encode(Path.Combine(UsersOwn, "cli-plugins"))}\"]}}");
    }

    /// <summary>The user's own configuration of docker.</summary>
    private static string UsersOwn => Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    /// <summary>The command with this login.</summary>
    public Command With(Command command) => _folder is null ? command : command with
    {
        Variables = new Dictionary<string, string?>(command.Variables)
        {
            ["DOCKER_CONFIG"] = _folder,
            // Builders are kept beside the user's configuration as well.
            ["BUILDX_CONFIG"] = Environment.GetEnvironmentVariable("BUILDX_CONFIG") is { Length: > 0 } own
                ? own
                : Path.Combine(UsersOwn, "buildx"),
        },
    };

    public void Dispose()
    {
        if (_folder is null || !Directory.Exists(_folder)) return;
        Directory.Delete(_folder, recursive: true);
        try
        {
            Directory.Delete(Path.GetDirectoryName(_folder)!);
        }
        catch (IOException)
        {
            // Another runner has a login in it.
        }
    }
}
