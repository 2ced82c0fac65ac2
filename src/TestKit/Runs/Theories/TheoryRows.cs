using Xunit;
using Xunit.v3;

namespace ChainBridge.TestKit.Runs.Theories;

/// <summary>
/// Asks for the rows of a theory on a thread of its own, and stops between two rows, or while it waits for one, when they do not come
/// to an end. Data without end would else hold up the discovery or the run for ever, or use up the memory of the machine.
/// </summary>
internal static class TheoryRows
{
    private const long Gibibyte = 1L << 30;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>How much the process may grow while rows are read: an eighth of the memory that .NET may use, and at least 1 GiB.</summary>
    private static long MostGrowth => Math.Max(Gibibyte, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    /// <summary>Whether the rows come from code. Those of <c>[InlineData]</c> do not.</summary>
    public static bool AreComputed(IXunitTestMethod method) => method.DataAttributes.Any(data => data is not InlineDataAttribute);

    /// <summary>The theory and where its rows come from, for people.</summary>
    public static string Describe(IXunitTestMethod method)
    {
        var sources = method.DataAttributes.Where(data => data is not InlineDataAttribute).Select(data => Source(data, method));
        return $"{method.TestClass.TestClassName}.{method.MethodName} ({string.Join(", ", sources)})";
    }

    /// <summary>Reads.</summary>
    /// <param name="stop">When the time for it is up.</param>
    /// <exception cref="EndlessDataException">They had not come to an end when the time was up, or the memory.</exception>
    public static async Task<T> ReadAsync<T>(IXunitTestMethod method, Func<ValueTask<T>> read, TimeProvider time, CancellationToken stop)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = new EndableCall();
        // Not disposed: a source that computes for ever without a row goes on, and may look at it.
        var enough = new CancellationTokenSource();
        EndableData.Put(method, enough.Token);
        var (start, before, most) = (time.GetTimestamp(), GC.GetTotalMemory(forceFullCollection: false), MostGrowth);
        new Thread(() => Read(read, answer, call)) { IsBackground = true, Name = $"rows of {method.MethodName}" }.Start();
        while (await Task.WhenAny(answer.Task, Task.Delay(Look, time, stop)) != answer.Task)
        {
            var grown = GC.GetTotalMemory(forceFullCollection: false) - before;
            if (!stop.IsCancellationRequested && grown < most) continue;
            if (answer.Task.IsCompleted) break;
            await enough.CancelAsync();
            call.End();
            var why = grown < most ? "" : $", and the process had grown by {(double)grown / Gibibyte:0.0} GiB";
            throw new EndlessDataException($"The data of the theory {Describe(method)} did not come to an end: its rows had been read for "
                + $"{time.GetElapsedTime(start).TotalSeconds:0.0} s{why}. Let the data end, or take the first rows of it.");
        }

        return await answer.Task;
    }

    private static void Read<T>(Func<ValueTask<T>> read, TaskCompletionSource<T> answer, EndableCall call)
    {
        try
        {
            ValueTask<T> rows = default;
            call.Run(() => rows = read());
            var task = rows.AsTask();
            task.ContinueWith(done => answer.TrySetFromTask(done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
        catch (Exception problem)
        {
            answer.TrySetException(problem);
        }
    }

    private static string Source(IDataAttribute data, IXunitTestMethod method) => data switch
    {
        MemberDataAttributeBase member => $"[MemberData] {(member.MemberType ?? method.TestClass.Class).Name}.{member.MemberName}",
        ClassDataAttribute ofClass => $"[ClassData] {ofClass.Class.Name}",
        _ => $"[{data.GetType().Name}]",
    };
}

/// <summary>The data of a theory did not come to an end.</summary>
internal sealed class EndlessDataException(string message) : Exception(message);
