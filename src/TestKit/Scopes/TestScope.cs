using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Xunit;

namespace ChainBridge.TestKit;

/// <summary>
/// What belongs to one running test: parts that end with it, and sources of evidence that are asked when it fails.
/// <see cref="BudgetFramework"/> opens one per test and ends it when its outcome is known.
/// </summary>
public sealed class TestScope
{
    private const string Key = "chainbridge.testkit.scope:";
    private readonly Stack<Func<TestEnding, CancellationToken, ValueTask>> _parts = new();
    private readonly List<Evidence> _evidence = [];
    private readonly ConcurrentDictionary<Type, Lazy<object>> _extras = new();
    private readonly Lock _gate = new();
    private bool _ended;

    /// <param name="id">Unique within the run.</param>
    /// <param name="name">For people.</param>
    public TestScope(string id, string name) => (Id, Name) = (id, name);

    /// <summary>The scope of the test that runs here; null outside of a test (in a fixture) or under another test framework.</summary>
    public static TestScope? Current =>
        TestContext.Current.Test is { } test && TestContext.Current.KeyValueStorage.TryGetValue(Key + test.UniqueID, out var scope)
            ? scope as TestScope
            : null;

    /// <summary>The test's unique id.</summary>
    public string Id { get; }

    /// <summary>The test's display name.</summary>
    public string Name { get; }

    /// <summary>The sources that write evidence when the test fails, in the order they were added.</summary>
    public IReadOnlyList<Evidence> Evidence
    {
        get
        {
            lock (_gate) return [.. _evidence];
        }
    }

    /// <summary>Disposed when the test ends, the last one first, after the evidence was collected.</summary>
    public T Own<T>(T part) where T : IAsyncDisposable
    {
        AtEnd((_, _) => part.DisposeAsync());
        return part;
    }

    /// <summary>Called when the test's outcome is known, the last one first, after the evidence was collected.</summary>
    /// <exception cref="InvalidOperationException">The test is over.</exception>
    public void AtEnd(Func<TestEnding, CancellationToken, ValueTask> act)
    {
        lock (_gate)
        {
            if (_ended) throw new InvalidOperationException($"the test '{Name}' is over: nothing can belong to it any more");
            _parts.Push(act);
        }
    }

    /// <summary>Adds a source of evidence. When the test fails, it writes its files while everything the test holds still lives.</summary>
    /// <param name="source">What it is about, for people and as part of a file name.</param>
    public void AddEvidence(string source, Func<EvidenceFolder, CancellationToken, Task> collectAsync)
    {
        lock (_gate) _evidence.Add(new(source, collectAsync));
    }

    /// <summary>What a part of the library keeps for this test, one of its kind; made when it is first asked for.</summary>
    internal T Extra<T>(Func<TestScope, T> make)
        where T : class => (T)_extras.GetOrAdd(typeof(T), _ => new Lazy<object>(() => make(this))).Value;

    /// <summary>Makes this the scope of its test for <see cref="Current"/>.</summary>
    internal void Open() => TestContext.Current.KeyValueStorage[Key + Id] = this;

    /// <summary>Ends every part; all of them, also when one fails.</summary>
    /// <exception cref="LeaseException">A lease found that the test did what it must not.</exception>
    /// <exception cref="AggregateException">Parts that failed to end.</exception>
    internal async Task EndAsync(TestEnding ending, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        while (Next() is { } part)
        {
            try
            {
                await part(ending, cancellationToken);
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }

        TestContext.Current.KeyValueStorage.TryRemove(new KeyValuePair<string, object?>(Key + Id, this));
        // What a lease found out about the test is reported as it is: the lease did end.
        if (failures is [LeaseException problem]) ExceptionDispatchInfo.Throw(problem);
        if (failures.Count > 0) throw new AggregateException($"the test '{Name}' left parts that did not end", failures);
    }

    private Func<TestEnding, CancellationToken, ValueTask>? Next()
    {
        lock (_gate)
        {
            _ended |= _parts.Count == 0;
            return _parts.TryPop(out var part) ? part : null;
        }
    }
}
