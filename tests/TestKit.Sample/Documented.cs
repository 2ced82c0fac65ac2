using ChainBridge.TestKit.Scopes;
using Xunit;

namespace ChainBridge.Tests.TestKit.Sample;

/// <summary>The examples of docs/testkit, so that they compile and hold.</summary>
public sealed class Documented
{
    [Fact]
    public async Task Keeps_its_files_together()
    {
        var scope = TestScope.Current!;
        var file = scope.Own(new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose));
        scope.Witness("files", (folder, stop) => folder.WriteAsync("length.txt", $"{file.Length}", stop));
        await file.WriteAsync("x"u8.ToArray(), TestContext.Current.CancellationToken);
    }
}
