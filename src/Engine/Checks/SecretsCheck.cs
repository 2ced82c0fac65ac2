namespace ChainBridge.Engine.Checks;

/// <summary>The secrets that the manifest names are there.</summary>
/// <param name="read">A secret by its name; null where neither the variable nor the file of <c>NAME_FILE</c> has it.</param>
internal sealed class SecretsCheck(IReadOnlyList<string> names, Func<string, string?> read) : ICheck
{
    public Task<CheckResult> AskAsync(CancellationToken cancellationToken)
    {
        var missing = names.Where(name => string.IsNullOrWhiteSpace(read(name))).ToList();
        return Task.FromResult(missing.Count == 0
            ? CheckResult.Ok($"{string.Join(", ", names)} given")
            : CheckResult.Problem($"not set: {string.Join(", ", missing)}",
                $"give each in the variable of that name, or in a file that NAME_FILE names ({missing[0]}_FILE)"));
    }
}
