namespace ChainBridge.Engine.Manifest;

/// <summary>Finds the word that was probably meant.</summary>
public static class Spelling
{
    /// <summary>The known word nearest to the unknown one, or null when none is near (more than half of it differs).</summary>
    public static string? Nearest(string unknown, IEnumerable<string> known) => known
        .Select(word => (word, distance: Distance(unknown.ToUpperInvariant(), word.ToUpperInvariant())))
        .Where(candidate => candidate.distance <= Math.Max(1, candidate.word.Length / 2))
        .OrderBy(candidate => candidate.distance).ThenBy(candidate => candidate.word, StringComparer.Ordinal)
        .Select(candidate => candidate.word)
        .FirstOrDefault();

    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
            previous = current;
        }

        return previous[right.Length];
    }
}
