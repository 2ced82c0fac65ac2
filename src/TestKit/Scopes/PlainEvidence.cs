namespace ChainBridge.TestKit.Scopes;

/// <summary>Asks each witness of the test in its turn, into one folder per test below <c>TestResults/evidence</c>.</summary>
internal static class PlainEvidence
{
    /// <summary>See <see cref="CollectEvidence"/>.</summary>
    public static async Task<string?> CollectAsync(TestScope scope, TestEnding ending, CancellationToken cancellationToken)
    {
        if (scope.Evidence.Count == 0) return null;
        var folder = new EvidenceFolder(Path.GetFullPath(Path.Combine("TestResults", "evidence", scope.Id)), text => text);
        foreach (var evidence in scope.Evidence)
        {
            try
            {
                await evidence.CollectAsync(folder, cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                await folder.WriteAsync($"{evidence.Source}.failed.txt", problem.ToString(), cancellationToken);
            }
        }

        return Directory.Exists(folder.Path) ? folder.Path : null;
    }
}
