using ChainBridge.TestKit;
using Xunit;

namespace ChainBridge.Tests.TestKit.Docs;

// The examples of docs/testkit/budgets.md and order.md.
[Database]                                             // the trait Category=Database, and 120 s for all of them together
public abstract class Migrations
{
    [Fact]
    public Task Apply_in_order() => Task.CompletedTask;
}

public sealed class RunExamples
{
    [Fact]
    public async Task Keeps_its_files_together()
    {
        var scope = TestScope.Current!;
        var file = scope.Own(new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096,
            FileOptions.DeleteOnClose));
        scope.AddEvidence("files", (folder, stop) => folder.WriteAsync("length.txt", $"{file.Length}", stop));
        await file.WriteAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
    }
}

public abstract class QuarantineExample
{
    [Fact]
    [Quarantined("https://github.com/acme/shop/issues/12")]
    public void Survives_a_restart() { }
}
