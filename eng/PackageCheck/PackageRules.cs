using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace ChainBridge.PackageCheck;

/// <summary>What a stranger who takes a package may expect to find in it.</summary>
public static partial class PackageRules
{
    private const int IconSize = 128;
    private static readonly string[] Said = ["id", "version", "description", "authors", "tags", "releaseNotes", "projectUrl"];
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    /// <summary>What it lacks; all at once.</summary>
    /// <param name="feed">Every package that goes out with it.</param>
    public static IEnumerable<string> Problems(PackageFile package, IReadOnlyCollection<PackageFile> feed) =>
        ToolRules.IsTool(package) ? [.. Words(package), .. Pictures(package), .. ToolRules.Problems(package, feed)] :
        [.. Words(package), .. Pictures(package),
            .. package.Assemblies.SelectMany(assembly => OfAssembly(package, assembly.Key, assembly.Value)), .. Neighbours(package, feed),
            .. Builds(package)];

    private static IEnumerable<string> Words(PackageFile package)
    {
        foreach (var name in Said.Where(name => string.IsNullOrWhiteSpace(package.Metadata.GetValueOrDefault(name))))
            yield return $"the nuspec says no {name}";
        if (package.Metadata.GetValueOrDefault("license.type") != "expression" || package.Metadata.GetValueOrDefault("license") != "MIT")
            yield return "the licence is not the expression MIT";
        if (!Commit().IsMatch(package.Metadata.GetValueOrDefault("repository.commit", "")))
            yield return "the nuspec names no commit of a repository";
        if (!package.Metadata.GetValueOrDefault("repository.url", "").StartsWith("https://", StringComparison.Ordinal))
            yield return "the nuspec names no https address of a repository";
        var readme = package.Metadata.GetValueOrDefault("readme", "(none named)");
        if (!package.Files.TryGetValue(readme, out var text) || Encoding.UTF8.GetString(text).Trim().Length < 200)
            yield return $"the README ({readme}) is missing or says next to nothing";
    }

    private static IEnumerable<string> Pictures(PackageFile package)
    {
        var name = package.Metadata.GetValueOrDefault("icon", "(none named)");
        if (!package.Files.TryGetValue(name, out var icon) || icon.Length < 24 || !icon.AsSpan(0, 4).SequenceEqual(Png))
            yield return $"the icon ({name}) is missing or no PNG";
        else if (BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)) != IconSize || BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20))
            != IconSize) yield return $"the icon is not {IconSize} by {IconSize} pixels";
    }

    private static IEnumerable<string> OfAssembly(PackageFile package, string name, AssemblyFacts assembly)
    {
        if (package.Files.Keys.FirstOrDefault(file => file.EndsWith($"/{name}.xml", StringComparison.Ordinal)) is not { } documentation)
            yield return $"{name}.dll has no XML documentation beside it";
        else if (!IsDocumentation(package.Files[documentation])) yield return $"{name}.xml documents no member";
        var commit = package.Metadata.GetValueOrDefault("repository.commit", "no commit");
        if (assembly.SourceLink is null) yield return $"{name}.dll has no symbols with SourceLink in it";
        else if (!assembly.SourceLink.Contains($"/{commit}/", StringComparison.Ordinal))
            yield return $"{name}.dll has a SourceLink to another commit than the package: {assembly.SourceLink}";
        else if (!assembly.SourceLink.Contains("\"/_/*\"", StringComparison.Ordinal))
            yield return $"{name}.dll tells the paths of the machine that built it: {assembly.SourceLink}; "
                + "pack with ContinuousIntegrationBuild=true";
    }

    private static IEnumerable<string> Neighbours(PackageFile package, IReadOnlyCollection<PackageFile> feed)
    {
        if (!package.Assemblies.ContainsKey(package.Id)) yield return $"there is no {package.Id}.dll in lib/";
        var ours = package.Dependencies.Where(dependency => dependency.Id.StartsWith("ChainBridge.", StringComparison.Ordinal)).ToList();
        foreach (var dependency in ours.Where(dependency =>
            !feed.Any(other => other.Id == dependency.Id && other.Version == dependency.Version)))
            yield return $"it needs {dependency.Id} {dependency.Version}, which is not published with it";
        var reached = feed.Where(other => ours.Any(dependency => dependency.Id == other.Id)).Append(package)
            .SelectMany(other => other.Assemblies.Keys).ToHashSet();
        foreach (var (name, assembly) in package.Assemblies)
            foreach (var reference in assembly.References.Where(reference => reference.StartsWith("ChainBridge.", StringComparison.Ordinal)
                && !reached.Contains(reference)))
                yield return $"{name}.dll uses {reference}.dll, which is neither in it nor in a package it needs";
    }

    /// <summary>The kit refuses an xunit that it cannot load while a project is built.</summary>
    private static IEnumerable<string> Builds(PackageFile package)
    {
        var targets = $"buildTransitive/{package.Id}.targets";
        if (package.Id == "ChainBridge.TestKit" && !package.Files.ContainsKey(targets))
            yield return $"there is no {targets}, so an old xunit is not refused";
    }

    private static bool IsDocumentation(byte[] file)
    {
        try
        {
            return XDocument.Load(new MemoryStream(file)).Descendants("member").Any();
        }
        catch (XmlException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[0-9a-f]{40}$")]
    private static partial Regex Commit();
}
