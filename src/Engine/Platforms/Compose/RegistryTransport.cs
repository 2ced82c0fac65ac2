using System.Globalization;
using ChainBridge.Engine.Commands;
using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Platforms.Compose;

/// <summary>
/// Brings images to a host through a registry: pushed from where they are built, pulled by the host's engine, and proved there by their
/// ids. The login stays on this machine: the client sends it along with each pull.
/// </summary>
/// <param name="engine">The host's.</param>
/// <param name="workshop">Where releases are built.</param>
/// <param name="folder">Logins lie in it while images travel, a folder for each runner; full path, on this machine.</param>
/// <param name="secret">Returns a secret by its name; null where there is none.</param>
internal sealed class RegistryTransport(IHost host, DockerEngine engine, DockerEngine workshop, RegistrySpec registry, string folder,
    Func<SecretName, string?> secret)
{
    /// <summary>Has the host's engine know these images by their names.</summary>
    /// <exception cref="EngineException"><see cref="Failure.Refused"/>: the registry refuses the login, a push or a pull.</exception>
    public async Task SendAsync(IReadOnlyList<(string Name, string Id)> images, CancellationToken cancellationToken)
    {
        using var login = await LoginAsync(cancellationToken);
        foreach (var (name, id) in images)
        {
            var remote = registry.NameOf(name);
            await workshop.MustAsync(DockerCommands.Tag(id, remote), Failure.Refused, Next, cancellationToken);
            await workshop.MustAsync(login.With(DockerCommands.Push(remote)), Failure.Refused, Next, cancellationToken);
            await engine.MustAsync(login.With(DockerCommands.Pull(remote)), Failure.Refused, Next, cancellationToken);
            await engine.MustAsync(DockerCommands.Tag(remote, name), Failure.Refused, Next, cancellationToken);
            // With a second name on either engine it would never be removed.
            if (remote == name) continue;
            await engine.TryAsync(DockerCommands.RemoveImages([remote]), cancellationToken);
            await workshop.TryAsync(DockerCommands.RemoveImages([remote]), cancellationToken);
        }
    }

    /// <summary>Removes the logins that runners left which were killed.</summary>
    public void Forget()
    {
        if (!Directory.Exists(folder)) return;
        foreach (var left in Directory.GetDirectories(folder).Where(left => !Lives(Path.GetFileName(left))))
            Directory.Delete(left, recursive: true);
    }

    /// <summary>
    /// Has the host's engine know the image of a release that was sent before; false where the registry no longer has it.
    /// </summary>
    public async Task<bool> BringAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        using var login = await LoginAsync(cancellationToken);
        var remote = registry.NameOf(artifact.Location);
        // The registry's tag may have been moved since: only the recorded id counts.
        if (!(await engine.TryAsync(login.With(DockerCommands.Pull(remote)), cancellationToken)).Succeeded
            || await engine.ImageAsync(artifact.Digest, cancellationToken) is null) return false;
        if (remote == artifact.Location) return true;
        await engine.MustAsync(DockerCommands.Tag(artifact.Digest, artifact.Location), Failure.Refused, Next, cancellationToken);
        await engine.TryAsync(DockerCommands.RemoveImages([remote]), cancellationToken);
        return true;
    }

    private string Next => (registry.User is { } user
        ? $"give {user} the right to write to {registry.Server}"
        : $"docker login {registry.Host}, with the right to write to {registry.Server}")
        + "; the host must reach it and trust its certificate";

    private async Task<Login> LoginAsync(CancellationToken cancellationToken)
    {
        if (registry is not { User: { } user, Password: { } name }) return new(null);
        if (host.OnlyPlans) return new(null);
        var password = secret(name) ?? throw new EngineException(Failure.Usage,
            $"{name.Place}: neither {name.Variable} nor {name.Variable}_FILE is set", "set one of them: it has the registry's password");
        var login = new Login(Path.Combine(folder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        try
        {
            await workshop.MustAsync(login.With(DockerCommands.Login(registry.Host, user, password)), Failure.Refused,
                $"check the password in {name.Variable}, and whether {registry.Host} answers", cancellationToken);
            return login;
        }
        catch
        {
            login.Dispose();
            throw;
        }
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

    /// <summary>A configuration of the client in a private folder; what a runner that was killed left there goes first.</summary>
    private sealed class Login : IDisposable
    {
        private readonly string? _folder;

        /// <param name="folder">Null for the user's own configuration.</param>
        public Login(string? folder)
        {
            _folder = folder;
            if (folder is null) return;
            Dispose();
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // Where it has an entry, docker keeps a login in this file; else it takes the keychain of the user, where it would stay.
            File.WriteAllText(Path.Combine(folder, "config.json"), """{"auths":{"chainbridge.invalid":{}}}""");
        }

        public Command With(Command command) => _folder is null ? command : command with
        {
            Variables = new Dictionary<string, string?>(command.Variables) { ["DOCKER_CONFIG"] = _folder },
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
}
