using System.Numerics;
using System.Text.RegularExpressions;

namespace ChainBridge.TestKit.Postgres;

/// <summary>
/// Which files of a folder are run, and in which order. The names show the tool: Flyway's (<c>V1.1__…</c>,
/// <c>R__…</c>), a file for each direction (<c>….up.sql</c> and <c>….down.sql</c>), or plain ones in the order of
/// their numbers. A name that does not fit is refused.
/// </summary>
internal static partial class MigrationOrder
{
    /// <param name="files">The names, with their extension.</param>
    /// <exception cref="FormatException">They are no one tool's; names the file.</exception>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> files) =>
        files.Any(FlywayOrder.IsFlyway) ? FlywayOrder.Of(files)
        : files.Any(file => Up().IsMatch(file)) ? UpOnly(files, Up(), Back())
        // 'scale_up' may be what a migration is about: only beside its counterpart is it a direction.
        : files.Any(file => LooseUp().IsMatch(file) && files.Any(other => LooseBack().IsMatch(other)
            && LooseBack().Replace(other, "") == LooseUp().Replace(file, ""))) ? UpOnly(files, LooseUp(), LooseBack())
        : Plain(files);

    /// <summary>The files with numbers in numeric order, and versions before their refinements: 1, 1.1, 2, 10.</summary>
    private static List<string> Plain(IReadOnlyList<string> files)
    {
        if (files.FirstOrDefault(file => Back().IsMatch(file)) is { } back)
            throw new FormatException($"{back} is named like the way back of a migration, and no file here is named like a way up "
                + "(….up.sql). Move it to another folder, or rename it");
        return [.. files.OrderBy(Natural, StringComparer.Ordinal)];
    }

    /// <summary>golang-migrate, sqlx, Bun, postgrator, db-migrate and their like.</summary>
    private static List<string> UpOnly(IReadOnlyList<string> files, Regex up, Regex back)
    {
        if (files.FirstOrDefault(file => !up.IsMatch(file) && !back.IsMatch(file)) is { } stray)
            throw new FormatException($"{stray} has no direction in its name, though {files.First(file => up.IsMatch(file))} does. "
                + "Give it the same ending, or move it to another folder");
        var scripts = files.Where(file => up.IsMatch(file)).OrderBy(Natural, StringComparer.Ordinal).ToList();
        Once(scripts, file => Number().Match(file) is { Success: true } number ? number.Value.TrimStart('0') : file);
        return scripts;
    }

    private static string Natural(string file) => Digits()
        .Replace(DottedVersion().Replace(file, version => version.Value.Replace('.', '\uffff')), number => number.Value.PadLeft(20, '0'));

    /// <exception cref="FormatException">Two files have one version.</exception>
    internal static void Once(IEnumerable<string> files, Func<string, string> version)
    {
        if (files.GroupBy(version).FirstOrDefault(group => group.Count() > 1)
            ?.Order(StringComparer.Ordinal).ToList() is [var first, var second, ..])
            throw new FormatException($"{first} and {second} have the same version. Give one of them another");
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();

    [GeneratedRegex("^[0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[A-Za-z]?[0-9]+(\.[0-9]+)+")]
    private static partial Regex DottedVersion();

    [GeneratedRegex(@"(^|\.)(up|do)\.sql$|^[0-9]+\.do\.", RegexOptions.IgnoreCase)]
    private static partial Regex Up();

    [GeneratedRegex(@"(^|\.)(down|undo|rollback|revert)\.sql$|^[0-9]+\.undo\.", RegexOptions.IgnoreCase)]
    private static partial Regex Back();

    [GeneratedRegex(@"[-_]up\.sql$", RegexOptions.IgnoreCase)]
    private static partial Regex LooseUp();

    [GeneratedRegex(@"[-_]down\.sql$", RegexOptions.IgnoreCase)]
    private static partial Regex LooseBack();
}

/// <summary>Flyway's rules for an empty database, which Evolve shares.</summary>
internal static partial class FlywayOrder
{
    private const string Names = "V<version>__<description>.sql, R__<description>.sql";

    public static bool IsFlyway(string file) => Versioned().IsMatch(file) || Repeatable().IsMatch(file);

    /// <summary>
    /// <c>beforeMigrate</c>; the highest baseline (B); the versions (V) above it, as numbers, with dots and
    /// underscores alike; the repeatable ones (R) by description; <c>afterMigrate</c>. Undo scripts (U) are left out.
    /// </summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> files)
    {
        if (files.FirstOrDefault(file => !IsFlyway(file) && !Callback().IsMatch(file)) is { } stray)
            throw new FormatException(
                $"{stray} has no name of Flyway's ({Names}), though {files.First(IsFlyway)} has. Rename it, or move it to another folder");
        if (files.FirstOrDefault(file => Callback().Match(file) is { Success: true } match
            && match.Groups["event"].Value is not ("beforeMigrate" or "afterMigrate")) is { } callback)
            throw new FormatException($"{callback} is a callback of Flyway that TestKit does not run (it runs beforeMigrate and "
                + "afterMigrate). Move it to another folder");
        var versioned = files.Where(file => Versioned().IsMatch(file)).Select(file => new Script(file)).ToList();
        foreach (var kind in versioned.GroupBy(script => script.Kind))
            MigrationOrder.Once(kind.Select(script => script.File), file => new Script(file).Text);
        var baseline = versioned.Where(script => script.Kind == 'B').Max();
        return
        [
            .. Callbacks("beforeMigrate"),
            .. baseline is null ? (IEnumerable<string>)[] : [baseline.File],
            .. versioned.Where(script => script.Kind == 'V' && (baseline is null || script.CompareTo(baseline) > 0)).Order()
                .Select(script => script.File),
            .. files.Where(file => Repeatable().IsMatch(file)).OrderBy(Description, StringComparer.Ordinal),
            .. Callbacks("afterMigrate"),
        ];

        IEnumerable<string> Callbacks(string when) =>
            files.Where(file => Callback().Match(file).Groups["event"].Value == when).OrderBy(Description, StringComparer.Ordinal);
    }

    /// <summary>As Flyway reads it: underscores are spaces.</summary>
    private static string Description(string file) =>
        (file.IndexOf("__", StringComparison.Ordinal) is var at and >= 0 ? file[(at + 2)..^4] : "").Replace('_', ' ');

    [GeneratedRegex(@"^(?<kind>[VUB])(?<version>[0-9]+([._][0-9]+)*)(__.*)?\.sql$")]
    private static partial Regex Versioned();

    [GeneratedRegex(@"^R__.*\.sql$")]
    private static partial Regex Repeatable();

    [GeneratedRegex(@"^(?<event>(before|after|create)[A-Z][A-Za-z]*)(__.*)?\.sql$")]
    private static partial Regex Callback();

    /// <summary>A file with a version; its trailing zeros do not count: 1.0 is 1.</summary>
    private sealed record Script(string File) : IComparable<Script>
    {
        private readonly BigInteger[] _parts = Parts(File);

        public char Kind => File[0];

        public string Text => string.Join('.', _parts);

        public int CompareTo(Script? other)
        {
            if (other is null) return 1;
            for (var part = 0; part < Math.Max(_parts.Length, other._parts.Length); part++)
                if (At(part).CompareTo(other.At(part)) is var order and not 0) return order;
            return 0;
        }

        private BigInteger At(int part) => part < _parts.Length ? _parts[part] : BigInteger.Zero;

        private static BigInteger[] Parts(string file)
        {
            var parts = Versioned().Match(file).Groups["version"].Value.Split('.', '_')
                .Select(part => BigInteger.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            while (parts.Count > 1 && parts[^1].IsZero) parts.RemoveAt(parts.Count - 1);
            return [.. parts];
        }
    }
}
