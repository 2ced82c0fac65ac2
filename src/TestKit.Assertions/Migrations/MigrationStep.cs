namespace ChainBridge.TestKit.Assertions;

/// <summary>One numbered step of a schema, however it is applied.</summary>
/// <param name="Number">Its place; steps are applied in the order of their numbers.</param>
/// <param name="Name">As people call it: <c>0003_idempotency_keys</c>.</param>
/// <param name="UpAsync">Applies this step, and no other, to the database behind the connection string.</param>
/// <param name="DownAsync">Undoes it; null when it has no way down.</param>
public sealed record MigrationStep(
    int Number, string Name, Func<string, CancellationToken, Task> UpAsync, Func<string, CancellationToken, Task>? DownAsync)
{
    /// <summary>Whether the step has no way down on purpose. Default: false, and a missing way down is a failure.</summary>
    public bool OneWay { get; init; }

    /// <summary>
    /// A step of two SQL scripts, executed as <see cref="MigrationSet.FromScripts(IReadOnlyList{MigrationScript})"/> does:
    /// a failure names the line.
    /// </summary>
    /// <param name="down">Null when it has no way down.</param>
    public static MigrationStep Scripts(int number, string name, string up, string? down) =>
        new(number, name, Script($"{name}.up", up), down is null ? null : Script($"{name}.down", down));

    private static Func<string, CancellationToken, Task> Script(string name, string sql) =>
        MigrationSet.FromScripts(new MigrationScript(name, sql)).ApplyAsync;
}
