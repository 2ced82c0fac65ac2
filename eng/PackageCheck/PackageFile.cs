using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

namespace ChainBridge.PackageCheck;

/// <summary>A package as it lies in a feed.</summary>
/// <param name="Metadata">
/// The nuspec's metadata: simple elements by name; <c>repository.url</c>, <c>repository.commit</c>, <c>license.type</c> for attributes.
/// </param>
/// <param name="Files">Everything in it, by path.</param>
/// <param name="Assemblies">What is in <c>lib/</c>, by file name without <c>.dll</c>.</param>
public sealed record PackageFile(
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<Dependency> Dependencies, IReadOnlyDictionary<string, byte[]> Files,
    IReadOnlyDictionary<string, AssemblyFacts> Assemblies)
{
    public string Id => Metadata.GetValueOrDefault("id", "");

    public string Version => Metadata.GetValueOrDefault("version", "");

    public static PackageFile Read(Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        var files = zip.Entries.ToDictionary(entry => entry.FullName, Bytes);
        var nuspec = XDocument.Load(new MemoryStream(files.Single(file => file.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value));
        var elements = nuspec.Root!.Elements().Single().Elements().ToList();
        var metadata = elements
            .Where(element => !element.HasElements).ToDictionary(element => element.Name.LocalName, element => element.Value);
        foreach (var attribute in elements.SelectMany(element => element.Attributes()))
            metadata[$"{attribute.Parent!.Name.LocalName}.{attribute.Name.LocalName}"] = attribute.Value;
        var dependencies = nuspec.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => new Dependency(element.Attribute("id")!.Value, element.Attribute("version")!.Value));
        var assemblies = files.Where(file => file.Key.StartsWith("lib/", StringComparison.Ordinal)
            && file.Key.EndsWith(".dll", StringComparison.Ordinal));
        return new(metadata, [.. dependencies], files,
            assemblies.ToDictionary(file => Path.GetFileNameWithoutExtension(file.Key), file => AssemblyFacts.Read(file.Value)));
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var from = entry.Open();
        using var to = new MemoryStream();
        from.CopyTo(to);
        return to.ToArray();
    }
}

/// <summary>A package that another needs.</summary>
public sealed record Dependency(string Id, string Version);

/// <summary>What an assembly says of itself.</summary>
/// <param name="SourceLink">The map from its sources to the web, out of the symbols in it; null without either.</param>
/// <param name="References">Names of the assemblies it uses.</param>
public sealed record AssemblyFacts(string? SourceLink, IReadOnlyList<string> References)
{
    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    public static AssemblyFacts Read(byte[] image)
    {
        using var file = new PEReader(new MemoryStream(image));
        var metadata = file.GetMetadataReader();
        var references = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)).ToList();
        var symbols = file.ReadDebugDirectory().Where(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb)
            .Select(file.ReadEmbeddedPortablePdbDebugDirectoryData).FirstOrDefault();
        if (symbols is null) return new(null, references);
        using (symbols)
        {
            var reader = symbols.GetMetadataReader();
            var link = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
                .FirstOrDefault(one => reader.GetGuid(one.Kind) == SourceLinkKind);
            return new(link.Value.IsNil ? null : Encoding.UTF8.GetString(reader.GetBlobBytes(link.Value)), references);
        }
    }
}
