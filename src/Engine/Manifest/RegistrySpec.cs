namespace ChainBridge.Engine.Manifest;

/// <summary>A registry through which images reach a host.</summary>
/// <param name="Server">Its address, and the path that all images are below, e.g. <c>ghcr.io/acme</c>.</param>
/// <param name="User">Null for the login that the user's docker has.</param>
/// <param name="Password">Null likewise.</param>
public sealed record RegistrySpec(string Server, string? User, SecretName? Password)
{
    /// <summary>Its address without the path.</summary>
    public string Host => Server.Split('/')[0];

    /// <summary>What an image is called there: its own name where that begins with the registry's.</summary>
    /// <param name="image">With its tag.</param>
    public string NameOf(string image) => image.StartsWith(Server + "/", StringComparison.Ordinal) ? image : $"{Server}/{image}";
}

/// <summary>The key <c>registry</c> of an environment.</summary>
internal static class RegistryReader
{
    /// <summary>Null where there is none.</summary>
    public static RegistrySpec? Read(Section environment, Problems problems)
    {
        if (environment.Place("registry") is not YamlMap || !environment.Has("registry"))
            return Named(environment, environment.Text("registry"), environment, problems);
        if (environment.Child("registry") is not { } section) return null;
        var (user, password) = (section.Text("user"), section.Secret("password"));
        var spec = Named(section, section.Text("server", required: true), environment, problems);
        section.Close();
        if (section.Has("user") != section.Has("password"))
            problems.Add(section.At, "a login needs both a user and a password",
                "write user: and password: NAME, where NAME is the variable that has it, or neither for docker's own login");
        return spec is null ? null : spec with { User = user, Password = password };
    }

    private static RegistrySpec? Named(Section section, string? server, Section environment, Problems problems)
    {
        if (server is null) return null;
        var host = server.Split('/')[0];
        if (server.Contains("://", StringComparison.Ordinal) || server.EndsWith('/') || server.Any(char.IsWhiteSpace)
            || !(host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal)))
            problems.Add(section == environment ? environment.Place("registry") : section.Place("server"),
                $"'{server}' is no registry", "write its address without https://, e.g. ghcr.io/acme or registry.example.org:5000/shop");
        return new(server, null, null);
    }
}
