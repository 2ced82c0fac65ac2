using System.Text;

namespace ChainBridge.TestKit.Postgres;

/// <summary>The scripts of a folder in the order in which the tool that they are written for would run them.</summary>
internal static class MigrationFolder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="ArgumentException">
    /// The folder is missing, has no script, or names that cannot be put in one order; names the file.
    /// </exception>
    public static IReadOnlyList<MigrationScript> Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ArgumentException(
                $"there is no folder {folder} to read migrations from: is it copied to the output (CopyToOutputDirectory)?",
                nameof(folder));
        var files = Directory.GetFiles(folder, "*.sql").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();
        if (files.Count == 0) throw new ArgumentException($"the folder {folder} has no *.sql file{Below(folder)}", nameof(folder));
        try
        {
            IReadOnlyList<MigrationScript> scripts = [.. MigrationOrder.Of(files)
                .Select(name => new MigrationScript(name, Text(Path.Combine(folder, name))))];
            Agree(scripts);
            return scripts;
        }
        catch (FormatException unordered)
        {
            throw new ArgumentException($"the migrations in {folder} are not run: {unordered.Message}", nameof(folder), unordered);
        }
    }

    /// <summary>A file without the marks that the others have would be run whole, its way back included.</summary>
    private static void Agree(IReadOnlyList<MigrationScript> scripts)
    {
        var tools = scripts.Select(script => (script.Name, Tool: MigrationSections.ToolOf(script.Sql))).ToList();
        if (tools.FirstOrDefault(script => script.Tool is { UpIsFirst: false }) is not { Tool: { } tool } marked) return;
        if (tools.FirstOrDefault(script => script.Tool != tool) is { Name: { } name })
            throw new FormatException($"{name} has no '{tool.UpMark}', though {marked.Name} is marked for {tool.Name}. Mark its way up, "
                + "or move it to another folder");
    }

    private static string Below(string folder) =>
        Directory.EnumerateFiles(folder, "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault() is { } below
            ? $"; files in folders below it are not read ({Path.GetRelativePath(folder, below)}): give their statements to "
                + "MigrationSet.FromScripts in their order" : "";

    private static string Text(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var name = Path.GetFileName(file);
        if (bytes.AsSpan().StartsWith("PGDMP"u8))
            throw new FormatException(
                $"{name} is an archive of pg_dump, not SQL. Make SQL of it: pg_restore --no-owner --file {name} ARCHIVE");
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), Strict);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException(
                $"{name} is not in UTF-8. Convert it (iconv -f LATIN1 -t UTF-8), or dump with pg_dump --encoding=UTF8");
        }
    }
}
