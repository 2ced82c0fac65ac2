using System.Text.RegularExpressions;
using ChainBridge.TestKit.Basics;

namespace ChainBridge.TestKit.Providers.Shared;

/// <summary>
/// A run on a server that others use too. What it makes carries its name, and it lives for as long as a connection
/// that has its name is open: the server itself knows that, whichever machine the run is on.
/// </summary>
internal sealed partial record RunName(string Id)
{
    private const string Mark = "cbtest_";
    private const string Client = "chainbridge-run-";

    /// <summary>What the names of its databases begin with.</summary>
    public string Prefix => $"{Mark}{Id}_";

    /// <summary>What its connection calls itself.</summary>
    public string ClientName => Client + Id;

    /// <summary>The pattern for <c>LIKE</c> that any run's connection matches.</summary>
    public static string AnyClient => Client + "%";

    /// <summary>The pattern for <c>LIKE</c> that any run's database matches.</summary>
    public static string AnyDatabase => @"cbtest\_%";

    /// <summary>
    /// What the names of templates begin with that a role shares with all its runs. Another role may not copy
    /// them, nor use what is in them.
    /// </summary>
    public static string TemplatesOf(string role) => $"{Mark}{Digest.Hex(role, 8)}_";

    public static RunName New() => new(Guid.NewGuid().ToString("N")[..10]);

    /// <summary>The run that made this database; null when none of ours did.</summary>
    public static RunName? OfDatabase(string name) => Database().Match(name) is { Success: true } match ? new(match.Groups[1].Value) : null;

    /// <summary>The run of this connection; null when it is none of ours.</summary>
    public static RunName? OfClient(string name) => name.StartsWith(Client, StringComparison.Ordinal) ? new(name[Client.Length..]) : null;

    [GeneratedRegex("^cbtest_([0-9a-f]{10})_")]
    private static partial Regex Database();
}
