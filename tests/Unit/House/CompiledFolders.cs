using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ChainBridge.Tests.Unit.House;

/// <summary>
/// In which folder of its project each type was written, read from the debug information of the assembly: a namespace need
/// not say it. Nested types belong to the outermost one.
/// </summary>
internal static class CompiledFolders
{
    /// <summary>C#'s record of the documents of a type that has no method with a body.</summary>
    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    /// <summary>The folders of all types below a project's folder; what was generated lies elsewhere and is left out.</summary>
    /// <param name="root">The project's folder in the repository, as <c>src/TestKit</c>.</param>
    /// <returns>Folders as the tree has them, as <c>Providers/Docker</c>; empty for the project's own.</returns>
    public static IReadOnlyDictionary<Type, IReadOnlySet<string>> Of(Assembly assembly, string root)
    {
        var path = assembly.Location;
        using var file = new PEReader(File.OpenRead(path));
        if (!file.TryOpenAssociatedPortablePdb(path, beside => File.Exists(beside) ? File.OpenRead(beside) : null, out var debug, out _))
            throw new InvalidOperationException($"{path} has no debug information: build it with DebugType embedded or portable");
        using (debug)
        {
            var (metadata, symbols) = (file.GetMetadataReader(), debug!.GetMetadataReader());
            var found = new Dictionary<Type, IReadOnlySet<string>>();
            foreach (var (type, document) in Documents(metadata, symbols))
            {
                if (FolderOf(symbols.GetString(symbols.GetDocument(document).Name), root) is not { } folder) continue;
                var known = assembly.ManifestModule.ResolveType(MetadataTokens.GetToken(Outermost(metadata, type)));
                if (!found.TryGetValue(known, out var folders)) found[known] = folders = new HashSet<string>();
                ((HashSet<string>)folders).Add(folder);
            }

            return found;
        }
    }

    private static IEnumerable<(TypeDefinitionHandle Type, DocumentHandle Document)> Documents(
        MetadataReader metadata, MetadataReader symbols)
    {
        foreach (var handle in symbols.MethodDebugInformation)
        {
            var type = metadata.GetMethodDefinition(handle.ToDefinitionHandle()).GetDeclaringType();
            var method = symbols.GetMethodDebugInformation(handle);
            if (!method.Document.IsNil) yield return (type, method.Document);
            else if (!method.SequencePointsBlob.IsNil)
                foreach (var point in method.GetSequencePoints()) yield return (type, point.Document);
        }

        foreach (var information in symbols.CustomDebugInformation.Select(symbols.GetCustomDebugInformation))
        {
            if (information.Parent.Kind != HandleKind.TypeDefinition) continue;
            if (symbols.GetGuid(information.Kind) != TypeDefinitionDocuments) continue;
            for (var documents = symbols.GetBlobReader(information.Value); documents.RemainingBytes > 0;)
                yield return ((TypeDefinitionHandle)information.Parent, MetadataTokens.DocumentHandle(documents.ReadCompressedInteger()));
        }
    }

    private static TypeDefinitionHandle Outermost(MetadataReader metadata, TypeDefinitionHandle type)
    {
        while (metadata.GetTypeDefinition(type).GetDeclaringType() is { IsNil: false } outer) type = outer;
        return type;
    }

    private static string? FolderOf(string document, string root)
    {
        var path = document.Replace('\\', '/');
        var start = path.LastIndexOf($"/{root}/", StringComparison.Ordinal);
        if (start < 0) return null;
        var inside = path[(start + root.Length + 2)..];
        return inside.StartsWith("obj/", StringComparison.Ordinal) ? null : inside[..Math.Max(0, inside.LastIndexOf('/'))];
    }
}
