using System.Collections.Concurrent;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ChainBridge.TestKit.Diagnostics;

/// <summary>
/// Keeps what TestKit knows to be secret, the passwords in the connection strings of its leases and what
/// <c>CHAINBRIDGE_SECRETS</c> names, out of what is reported of a test. Nothing is guessed: all other words of a test stay as they are.
/// </summary>
internal sealed class KnownSecrets
{
    private const string Key = "chainbridge.testkit.secrets";

    /// <summary>The key of secrets that belong to no test case, but to the run or a fixture.</summary>
    private const string EveryTest = "";

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, Redactor>> _connections = new();
    private Redactor _named = new([]);

    /// <summary>Makes this the place where leases register their secrets, for the run that begins here.</summary>
    public void Open(Func<string, string?> variable)
    {
        _named = new(NamedIn(variable).Select(variable).OfType<string>());
        TestContext.Current.KeyValueStorage[Key] = this;
    }

    /// <summary>The variables that <c>CHAINBRIDGE_SECRETS</c> names.</summary>
    public static IReadOnlyList<string> NamedIn(Func<string, string?> variable) =>
        (variable(FailureBundle.SecretsVariable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>
    /// Registers a connection string that was handed out: in a test for that test, elsewhere for all. Has no effect under another
    /// framework, nor where the flow of the run was cut off (a thread without its execution context).
    /// </summary>
    public static void Register(string connectionString)
    {
        if (TestContext.Current.PipelineStage == TestPipelineStage.Unknown) return;
        if (TestContext.Current.KeyValueStorage.TryGetValue(Key, out var secrets))
            (secrets as KnownSecrets)?.Add(TestContext.Current.TestCase?.UniqueID, connectionString);
    }

    /// <inheritdoc cref="Register"/>
    /// <param name="testCase">The test case it belongs to; null for all.</param>
    public void Add(string? testCase, string connectionString) =>
        _connections.GetOrAdd(testCase ?? EveryTest, _ => new())[connectionString] = new(Redactor.ValuesOf([new("", connectionString)]));

    /// <summary>Masks them in a message that goes out. xUnit made it for us alone, so it is changed where it is.</summary>
    public void Mask(IMessageSinkMessage message)
    {
        var testCase = (message as ITestCaseMessage)?.TestCaseUniqueID;
        if (message is IErrorMetadata error)
        {
            Each(error.Messages);
            Each(error.StackTraces);
        }

        if (message is TestResultMessage result)
        {
            result.Output = Mask(testCase, result.Output);
            Each(result.Warnings ?? []);
        }

        if (message is TestSkipped skipped) skipped.Reason = Mask(testCase, skipped.Reason);
        if (message is TestOutput output) output.Output = Mask(testCase, output.Output);
        // They ended with their leases, and a long run has many.
        if (message is ITestCaseFinished) _connections.TryRemove(testCase!, out _);

        void Each(string?[] texts)
        {
            for (var index = 0; index < texts.Length; index++)
                if (texts[index] is { } text) texts[index] = Mask(testCase, text);
        }
    }

    /// <summary>A message without a test case may be about any of them, so all connection strings are masked in it.</summary>
    private string Mask(string? testCase, string text)
    {
        if (text.Length == 0) return text;
        foreach (var (owner, connections) in _connections)
        {
            if (owner != EveryTest && testCase is not null && owner != testCase) continue;
            // As a whole first: the password in it may be too short a word to be masked wherever it stands.
            foreach (var (whole, values) in connections)
                text = values.MaskValues(text.Replace(whole, values.Redact(whole), StringComparison.Ordinal));
        }

        return _named.MaskValues(text);
    }
}
