// One breach of each rule of the house, on purpose: a rule that does not find its breach here finds none anywhere.

namespace ChainBridge.Planted.Targets
{
    internal static class Foreign
    {
        public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

        public static T Make<T>() where T : new() => new();
    }

    internal sealed class ForeignThing;

    [AttributeUsage(AttributeTargets.All)]
    internal sealed class NamesAttribute(Type type) : Attribute
    {
        public Type Type => type;
    }
}

namespace ChainBridge.Planted.Commands
{
    /// <summary>Uses nothing of ours.</summary>
    internal static class Pure
    {
        public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(word => $"'{word}'"));
    }

    /// <summary>Written without the namespace's full name, which a search of the text would look for.</summary>
    internal static class ReadsAField
    {
        public static TimeSpan Twice() => 2 * Targets.Foreign.Patience;
    }

    internal static class InAClosure
    {
        public static IEnumerable<TimeSpan> All(IEnumerable<int> counts) => counts.Select(count => count * Targets.Foreign.Patience);
    }

    internal static class InAnAsyncMethod
    {
        public static async Task WaitAsync(CancellationToken cancellationToken) =>
            await Task.Delay(Targets.Foreign.Patience, cancellationToken);
    }

    internal static class AsATypeArgument
    {
        public static object New() => Targets.Foreign.Make<List<object>>();
    }

    internal sealed class InASignature
    {
        public IReadOnlyList<Targets.ForeignThing[]> Things { get; } = [];
    }

    [Targets.Names(typeof(string))]
    internal sealed class AsAnAttribute;
}

namespace ChainBridge.Planted.Other
{
    internal static class Ends
    {
        public static void Now() => Environment.Exit(3);
    }

    internal static class SetsCode
    {
        public static Action Later() => () => Environment.ExitCode = 3;
    }

    internal static class Dies
    {
        public static void Now() => Environment.FailFast("no");
    }

    internal static class Prints
    {
        public static void Now() => Console.WriteLine("here");
    }

    internal sealed class ReachesOut
    {
        public static async Task<string> AskAsync(CancellationToken cancellationToken)
        {
            using var client = new HttpClient();
            return await client.GetStringAsync("http://nowhere.test", cancellationToken);
        }
    }

    internal sealed class Starts
    {
        public static void Program() => System.Diagnostics.Process.Start("true").Dispose();
    }
}

namespace ChainBridge.Planted.State
{
    internal static class InAField
    {
        private static int _count;

        public static int Next() => ++_count;
    }

    internal static class InAProperty
    {
        public static int Count { get; set; }
    }

    internal static class InACollection
    {
        public static readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> Seen = new();
    }

    internal static class InAContext
    {
        public static readonly AsyncLocal<int> Here = new();
    }

    internal static class InAGenericType<T>
    {
        private static T? _last;

        public static T? Exchange(T? value)
        {
            (var before, _last) = (_last, value);
            return before;
        }
    }
}

namespace ChainBridge.Planted.Async
{
    /// <summary>Public, as the rule is about what others call.</summary>
    public sealed class WithTask
    {
        /// <summary>Lacks a token.</summary>
        public Task CountAsync() => Task.CompletedTask;
    }

    /// <inheritdoc cref="WithTask"/>
    public sealed class WithValueTask
    {
        /// <summary>Lacks a token.</summary>
        public ValueTask<int> CountAsync() => ValueTask.FromResult(1);
    }

    /// <inheritdoc cref="WithTask"/>
    public sealed class WithStream
    {
        /// <summary>Lacks a token.</summary>
        public async IAsyncEnumerable<int> CountAsync()
        {
            await Task.Yield();
            yield return 1;
        }
    }
}
